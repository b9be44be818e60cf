-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Comparisons of catalogue offers: one comparison.
drop view if exists bi.v_l1_comparisons;

create view bi.v_l1_comparisons as
select
    cast(fact_l1_comparison.source_id as varchar(32)) as source_id,
    cast(fact_l1_comparison.comparison_id as bigint) as comparison_id,
    cast(fact_l1_comparison.buyer_user_id as bigint) as buyer_user_id,
    cast(fact_l1_comparison.category_id as bigint) as category_id,
    cast(fact_l1_comparison.buyer_user_key as bigint) as buyer_user_key,
    cast(fact_l1_comparison.category_key as bigint) as category_key,
    cast(fact_l1_comparison.compared_date_key as integer) as compared_date_key,
    cast(fact_l1_comparison.compared_at as timestamp) as compared_at,
    cast(fact_l1_comparison.qty as numeric(18,3)) as qty,
    cast(fact_l1_comparison.compared_offer_count as integer) as compared_offer_count,
    cast(fact_l1_comparison.manufacturer_count as integer) as manufacturer_count,
    cast(fact_l1_comparison.lowest_price as numeric(18,2)) as lowest_price,
    cast(fact_l1_comparison.median_price as numeric(18,2)) as median_price,
    cast(fact_l1_comparison.selected_offer_id as bigint) as selected_offer_id,
    cast(compared_date.calendar_date as timestamp) as compared_date,
    cast(coalesce(compared_date.calendar_date, cast(fact_l1_comparison.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_l1_comparison.dw_updated_at as timestamp) as changed_at
from mart.fact_l1_comparison
join mart.dim_date as compared_date
    on compared_date.date_key = fact_l1_comparison.compared_date_key;
