-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: grain_is_unique
-- No row stands twice: one day, ministry, state of the buyer, category of the first level, size of the seller and mode of purchase.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' contract_date_key=' || coalesce(cast(contract_date_key as varchar), 'null')
    || ' ministry_id=' || coalesce(cast(ministry_id as varchar), 'null')
    || ' ministry_name=' || coalesce(cast(ministry_name as varchar), 'null')
    || ' buyer_state_code=' || coalesce(cast(buyer_state_code as varchar), 'null')
    || ' category_level1=' || coalesce(cast(category_level1 as varchar), 'null')
    || ' seller_size=' || coalesce(cast(seller_size as varchar), 'null')
    || ' buy_mode=' || coalesce(cast(buy_mode as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.agg_gmv_daily
group by source_id, contract_date_key, ministry_id, ministry_name, buyer_state_code, category_level1, seller_size, buy_mode
having count(*) > 1;

-- check: contract_date_key_has_its_member
-- Every contract_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_date_key=' || coalesce(cast(fact.contract_date_key as varchar), 'null')
    || ' ministry_id=' || coalesce(cast(fact.ministry_id as varchar), 'null')
    || ' ministry_name=' || coalesce(cast(fact.ministry_name as varchar), 'null')
    || ' buyer_state_code=' || coalesce(cast(fact.buyer_state_code as varchar), 'null')
    || ' category_level1=' || coalesce(cast(fact.category_level1 as varchar), 'null')
    || ' seller_size=' || coalesce(cast(fact.seller_size as varchar), 'null')
    || ' buy_mode=' || coalesce(cast(fact.buy_mode as varchar), 'null')
    || ' contract_date_key=' || coalesce(cast(fact.contract_date_key as varchar), 'null') as example
from mart.agg_gmv_daily as fact
left join mart.dim_date as member
    on member.date_key = fact.contract_date_key
where member.date_key is null;

-- check: days_add_up_to_their_fact
-- What can be told from fact_order_line alone is the same in both, for every source and day.
select 'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' contract_date_key=' || coalesce(cast(contract_date_key as varchar), 'null') as example
from (
    select
        cell.source_id,
        cell.contract_date_key,
        cell.orders,
        cell.order_lines,
        cell.gross_gmv,
        cell.net_gmv
    from mart.agg_gmv_daily as cell
    union all
    select
        f.source_id,
        f.contract_date_key,
        -count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.contract_id end),
        -coalesce(sum(1), 0),
        -coalesce(sum(f.line_value), 0),
        -coalesce(sum(f.current_value), 0)
    from mart.fact_order_line as f
    group by f.source_id, f.contract_date_key
) as held
group by source_id, contract_date_key
having sum(orders) <> 0
    or sum(order_lines) <> 0
    or sum(gross_gmv) <> 0
    or sum(net_gmv) <> 0;

-- check: cells_are_those_of_their_fact
-- Every cell is what fact_order_line and its dimensions give now; none is missing or too many.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' contract_date_key=' || coalesce(cast(contract_date_key as varchar), 'null')
    || ' ministry_id=' || coalesce(cast(ministry_id as varchar), 'null')
    || ' ministry_name=' || coalesce(cast(ministry_name as varchar), 'null')
    || ' buyer_state_code=' || coalesce(cast(buyer_state_code as varchar), 'null')
    || ' category_level1=' || coalesce(cast(category_level1 as varchar), 'null')
    || ' seller_size=' || coalesce(cast(seller_size as varchar), 'null')
    || ' buy_mode=' || coalesce(cast(buy_mode as varchar), 'null') as example
from (
    select
        cell.source_id,
        cell.contract_date_key,
        cell.ministry_id,
        cell.ministry_name,
        cell.buyer_state_code,
        cell.category_level1,
        cell.seller_size,
        cell.buy_mode,
        cell.orders,
        cell.orders_in_category,
        cell.order_lines,
        cell.gross_gmv,
        cell.net_gmv,
        cell.mse_value,
        cell.women_value,
        cell.scst_value,
        cell.startup_value
    from mart.agg_gmv_daily as cell
    union all
    select
        given.source_id,
        given.contract_date_key,
        given.ministry_id,
        given.ministry_name,
        given.buyer_state_code,
        given.category_level1,
        given.seller_size,
        given.buy_mode,
        -given.orders,
        -given.orders_in_category,
        -given.order_lines,
        -given.gross_gmv,
        -given.net_gmv,
        -given.mse_value,
        -given.women_value,
        -given.scst_value,
        -given.startup_value
    from (
        select
            f.source_id,
            f.contract_date_key as contract_date_key,
            coalesce(buyer_org.ministry_id, case when f.buyer_org_key = -1 then -1 else -2 end) as ministry_id,
            coalesce(buyer_org.ministry_name, case when f.buyer_org_key = -1 then 'Unknown' else 'Not stated' end) as ministry_name,
            coalesce(buyer_org.state_code, case when f.buyer_org_key = -1 then '-1' else '-2' end) as buyer_state_code,
            coalesce(category.level1_name, case when f.category_key = -1 then 'Unknown' else 'Not stated' end) as category_level1,
            coalesce(seller.size, case when f.seller_key = -1 then 'Unknown' else 'Not stated' end) as seller_size,
            coalesce(f.buy_mode, 'Not stated') as buy_mode,
            count(case when f.orders_turn = 1 then 1 end) as orders,
            count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.contract_id end) as orders_in_category,
            coalesce(sum(1), 0) as order_lines,
            coalesce(sum(f.line_value), 0) as gross_gmv,
            coalesce(sum(f.current_value), 0) as net_gmv,
            coalesce(sum(case when seller.is_mse then f.current_value end), 0) as mse_value,
            coalesce(sum(case when seller.is_mse and seller.is_women_owned then f.current_value end), 0) as women_value,
            coalesce(sum(case when seller.is_mse and seller.is_scst then f.current_value end), 0) as scst_value,
            coalesce(sum(case when seller.is_startup then f.current_value end), 0) as startup_value
        from (
            select
                f.source_id,
                f.contract_id,
                f.buy_mode,
                f.status,
                f.buyer_org_key,
                f.seller_key,
                f.category_key,
                f.contract_date_key,
                f.rejected_at,
                f.cancelled_at,
                f.line_value,
                f.current_value,
                case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then row_number() over (
                    partition by
                        f.source_id,
                        f.contract_date_key,
                        f.contract_id,
                        case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then 1 else 0 end
                    order by f.contract_item_id
                ) end as orders_turn
            from mart.fact_order_line as f
        ) as f
        join mart.dim_buyer_org as buyer_org
            on buyer_org.buyer_org_key = f.buyer_org_key
        join mart.dim_seller as seller
            on seller.seller_key = f.seller_key
        join mart.dim_category as category
            on category.category_key = f.category_key
        group by 1, 2, 3, 4, 5, 6, 7, 8
    ) as given
) as held
group by source_id, contract_date_key, ministry_id, ministry_name, buyer_state_code, category_level1, seller_size, buy_mode
having sum(orders) <> 0
    or sum(orders_in_category) <> 0
    or sum(order_lines) <> 0
    or sum(gross_gmv) <> 0
    or sum(net_gmv) <> 0
    or sum(mse_value) <> 0
    or sum(women_value) <> 0
    or sum(scst_value) <> 0
    or sum(startup_value) <> 0;
