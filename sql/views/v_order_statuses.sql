-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Where a contract stands: one code; -1 is a code not listed here, -2 none stated.
drop view if exists bi.v_order_statuses;

create view bi.v_order_statuses as
select
    cast(dim_order_status.order_status_key as bigint) as order_status_key,
    cast(dim_order_status.order_status as varchar(32)) as order_status,
    cast(dim_order_status.label as varchar(64)) as label
from mart.dim_order_status;
