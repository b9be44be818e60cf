-- Orders that together look like one order split to stay below a limit: one order in one category.
-- Small orders of a buyer user in a category and mode, from one of them on for SPLIT_WINDOW_DAYS days, whose sum is above
-- the limit of the first one's day: all of them. A small one is within the limit of its own day.
-- Windows are told by running sums, so that the work grows with the orders and not with their pairs: what a window
-- holds is what was ordered before its end less what was ordered before its begin. Redshift's frames count no days.
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
        contract_date.calendar_date + cast(split_days.num_value as integer) as until_day,
        most.num_value as highest_value
    from valid_order
    join mart.dim_date as contract_date
        on contract_date.date_key = valid_order.contract_date_key
    join bi.v_policy as most
        on most.source_id = valid_order.source_id
        and most.param_code = case valid_order.buy_mode when 'DIRECT' then 'DP_LIMIT' else 'L1_LIMIT' end
        and contract_date.calendar_date >= most.first_day
        and contract_date.calendar_date < most.until_day
    left join bi.v_policy as split_days
        on split_days.source_id = valid_order.source_id
        and split_days.param_code = 'SPLIT_WINDOW_DAYS'
        and contract_date.calendar_date >= split_days.first_day
        and contract_date.calendar_date < split_days.until_day
    where valid_order.order_value <= most.num_value
        and valid_order.buyer_user_id is not null
        and valid_order.category_id is not null
),
moment as (
    select
        small_order.*,
        part.window_sign,
        part.order_count,
        case part.window_sign when 1 then small_order.until_day else small_order.contract_on end as moment_on
    from small_order
    cross join (
        select -1 as window_sign, 0 as order_count
        union all
        select 1 as window_sign, 0 as order_count
        union all
        select 0 as window_sign, 1 as order_count
    ) as part
),
sum_so_far as (
    select
        moment.*,
        sum(order_count) over (
            partition by source_id, buyer_user_id, category_id, buy_mode
            order by moment_on, order_count, contract_id
            rows unbounded preceding
        ) as orders_so_far,
        sum(case order_count when 1 then order_value else 0 end) over (
            partition by source_id, buyer_user_id, category_id, buy_mode
            order by moment_on, order_count, contract_id
            rows unbounded preceding
        ) as value_so_far
    from moment
),
judged_order as (
    select
        source_id,
        contract_id,
        buyer_user_id,
        category_id,
        buy_mode,
        buyer_org_key,
        seller_key,
        category_key,
        contract_date_key,
        contract_on,
        order_value,
        highest_value,
        case
            when sum(window_sign * orders_so_far) >= 2
                and sum(case window_sign when 1 then value_so_far when -1 then 0 - value_so_far end) > highest_value
                then until_day
        end as split_until_day
    from sum_so_far
    group by source_id, contract_id, buyer_user_id, category_id, buy_mode, buyer_org_key, seller_key, category_key,
        contract_date_key, contract_on, until_day, order_value, highest_value
),
-- Of the orders of one day the windows are the same, so it does not matter which of them stand before another.
windowed_order as (
    select
        judged_order.*,
        max(split_until_day) over (
            partition by source_id, buyer_user_id, category_id, buy_mode
            order by contract_on, contract_id
            rows unbounded preceding
        ) as within_until_day
    from judged_order
)
select
    cast(source_id as varchar(32)) as source_id,
    cast(contract_id as bigint) as contract_id,
    cast(buyer_user_id as bigint) as buyer_user_id,
    cast(category_id as bigint) as category_id,
    cast(buy_mode as varchar(32)) as buy_mode,
    cast(buyer_org_key as bigint) as buyer_org_key,
    cast(seller_key as bigint) as seller_key,
    cast(category_key as bigint) as category_key,
    cast(contract_date_key as integer) as contract_date_key,
    cast(contract_on as date) as contract_on,
    cast(order_value as numeric(18,2)) as order_value,
    cast(highest_value as numeric(18,2)) as highest_value
from windowed_order
where contract_on < within_until_day;
