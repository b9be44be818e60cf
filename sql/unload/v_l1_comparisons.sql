-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.comparison_id,
    exported.buyer_user_id,
    exported.category_id,
    exported.buyer_user_key,
    exported.category_key,
    exported.compared_date_key,
    exported.compared_at,
    exported.qty,
    exported.compared_offer_count,
    exported.manufacturer_count,
    exported.lowest_price,
    exported.median_price,
    exported.selected_offer_id,
    day.financial_year
from bi.v_l1_comparisons as exported
join bi.v_dates as day
    on day.date_key = exported.compared_date_key;
