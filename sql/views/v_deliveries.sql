-- Shipments that were delivered, with the day on which the CRAC is due: one shipment.
drop view if exists bi.v_deliveries;

create view bi.v_deliveries as
with delivery as (
    select
        shipment.*,
        delivered_date.calendar_date as delivered_on,
        first_crac_date.calendar_date as first_crac_on
    from mart.fact_shipment as shipment
    join mart.dim_date as delivered_date
        on delivered_date.date_key = shipment.delivered_date_key
    join mart.dim_date as first_crac_date
        on first_crac_date.date_key = shipment.first_crac_date_key
    where shipment.delivered_at is not null
)
select
    cast(delivery.source_id as varchar(32)) as source_id,
    cast(delivery.shipment_id as bigint) as shipment_id,
    cast(delivery.contract_id as bigint) as contract_id,
    cast(delivery.contract_item_id as bigint) as contract_item_id,
    cast(delivery.buyer_org_key as bigint) as buyer_org_key,
    cast(delivery.seller_key as bigint) as seller_key,
    cast(delivery.category_key as bigint) as category_key,
    cast(delivery.consignee_key as bigint) as consignee_key,
    cast(delivery.delivered_date_key as integer) as delivered_date_key,
    cast(delivery.delivered_on as date) as delivered_on,
    cast(delivery.delivered_on + cast(crac_days.num_value as integer) as date) as crac_due_on,
    cast(delivery.first_crac_on as date) as first_crac_on
from delivery
left join bi.v_policy as crac_days
    on crac_days.source_id = delivery.source_id
    and crac_days.param_code = 'CRAC_DAYS'
    and delivery.delivered_on >= crac_days.first_day
    and delivery.delivered_on < crac_days.until_day;
