-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.offer_id,
    exported.product_id,
    exported.category_id,
    exported.seller_id,
    exported.product_key,
    exported.category_key,
    exported.seller_key,
    exported.starts_date_key,
    exported.ends_date_key,
    exported.starts_at,
    exported.ends_at,
    exported.status,
    exported.offer_price,
    exported.min_qty,
    exported.stock_qty,
    day.financial_year
from bi.v_catalogue_offers as exported
join bi.v_dates as day
    on day.date_key = exported.starts_date_key;
