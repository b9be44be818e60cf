-- Warning: direct purchases above the limit of their day: one order.
drop view if exists bi.v_direct_above_limit;

create view bi.v_direct_above_limit as
select
    cast(breach.source_id as varchar(32)) as source_id,
    cast(breach.contract_id as bigint) as contract_id,
    cast(breach.buyer_org_key as bigint) as buyer_org_key,
    cast(breach.seller_key as bigint) as seller_key,
    cast(breach.contract_on as date) as contract_on,
    cast(breach.order_value as numeric(18,2)) as order_value,
    cast(breach.highest_value as numeric(18,2)) as highest_value
from bi.v_threshold_breaches as breach
where breach.buy_mode = 'DIRECT'
    and breach.is_above_limit;
