-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.category_id,
    exported.seller_id,
    exported.category_key,
    exported.seller_key,
    exported.month_end_date_key,
    exported.month_end_at,
    exported.live_offers,
    exported.min_price,
    exported.median_price,
    day.financial_year
from bi.v_catalogue_months as exported
join bi.v_dates as day
    on day.date_key = exported.month_end_date_key;
