-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Shipments of contract lines: one shipment.
drop view if exists bi.v_shipments;

create view bi.v_shipments as
select
    cast(fact_shipment.source_id as varchar(32)) as source_id,
    cast(fact_shipment.shipment_id as bigint) as shipment_id,
    cast(fact_shipment.contract_id as bigint) as contract_id,
    cast(fact_shipment.contract_item_id as bigint) as contract_item_id,
    cast(fact_shipment.org_id as bigint) as org_id,
    cast(fact_shipment.seller_id as bigint) as seller_id,
    cast(fact_shipment.category_id as bigint) as category_id,
    cast(fact_shipment.consignee_id as bigint) as consignee_id,
    cast(fact_shipment.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_shipment.seller_key as bigint) as seller_key,
    cast(fact_shipment.category_key as bigint) as category_key,
    cast(fact_shipment.consignee_key as bigint) as consignee_key,
    cast(fact_shipment.dispatched_date_key as integer) as dispatched_date_key,
    cast(fact_shipment.delivered_date_key as integer) as delivered_date_key,
    cast(fact_shipment.first_crac_date_key as integer) as first_crac_date_key,
    cast(fact_shipment.dispatched_at as timestamp) as dispatched_at,
    cast(fact_shipment.delivered_at as timestamp) as delivered_at,
    cast(fact_shipment.first_crac_at as timestamp) as first_crac_at,
    cast(fact_shipment.dispatched_qty as numeric(18,3)) as dispatched_qty,
    cast(fact_shipment.delivered_qty as numeric(18,3)) as delivered_qty,
    cast(fact_shipment.ld_amount as numeric(18,2)) as ld_amount,
    cast(fact_shipment.days_delivery_to_crac as integer) as days_delivery_to_crac,
    cast(dispatched_date.calendar_date as timestamp) as dispatched_date,
    cast(delivered_date.calendar_date as timestamp) as delivered_date,
    cast(first_crac_date.calendar_date as timestamp) as first_crac_date,
    cast(coalesce(dispatched_date.calendar_date, cast(fact_shipment.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_shipment.dw_updated_at as timestamp) as changed_at
from mart.fact_shipment
join mart.dim_date as dispatched_date
    on dispatched_date.date_key = fact_shipment.dispatched_date_key
join mart.dim_date as delivered_date
    on delivered_date.date_key = fact_shipment.delivered_date_key
join mart.dim_date as first_crac_date
    on first_crac_date.date_key = fact_shipment.first_crac_date_key;
