-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_days
create temp table noted_agg_gmv_daily (
    source_id varchar(32),
    contract_date_key integer
)
diststyle all;

-- step: note_removed
insert into noted_agg_gmv_daily (source_id, contract_date_key)
select distinct
    present.source_id,
    present.contract_date_key
from mart.fact_order_line as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id;

-- step: note_buyer_org_key
insert into noted_agg_gmv_daily (source_id, contract_date_key)
select distinct
    f.source_id,
    f.contract_date_key
from stale_dim_buyer_org as stale
join mart.fact_order_line as f
    on f.buyer_org_key = stale.old_key
    and f.source_id = stale.source_id
    and f.org_id = stale.org_id
    and f.contract_date_key >= stale.changed_from_date_key;

-- step: note_seller_key
insert into noted_agg_gmv_daily (source_id, contract_date_key)
select distinct
    f.source_id,
    f.contract_date_key
from stale_dim_seller as stale
join mart.fact_order_line as f
    on f.seller_key = stale.old_key
    and f.source_id = stale.source_id
    and f.seller_id = stale.seller_id
    and f.contract_date_key >= stale.changed_from_date_key;

-- step: note_category_key
insert into noted_agg_gmv_daily (source_id, contract_date_key)
select distinct
    f.source_id,
    f.contract_date_key
from stale_dim_category as stale
join mart.fact_order_line as f
    on f.category_key = stale.old_key
    and f.source_id = stale.source_id
    and f.category_id = stale.category_id
    and f.contract_date_key >= stale.changed_from_date_key;

-- step: note_inserted
insert into noted_agg_gmv_daily (source_id, contract_date_key)
select distinct
    staged.source_id,
    staged.contract_date_key
from stage_fact_order_line as staged
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.contract_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt;

-- step: touch
create temp table touched_agg_gmv_daily
diststyle all as
select distinct
    source_id,
    contract_date_key
from noted_agg_gmv_daily;

-- step: compute
delete from mart.agg_gmv_daily
using touched_agg_gmv_daily
where touched_agg_gmv_daily.source_id = agg_gmv_daily.source_id
    and touched_agg_gmv_daily.contract_date_key = agg_gmv_daily.contract_date_key;

insert into mart.agg_gmv_daily (
    source_id,
    contract_date_key,
    ministry_id,
    ministry_name,
    buyer_state_code,
    category_level1,
    seller_size,
    buy_mode,
    orders,
    orders_in_category,
    order_lines,
    gross_gmv,
    net_gmv,
    mse_value,
    women_value,
    scst_value,
    startup_value,
    dw_updated_at
)
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
    coalesce(sum(case when seller.is_startup then f.current_value end), 0) as startup_value,
    getdate()
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
    join touched_agg_gmv_daily as touched
        on touched.source_id = f.source_id
        and touched.contract_date_key = f.contract_date_key
) as f
join mart.dim_buyer_org as buyer_org
    on buyer_org.buyer_org_key = f.buyer_org_key
join mart.dim_seller as seller
    on seller.seller_key = f.seller_key
join mart.dim_category as category
    on category.category_key = f.category_key
group by 1, 2, 3, 4, 5, 6, 7, 8;

-- step: analyze
analyze mart.agg_gmv_daily;

-- step: check
select 'its cells do not add up to the rows of fact_order_line' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'contract_date_key=' || coalesce(cast(contract_date_key as varchar), 'null') as example
    from (
        select
            cell.source_id,
            cell.contract_date_key,
            cell.orders,
            cell.order_lines,
            cell.gross_gmv,
            cell.net_gmv
        from mart.agg_gmv_daily as cell
        join touched_agg_gmv_daily as touched
            on touched.source_id = cell.source_id
            and touched.contract_date_key = cell.contract_date_key
        union all
        select
            f.source_id,
            f.contract_date_key,
            -count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.contract_id end),
            -coalesce(sum(1), 0),
            -coalesce(sum(f.line_value), 0),
            -coalesce(sum(f.current_value), 0)
        from mart.fact_order_line as f
        join touched_agg_gmv_daily as touched
            on touched.source_id = f.source_id
            and touched.contract_date_key = f.contract_date_key
        group by f.source_id, f.contract_date_key
    ) as held
    group by source_id, contract_date_key
    having sum(orders) <> 0
        or sum(order_lines) <> 0
        or sum(gross_gmv) <> 0
        or sum(net_gmv) <> 0
) as wrong
having count(*) > 0;
