-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Lines of contracts: one contract item (line and consignee).
drop view if exists bi.v_order_lines;

create view bi.v_order_lines as
select
    cast(fact_order_line.source_id as varchar(32)) as source_id,
    cast(fact_order_line.contract_item_id as bigint) as contract_item_id,
    cast(fact_order_line.contract_id as bigint) as contract_id,
    cast(fact_order_line.contract_number as varchar(64)) as contract_number,
    cast(fact_order_line.line_no as integer) as line_no,
    cast(fact_order_line.buy_mode as varchar(32)) as buy_mode,
    cast(fact_order_line.status as varchar(32)) as status,
    cast(fact_order_line.cancelled_by as varchar(32)) as cancelled_by,
    cast(fact_order_line.payment_mode as varchar(32)) as payment_mode,
    cast(fact_order_line.bid_id as bigint) as bid_id,
    cast(fact_order_line.org_id as bigint) as org_id,
    cast(fact_order_line.seller_id as bigint) as seller_id,
    cast(fact_order_line.category_id as bigint) as category_id,
    cast(fact_order_line.seller_state_code as varchar(2)) as seller_state_code,
    cast(fact_order_line.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_order_line.seller_key as bigint) as seller_key,
    cast(fact_order_line.category_key as bigint) as category_key,
    cast(fact_order_line.seller_state_key as bigint) as seller_state_key,
    cast(fact_order_line.contract_date_key as integer) as contract_date_key,
    cast(fact_order_line.contract_at as timestamp) as contract_at,
    cast(fact_order_line.accepted_at as timestamp) as accepted_at,
    cast(fact_order_line.rejected_at as timestamp) as rejected_at,
    cast(fact_order_line.cancelled_at as timestamp) as cancelled_at,
    cast(fact_order_line.delivery_due_on as date) as delivery_due_on,
    cast(fact_order_line.ordered_qty as numeric(18,3)) as ordered_qty,
    cast(fact_order_line.unit_price as numeric(18,2)) as unit_price,
    cast(fact_order_line.line_value as numeric(18,2)) as line_value,
    cast(fact_order_line.current_value as numeric(18,2)) as current_value,
    cast(fact_order_line.taxable_value as numeric(18,2)) as taxable_value,
    cast(fact_order_line.cgst as numeric(18,2)) as cgst,
    cast(fact_order_line.sgst as numeric(18,2)) as sgst,
    cast(fact_order_line.igst as numeric(18,2)) as igst,
    cast(fact_order_line.gst_rate as numeric(7,3)) as gst_rate,
    cast(fact_order_line.mrp_value as numeric(18,2)) as mrp_value,
    cast(fact_order_line.reference_value as numeric(18,2)) as reference_value,
    cast(fact_order_line.mii_class as varchar(32)) as mii_class,
    cast(fact_order_line.is_rate_contract as boolean) as is_rate_contract,
    cast(contract_date.calendar_date as timestamp) as contract_date
from mart.fact_order_line
join mart.dim_date as contract_date
    on contract_date.date_key = fact_order_line.contract_date_key;
