-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Receipt certificates: one certificate of one line.
drop view if exists bi.v_receipts;

create view bi.v_receipts as
select
    cast(fact_receipt.source_id as varchar(32)) as source_id,
    cast(fact_receipt.cert_id as bigint) as cert_id,
    cast(fact_receipt.contract_id as bigint) as contract_id,
    cast(fact_receipt.contract_item_id as bigint) as contract_item_id,
    cast(fact_receipt.shipment_id as bigint) as shipment_id,
    cast(fact_receipt.prc_cert_id as bigint) as prc_cert_id,
    cast(fact_receipt.kind as varchar(32)) as kind,
    cast(fact_receipt.org_id as bigint) as org_id,
    cast(fact_receipt.seller_id as bigint) as seller_id,
    cast(fact_receipt.category_id as bigint) as category_id,
    cast(fact_receipt.consignee_id as bigint) as consignee_id,
    cast(fact_receipt.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_receipt.seller_key as bigint) as seller_key,
    cast(fact_receipt.category_key as bigint) as category_key,
    cast(fact_receipt.consignee_key as bigint) as consignee_key,
    cast(fact_receipt.issued_date_key as integer) as issued_date_key,
    cast(fact_receipt.delivered_date_key as integer) as delivered_date_key,
    cast(fact_receipt.issued_at as timestamp) as issued_at,
    cast(fact_receipt.delivered_at as timestamp) as delivered_at,
    cast(fact_receipt.received_qty as numeric(18,3)) as received_qty,
    cast(fact_receipt.accepted_qty as numeric(18,3)) as accepted_qty,
    cast(fact_receipt.rejected_qty as numeric(18,3)) as rejected_qty,
    cast(fact_receipt.received_value as numeric(18,2)) as received_value,
    cast(fact_receipt.accepted_value as numeric(18,2)) as accepted_value,
    cast(fact_receipt.rejected_value as numeric(18,2)) as rejected_value,
    cast(fact_receipt.reject_reason as varchar(512)) as reject_reason,
    cast(fact_receipt.days_from_delivery as integer) as days_from_delivery,
    cast(fact_receipt.is_auto as boolean) as is_auto,
    cast(fact_receipt.is_before_delivery as boolean) as is_before_delivery,
    cast(issued_date.calendar_date as timestamp) as issued_date,
    cast(delivered_date.calendar_date as timestamp) as delivered_date,
    cast(coalesce(issued_date.calendar_date, cast(fact_receipt.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_receipt.dw_updated_at as timestamp) as changed_at
from mart.fact_receipt
join mart.dim_date as issued_date
    on issued_date.date_key = fact_receipt.issued_date_key
join mart.dim_date as delivered_date
    on delivered_date.date_key = fact_receipt.delivered_date_key;
