-- Lines of orders that are open, with the seller as it is now: one order line.
drop view if exists bi.v_open_orders;

create view bi.v_open_orders as
select
    cast(line.source_id as varchar(32)) as source_id,
    cast(line.contract_item_id as bigint) as contract_item_id,
    cast(line.contract_id as bigint) as contract_id,
    cast(line.seller_id as bigint) as seller_id,
    cast(line.buyer_org_key as bigint) as buyer_org_key,
    cast(seller.seller_key as bigint) as seller_key,
    cast(line.category_key as bigint) as category_key,
    cast(line.contract_date_key as integer) as contract_date_key,
    cast(line.current_value as numeric(18,2)) as current_value,
    cast(seller.status as varchar(32)) as seller_status
from mart.fact_order_line as line
join mart.dim_seller as seller
    on seller.source_id = line.source_id
    and seller.seller_id = line.seller_id
    and seller.is_current
    and seller.seller_key > 0
where line.status in ('PLACED', 'ACCEPTED', 'IN_DELIVERY');
