-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Who may read and write which tables and columns.
revoke all on all tables in schema ops, mart, bi from role gem_loader;

revoke all on all tables in schema ops, mart, bi from role gem_analyst;

revoke all on all tables in schema ops, mart, bi from role gem_bi;

revoke all on all tables in schema ops, mart, bi from role gem_ministry;

revoke all on all tables in schema ops, mart, bi from role gem_auditor;

grant usage on schema ops, mart to role gem_loader;

grant usage on schema mart, bi to role gem_analyst;

grant usage on schema bi to role gem_bi;

grant usage on schema bi to role gem_ministry;

grant usage on schema ops, mart, bi to role gem_auditor;

grant select, insert, update, delete on all tables in schema ops, mart to role gem_loader;

grant select on all tables in schema ops, mart, bi to role gem_auditor;

grant select on mart.dim_date to role gem_analyst;

grant select on bi.v_dates to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_state to role gem_analyst;

grant select on bi.v_states to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_category to role gem_analyst;

grant select on bi.v_categories to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_buyer_org to role gem_analyst;

grant select on bi.v_buyers to role gem_analyst, role gem_bi, role gem_ministry;

grant select (
    seller_key,
    source_id,
    seller_id,
    seller_name,
    constitution,
    seller_type,
    status,
    registered_on,
    state_code,
    size,
    is_mse,
    is_ppp_mse,
    is_trader,
    is_women_owned,
    social_category,
    is_scst,
    is_startup,
    is_shg,
    is_artisan,
    valid_from,
    valid_to,
    is_current,
    row_hash,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
) on mart.dim_seller to role gem_analyst;

grant select (
    seller_key,
    source_id,
    seller_id,
    seller_name,
    constitution,
    seller_type,
    status,
    registered_on,
    state_code,
    size,
    is_mse,
    is_ppp_mse,
    is_trader,
    is_women_owned,
    social_category,
    is_scst,
    is_startup,
    is_shg,
    is_artisan,
    valid_from,
    valid_to,
    is_current
) on bi.v_sellers to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_bid_participation to role gem_analyst;

grant select on bi.v_participations to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_bid to role gem_analyst;

grant select on bi.v_bids to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_order_line to role gem_analyst;

grant select on bi.v_order_lines to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_contract_lifecycle to role gem_analyst;

grant select on bi.v_contracts to role gem_analyst, role gem_bi, role gem_ministry;
