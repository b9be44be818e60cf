-- Order lines of L1 purchases against the median of the offers compared: one order line.
drop view if exists bi.v_l1_savings;

create view bi.v_l1_savings as
select
    cast(line.source_id as varchar(32)) as source_id,
    cast(line.contract_item_id as bigint) as contract_item_id,
    cast(line.contract_id as bigint) as contract_id,
    cast(line.comparison_id as bigint) as comparison_id,
    cast(line.buyer_org_key as bigint) as buyer_org_key,
    cast(line.seller_key as bigint) as seller_key,
    cast(line.category_key as bigint) as category_key,
    cast(line.contract_date_key as integer) as contract_date_key,
    cast(line.unit_price as numeric(18,2)) as unit_price,
    cast(comparison.median_price as numeric(18,2)) as median_price,
    cast(line.ordered_qty as numeric(18,3)) as ordered_qty,
    cast(comparison.median_price * line.ordered_qty as numeric(37,5)) as median_value,
    cast((comparison.median_price - line.unit_price) * line.ordered_qty as numeric(37,5)) as saving
from mart.fact_order_line as line
join mart.fact_l1_comparison as comparison
    on comparison.source_id = line.source_id
    and comparison.comparison_id = line.comparison_id
where line.buy_mode = 'L1'
    and comparison.median_price is not null
    and line.unit_price is not null
    and line.ordered_qty is not null;
