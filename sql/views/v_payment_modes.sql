-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- How a contract is paid: one code; -1 is a code not listed here, -2 none stated.
drop view if exists bi.v_payment_modes;

create view bi.v_payment_modes as
select
    cast(dim_payment_mode.payment_mode_key as bigint) as payment_mode_key,
    cast(dim_payment_mode.payment_mode as varchar(32)) as payment_mode,
    cast(dim_payment_mode.label as varchar(64)) as label
from mart.dim_payment_mode;
