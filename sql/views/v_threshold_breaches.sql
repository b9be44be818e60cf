-- Direct and L1 orders above the limit of their day, and L1 orders with too few makers compared: one order.
-- Where every line is an automobile a direct purchase has no limit, and an L1 purchase one of its own.
drop view if exists bi.v_threshold_breaches;

create view bi.v_threshold_breaches as
with valid_line as (
    select
        line.source_id,
        line.contract_id,
        line.contract_item_id,
        line.comparison_id,
        line.buy_mode,
        line.buyer_org_key,
        line.seller_key,
        line.contract_date_key,
        contract_date.calendar_date as contract_on,
        line.line_value,
        category.hsn_sac
    from mart.fact_order_line as line
    join mart.dim_category as category
        on category.category_key = line.category_key
    join mart.dim_date as contract_date
        on contract_date.date_key = line.contract_date_key
    where line.buy_mode in ('DIRECT', 'L1')
        and line.rejected_at is null
        and line.cancelled_at is null
        and coalesce(line.status, '') not in ('REJECTED', 'CANCELLED')
),
prefix_length as (
    select 1 as digits union all select 2 union all select 3 union all select 4
    union all select 5 union all select 6 union all select 7 union all select 8
),
automobile_line as (
    select distinct
        valid_line.source_id,
        valid_line.contract_item_id
    from valid_line
    join bi.v_policy as automobiles
        on automobiles.source_id = valid_line.source_id
        and automobiles.param_code = 'AUTOMOBILE_HSN_PREFIXES'
        and valid_line.contract_on >= automobiles.first_day
        and valid_line.contract_on < automobiles.until_day
    join prefix_length
        on prefix_length.digits <= length(valid_line.hsn_sac)
    where position(
        ',' || substring(valid_line.hsn_sac, 1, prefix_length.digits) || ','
        in ',' || replace(automobiles.text_value, ' ', '') || ','
    ) > 0
),
valid_order as (
    select
        valid_line.source_id,
        valid_line.contract_id,
        valid_line.comparison_id,
        valid_line.buy_mode,
        valid_line.contract_on,
        valid_line.contract_date_key,
        max(valid_line.buyer_org_key) as buyer_org_key,
        max(valid_line.seller_key) as seller_key,
        sum(valid_line.line_value) as order_value,
        count(*) = count(automobile_line.contract_item_id) as is_automobile
    from valid_line
    left join automobile_line
        on automobile_line.source_id = valid_line.source_id
        and automobile_line.contract_item_id = valid_line.contract_item_id
    group by valid_line.source_id, valid_line.contract_id, valid_line.comparison_id, valid_line.buy_mode,
        valid_line.contract_on, valid_line.contract_date_key
),
judged as (
    select
        valid_order.*,
        most.num_value as highest_value,
        comparison.manufacturer_count,
        coalesce(valid_order.order_value > most.num_value, false) as is_above_limit,
        coalesce(valid_order.buy_mode = 'L1' and comparison.manufacturer_count < makers.num_value, false)
            as has_few_manufacturers
    from valid_order
    left join bi.v_policy as most
        on most.source_id = valid_order.source_id
        and most.param_code = case
            when valid_order.buy_mode = 'L1' and valid_order.is_automobile then 'L1_LIMIT_AUTOMOBILE'
            when valid_order.buy_mode = 'L1' then 'L1_LIMIT'
            when not valid_order.is_automobile then 'DP_LIMIT'
        end
        and valid_order.contract_on >= most.first_day
        and valid_order.contract_on < most.until_day
    left join mart.fact_l1_comparison as comparison
        on comparison.source_id = valid_order.source_id
        and comparison.comparison_id = valid_order.comparison_id
    left join bi.v_policy as makers
        on makers.source_id = valid_order.source_id
        and makers.param_code = 'L1_MIN_MANUFACTURERS'
        and valid_order.contract_on >= makers.first_day
        and valid_order.contract_on < makers.until_day
)
select
    cast(judged.source_id as varchar(32)) as source_id,
    cast(judged.contract_id as bigint) as contract_id,
    cast(judged.buy_mode as varchar(32)) as buy_mode,
    cast(judged.buyer_org_key as bigint) as buyer_org_key,
    cast(judged.seller_key as bigint) as seller_key,
    cast(judged.contract_date_key as integer) as contract_date_key,
    cast(judged.contract_on as date) as contract_on,
    cast(judged.order_value as numeric(18,2)) as order_value,
    cast(judged.highest_value as numeric(18,2)) as highest_value,
    cast(judged.manufacturer_count as integer) as manufacturer_count,
    cast(judged.is_automobile as boolean) as is_automobile,
    cast(judged.is_above_limit as boolean) as is_above_limit,
    cast(judged.has_few_manufacturers as boolean) as has_few_manufacturers
from judged
where judged.is_above_limit
    or judged.has_few_manufacturers;
