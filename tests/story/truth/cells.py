"""What agg_gmv_daily must hold: from the source alone, and cell by cell from the natural keys of its fact."""

from tests.story.truth.contracts import ORDER_LINES

GMV_DAILY = f"""
    select
        contract_date_key,
        coalesce(buy_mode, 'Not stated'),
        count(distinct case
            when rejected_at is null and cancelled_at is null and coalesce(status, '') not in ('REJECTED', 'CANCELLED')
            then contract_id
        end),
        count(*),
        coalesce(sum(line_value), 0),
        coalesce(sum(current_value), 0)
    from ({ORDER_LINES}) line
    group by 1, 2
    order by 1, 2
"""

WAREHOUSE_GMV_DAILY = """
    select contract_date_key, buy_mode, sum(orders), sum(order_lines), sum(gross_gmv), sum(net_gmv)
    from mart.agg_gmv_daily
    group by contract_date_key, buy_mode
    order by 1, 2
"""

CELLS = """
    with line as (
        select
            f.*,
            b.ministry_id, b.ministry_name, b.state_code,
            g.level1_name,
            s.size, s.is_mse, s.is_women_owned, s.is_scst, s.is_startup,
            f.rejected_at is not null or f.cancelled_at is not null
                or coalesce(f.status in ('REJECTED', 'CANCELLED'), false) as is_void,
            b.org_id is null and f.org_id is not null as buyer_is_unknown,
            g.category_id is null and f.category_id is not null as category_is_unknown,
            s.seller_id is null and f.seller_id is not null as seller_is_unknown
        from mart.fact_order_line f
        left join mart.dim_buyer_org b on b.org_id = f.org_id and f.contract_at >= b.valid_from
            and f.contract_at < b.valid_to
        left join mart.dim_category g on g.category_id = f.category_id and f.contract_at >= g.valid_from
            and f.contract_at < g.valid_to
        left join mart.dim_seller s on s.seller_id = f.seller_id and f.contract_at >= s.valid_from
            and f.contract_at < s.valid_to
    )
    select
        contract_date_key,
        coalesce(ministry_id, case when buyer_is_unknown then -1 else -2 end),
        coalesce(ministry_name, case when buyer_is_unknown then 'Unknown' else 'Not stated' end),
        coalesce(state_code, case when buyer_is_unknown then '-1' else '-2' end),
        coalesce(level1_name, case when category_is_unknown then 'Unknown' else 'Not stated' end),
        coalesce(size, case when seller_is_unknown then 'Unknown' else 'Not stated' end),
        coalesce(buy_mode, 'Not stated'),
        count(distinct contract_id) filter (where not is_void),
        count(*),
        coalesce(sum(line_value), 0),
        coalesce(sum(current_value), 0),
        coalesce(sum(current_value) filter (where is_mse), 0),
        coalesce(sum(current_value) filter (where is_mse and is_women_owned), 0),
        coalesce(sum(current_value) filter (where is_mse and is_scst), 0),
        coalesce(sum(current_value) filter (where is_startup), 0)
    from line
    group by 1, 2, 3, 4, 5, 6, 7
"""
WAREHOUSE_CELLS = """
    select contract_date_key, ministry_id, ministry_name, buyer_state_code, category_level1, seller_size, buy_mode,
        orders_in_category, order_lines, gross_gmv, net_gmv, mse_value, women_value, scst_value, startup_value
    from mart.agg_gmv_daily
"""
"""What agg_gmv_daily must hold, by the natural keys and times of its fact, not by the keys that a load resolves."""
