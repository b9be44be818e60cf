-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Places of receipt: one place of receipt.
drop view if exists bi.v_consignees;

create view bi.v_consignees as
select
    cast(dim_consignee.consignee_key as bigint) as consignee_key,
    cast(dim_consignee.source_id as varchar(32)) as source_id,
    cast(dim_consignee.consignee_id as bigint) as consignee_id,
    cast(dim_consignee.org_id as bigint) as org_id,
    cast(dim_consignee.pincode as varchar(6)) as pincode,
    cast(dim_consignee.district as varchar(128)) as district,
    cast(dim_consignee.state_code as varchar(2)) as state_code
from mart.dim_consignee;
