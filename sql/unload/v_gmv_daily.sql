-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.contract_date_key,
    exported.ministry_id,
    exported.ministry_name,
    exported.buyer_state_code,
    exported.category_level1,
    exported.seller_size,
    exported.buy_mode,
    exported.orders,
    exported.orders_in_category,
    exported.order_lines,
    exported.gross_gmv,
    exported.net_gmv,
    exported.mse_value,
    exported.women_value,
    exported.scst_value,
    exported.startup_value,
    day.financial_year
from bi.v_gmv_daily as exported
join bi.v_dates as day
    on day.date_key = exported.contract_date_key;
