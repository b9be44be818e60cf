-- Sellers with the day of their first valid order: one seller whose registration is known.
drop view if exists bi.v_seller_activation;

create view bi.v_seller_activation as
with first_order as (
    select
        line.source_id,
        line.seller_id,
        min(contract_date.calendar_date) as first_order_on
    from mart.fact_order_line as line
    join mart.dim_date as contract_date
        on contract_date.date_key = line.contract_date_key
    where line.rejected_at is null
        and line.cancelled_at is null
        and coalesce(line.status, '') not in ('REJECTED', 'CANCELLED')
    group by line.source_id, line.seller_id
)
select
    cast(seller.source_id as varchar(32)) as source_id,
    cast(seller.seller_id as bigint) as seller_id,
    cast(seller.seller_key as bigint) as seller_key,
    cast(coalesce(registered_date.date_key, -1) as integer) as registered_date_key,
    cast(seller.registered_on as date) as registered_on,
    cast(seller.registered_on + cast(activation_days.num_value as integer) as date) as activation_ends_on,
    cast(first_order.first_order_on as date) as first_order_on
from mart.dim_seller as seller
left join mart.dim_date as registered_date
    on registered_date.calendar_date = seller.registered_on
left join first_order
    on first_order.source_id = seller.source_id
    and first_order.seller_id = seller.seller_id
left join bi.v_policy as activation_days
    on activation_days.source_id = seller.source_id
    and activation_days.param_code = 'ACTIVATION_DAYS'
    and seller.registered_on >= activation_days.first_day
    and seller.registered_on < activation_days.until_day
where seller.is_current
    and seller.seller_key > 0
    and seller.registered_on is not null;
