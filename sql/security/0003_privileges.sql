-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Who may read and write which tables and columns.
revoke all on all tables in schema ops, mart, bi from role gem_loader;

revoke all on all tables in schema ops, mart, bi from role gem_analyst;

revoke all on all tables in schema ops, mart, bi from role gem_bi;

revoke all on all tables in schema ops, mart, bi from role gem_ministry;

revoke all on all tables in schema ops, mart, bi from role gem_auditor;

grant usage on schema ops, mart, bi to role gem_loader;

grant usage on schema mart, bi to role gem_analyst;

grant usage on schema bi to role gem_bi;

grant usage on schema bi to role gem_ministry;

grant usage on schema ops, mart, bi to role gem_auditor;

grant select, insert, update, delete on all tables in schema ops, mart to role gem_loader;

grant select on all tables in schema bi to role gem_loader;

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

grant select on mart.agg_gmv_daily to role gem_analyst;

grant select on bi.v_gmv_daily to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_catalogue_month to role gem_analyst;

grant select on bi.v_catalogue_months to role gem_analyst, role gem_bi, role gem_ministry;

grant select on mart.fact_procurement_target to role gem_analyst;

grant select on bi.v_procurement_targets to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_policy to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_payables to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_deliveries to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_l1_savings to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_mandate_lines to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_mandate to role gem_analyst, role gem_bi;

grant select on bi.v_seller_activation to role gem_analyst, role gem_bi;

grant select on bi.v_mse_price_match to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_incident_rate to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_notices to role gem_analyst, role gem_bi;

grant select on bi.v_open_orders to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_buyer_promptness to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_buyer_score to role gem_analyst, role gem_bi;

grant select on bi.v_split_orders to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_threshold_breaches to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_direct_above_limit to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_unfounded_mse_claims to role gem_analyst, role gem_bi, role gem_ministry;

grant select on bi.v_expected_charges to role gem_analyst, role gem_bi;

grant select on bi.v_charge_balance to role gem_analyst, role gem_bi;

grant select on bi.v_freshness to role gem_analyst, role gem_bi;

grant select on bi.m_gross_gmv to role gem_analyst, role gem_bi;

grant select on bi.m_net_gmv to role gem_analyst, role gem_bi;

grant select on bi.m_orders to role gem_analyst, role gem_bi;

grant select on bi.m_average_order_value to role gem_analyst, role gem_bi;

grant select on bi.m_services_share to role gem_analyst, role gem_bi;

grant select on bi.m_central_share to role gem_analyst, role gem_bi;

grant select on bi.m_procurement_by_buyer_state to role gem_analyst, role gem_bi;

grant select on bi.m_procurement_by_consignee_state to role gem_analyst, role gem_bi;

grant select on bi.m_procurement_by_seller_state to role gem_analyst, role gem_bi;

grant select on bi.m_active_buyers to role gem_analyst, role gem_bi;

grant select on bi.m_active_sellers to role gem_analyst, role gem_bi;

grant select on bi.m_mse_share to role gem_analyst, role gem_bi;

grant select on bi.m_ppp_mse_share to role gem_analyst, role gem_bi;

grant select on bi.m_mse_share_of_orders to role gem_analyst, role gem_bi;

grant select on bi.m_scst_mse_share to role gem_analyst, role gem_bi;

grant select on bi.m_women_mse_share to role gem_analyst, role gem_bi;

grant select on bi.m_startup_share to role gem_analyst, role gem_bi;

grant select on bi.m_mandate_gap_mse to role gem_analyst, role gem_bi;

grant select on bi.m_mandate_gap_scst to role gem_analyst, role gem_bi;

grant select on bi.m_mandate_gap_women to role gem_analyst, role gem_bi;

grant select on bi.m_mandate_shortfall_mse to role gem_analyst, role gem_bi;

grant select on bi.m_mandate_shortfall_scst to role gem_analyst, role gem_bi;

grant select on bi.m_mandate_shortfall_women to role gem_analyst, role gem_bi;

grant select on bi.m_class_1_local_share to role gem_analyst, role gem_bi;

grant select on bi.m_interstate_share to role gem_analyst, role gem_bi;

grant select on bi.m_bidders_per_bid to role gem_analyst, role gem_bi;

grant select on bi.m_qualified_bidders_per_bid to role gem_analyst, role gem_bi;

grant select on bi.m_single_bid_rate to role gem_analyst, role gem_bi;

grant select on bi.m_mse_participation to role gem_analyst, role gem_bi;

grant select on bi.m_win_rate to role gem_analyst, role gem_bi;

grant select on bi.m_bid_to_award_days to role gem_analyst, role gem_bi;

grant select on bi.m_bid_to_award_days_p90 to role gem_analyst, role gem_bi;

grant select on bi.m_bid_cancellation_rate to role gem_analyst, role gem_bi;

grant select on bi.m_savings_vs_estimate to role gem_analyst, role gem_bi;

grant select on bi.m_ra_reduction to role gem_analyst, role gem_bi;

grant select on bi.m_discount_to_mrp to role gem_analyst, role gem_bi;

grant select on bi.m_savings_vs_median_offer to role gem_analyst, role gem_bi;

grant select on bi.m_l1_l2_gap to role gem_analyst, role gem_bi;

grant select on bi.m_mse_price_match_awards to role gem_analyst, role gem_bi;

grant select on bi.m_hhi to role gem_analyst, role gem_bi;

grant select on bi.m_acceptance_rate to role gem_analyst, role gem_bi;

grant select on bi.m_cancellation_rate to role gem_analyst, role gem_bi;

grant select on bi.m_cancellation_rate_buyer to role gem_analyst, role gem_bi;

grant select on bi.m_cancellation_rate_seller to role gem_analyst, role gem_bi;

grant select on bi.m_cancellation_rate_system to role gem_analyst, role gem_bi;

grant select on bi.m_rejection_rate to role gem_analyst, role gem_bi;

grant select on bi.m_auto_crac_share to role gem_analyst, role gem_bi;

grant select on bi.m_time_to_payment to role gem_analyst, role gem_bi;

grant select on bi.m_time_to_payment_p90 to role gem_analyst, role gem_bi;

grant select on bi.m_order_to_cash_days to role gem_analyst, role gem_bi;

grant select on bi.m_ld_rate to role gem_analyst, role gem_bi;

grant select on bi.m_incidents_per_1000_orders to role gem_analyst, role gem_bi;

grant select on bi.m_incident_closure_days to role gem_analyst, role gem_bi;

grant select on bi.m_notices_answered_in_time to role gem_analyst, role gem_bi;

grant select on bi.m_gmv_at_risk to role gem_analyst, role gem_bi;

grant select on bi.m_split_orders to role gem_analyst, role gem_bi;

grant select on bi.m_split_order_value to role gem_analyst, role gem_bi;

grant select on bi.m_threshold_breaches to role gem_analyst, role gem_bi;

grant select on bi.m_threshold_breach_value to role gem_analyst, role gem_bi;

grant select on bi.m_forfeiture_rate to role gem_analyst, role gem_bi;

grant select on bi.m_platform_revenue to role gem_analyst, role gem_bi;

grant select on bi.m_expected_charges to role gem_analyst, role gem_bi;

grant select on bi.m_charge_leakage to role gem_analyst, role gem_bi;

grant select on bi.m_data_age_hours to role gem_analyst, role gem_bi;

grant select on bi.v_quality to role gem_analyst, role gem_bi;

grant select on bi.v_open_rejects to role gem_analyst, role gem_bi;

grant select on bi.v_measure_totals to role gem_analyst, role gem_bi;

grant select on bi.v_ministry_readers to role gem_bi;
