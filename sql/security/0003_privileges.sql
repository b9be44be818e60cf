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

grant select on mart.dim_buy_mode to role gem_analyst;

grant select on bi.v_buy_modes to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_payment_mode to role gem_analyst;

grant select on bi.v_payment_modes to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_order_status to role gem_analyst;

grant select on bi.v_order_statuses to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_incident_reason to role gem_analyst;

grant select on bi.v_incident_reasons to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_order_flags to role gem_analyst;

grant select on bi.v_order_flags to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_state to role gem_analyst;

grant select on bi.v_states to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_policy_parameter to role gem_analyst;

grant select on bi.v_policy_parameters to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_category to role gem_analyst;

grant select on bi.v_categories to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_buyer_org to role gem_analyst;

grant select on bi.v_buyers to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.bridge_org_hierarchy to role gem_analyst;

grant select on bi.v_org_hierarchy to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_brand to role gem_analyst;

grant select on bi.v_brands to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_buyer_user to role gem_analyst;

grant select on bi.v_buyer_users to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.dim_consignee to role gem_analyst;

grant select on bi.v_consignees to role gem_analyst, role gem_bi, role gem_ministry;

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
    gst_state_code,
    gstin_count,
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
    gst_state_code,
    gstin_count,
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

grant select on mart.dim_product to role gem_analyst;

grant select on bi.v_products to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_catalogue_offer to role gem_analyst;

grant select on bi.v_catalogue_offers to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_l1_comparison to role gem_analyst;

grant select on bi.v_l1_comparisons to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_bid_participation to role gem_analyst;

grant select on bi.v_participations to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_ra_offer to role gem_analyst;

grant select on bi.v_ra_offers to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_bid to role gem_analyst;

grant select on bi.v_bids to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_order_line to role gem_analyst;

grant select on bi.v_order_lines to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_shipment to role gem_analyst;

grant select on bi.v_shipments to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_receipt to role gem_analyst;

grant select on bi.v_receipts to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_payment to role gem_analyst;

grant select on bi.v_payments to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_contract_lifecycle to role gem_analyst;

grant select on bi.v_contracts to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_security_deposit to role gem_analyst;

grant select on bi.v_security_deposits to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_platform_charge to role gem_analyst;

grant select on bi.v_platform_charges to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_incident to role gem_analyst;

grant select on bi.v_incidents to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_rating to role gem_analyst;

grant select on bi.v_ratings to role gem_analyst, role gem_bi, role gem_ministry;
