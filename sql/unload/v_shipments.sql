-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.shipment_id,
    exported.contract_id,
    exported.contract_item_id,
    exported.org_id,
    exported.seller_id,
    exported.category_id,
    exported.consignee_id,
    exported.buyer_org_key,
    exported.seller_key,
    exported.category_key,
    exported.consignee_key,
    exported.dispatched_date_key,
    exported.delivered_date_key,
    exported.first_crac_date_key,
    exported.dispatched_at,
    exported.delivered_at,
    exported.first_crac_at,
    exported.dispatched_qty,
    exported.delivered_qty,
    exported.ld_amount,
    exported.days_delivery_to_crac,
    day.financial_year
from bi.v_shipments as exported
join bi.v_dates as day
    on day.date_key = exported.dispatched_date_key;
