-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Charges of the platform: one charge.
drop view if exists bi.v_platform_charges;

create view bi.v_platform_charges as
select
    cast(fact_platform_charge.source_id as varchar(32)) as source_id,
    cast(fact_platform_charge.charge_id as bigint) as charge_id,
    cast(fact_platform_charge.seller_id as bigint) as seller_id,
    cast(fact_platform_charge.contract_id as bigint) as contract_id,
    cast(fact_platform_charge.kind as varchar(32)) as kind,
    cast(fact_platform_charge.fy as varchar(7)) as fy,
    cast(fact_platform_charge.seller_key as bigint) as seller_key,
    cast(fact_platform_charge.charged_date_key as integer) as charged_date_key,
    cast(fact_platform_charge.charged_at as timestamp) as charged_at,
    cast(fact_platform_charge.status as varchar(32)) as status,
    cast(fact_platform_charge.base_value as numeric(18,2)) as base_value,
    cast(fact_platform_charge.amount as numeric(18,2)) as amount,
    cast(fact_platform_charge.gst as numeric(18,2)) as gst,
    cast(charged_date.calendar_date as timestamp) as charged_date,
    cast(coalesce(charged_date.calendar_date, cast(fact_platform_charge.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_platform_charge.dw_updated_at as timestamp) as changed_at
from mart.fact_platform_charge
join mart.dim_date as charged_date
    on charged_date.date_key = fact_platform_charge.charged_date_key;
