-- Orders that together look like one order split to stay below a limit: one order in one category.
-- Small orders of a buyer user in a category and mode, from one of them on for SPLIT_WINDOW_DAYS days, whose sum is above
-- the limit of the first one's day: all of them. A small one is within the limit of its own day.
drop view if exists bi.v_split_orders;

create view bi.v_split_orders as
with valid_order as (
    select
        line.source_id,
        line.contract_id,
        line.buyer_user_id,
        line.category_id,
        line.buy_mode,
        max(line.buyer_org_key) as buyer_org_key,
        max(line.seller_key) as seller_key,
        max(line.category_key) as category_key,
        max(line.contract_date_key) as contract_date_key,
        sum(line.line_value) as order_value
    from mart.fact_order_line as line
    where line.buy_mode in ('DIRECT', 'L1')
        and line.rejected_at is null
        and line.cancelled_at is null
        and coalesce(line.status, '') not in ('REJECTED', 'CANCELLED')
    group by line.source_id, line.contract_id, line.buyer_user_id, line.category_id, line.buy_mode
),
small_order as (
    select
        valid_order.*,
        contract_date.calendar_date as contract_on,
        most.num_value as highest_value
    from valid_order
    join mart.dim_date as contract_date
        on contract_date.date_key = valid_order.contract_date_key
    join bi.v_policy as most
        on most.source_id = valid_order.source_id
        and most.param_code = case valid_order.buy_mode when 'DIRECT' then 'DP_LIMIT' else 'L1_LIMIT' end
        and contract_date.calendar_date >= most.first_day
        and contract_date.calendar_date < most.until_day
    where valid_order.order_value <= most.num_value
),
first_order as (
    select
        small_order.*,
        small_order.contract_on + cast(split_days.num_value as integer) as until_day
    from small_order
    join bi.v_policy as split_days
        on split_days.source_id = small_order.source_id
        and split_days.param_code = 'SPLIT_WINDOW_DAYS'
        and small_order.contract_on >= split_days.first_day
        and small_order.contract_on < split_days.until_day
),
split as (
    select
        first_order.source_id,
        first_order.contract_id,
        first_order.buyer_user_id,
        first_order.category_id,
        first_order.buy_mode,
        first_order.contract_on,
        first_order.until_day
    from first_order
    join small_order
        on small_order.source_id = first_order.source_id
        and small_order.buyer_user_id = first_order.buyer_user_id
        and small_order.category_id = first_order.category_id
        and small_order.buy_mode = first_order.buy_mode
        and small_order.contract_on >= first_order.contract_on
        and small_order.contract_on < first_order.until_day
    group by first_order.source_id, first_order.contract_id, first_order.buyer_user_id, first_order.category_id,
        first_order.buy_mode, first_order.contract_on, first_order.until_day, first_order.highest_value
    having count(*) >= 2
        and sum(small_order.order_value) > first_order.highest_value
),
flagged as (
    select distinct
        small_order.source_id,
        small_order.contract_id,
        small_order.category_id
    from split
    join small_order
        on small_order.source_id = split.source_id
        and small_order.buyer_user_id = split.buyer_user_id
        and small_order.category_id = split.category_id
        and small_order.buy_mode = split.buy_mode
        and small_order.contract_on >= split.contract_on
        and small_order.contract_on < split.until_day
)
select
    cast(small_order.source_id as varchar(32)) as source_id,
    cast(small_order.contract_id as bigint) as contract_id,
    cast(small_order.buyer_user_id as bigint) as buyer_user_id,
    cast(small_order.category_id as bigint) as category_id,
    cast(small_order.buy_mode as varchar(32)) as buy_mode,
    cast(small_order.buyer_org_key as bigint) as buyer_org_key,
    cast(small_order.seller_key as bigint) as seller_key,
    cast(small_order.category_key as bigint) as category_key,
    cast(small_order.contract_date_key as integer) as contract_date_key,
    cast(small_order.contract_on as date) as contract_on,
    cast(small_order.order_value as numeric(18,2)) as order_value,
    cast(small_order.highest_value as numeric(18,2)) as highest_value
from flagged
join small_order
    on small_order.source_id = flagged.source_id
    and small_order.contract_id = flagged.contract_id
    and small_order.category_id = flagged.category_id;
