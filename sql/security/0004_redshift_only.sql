-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- What only Redshift has: rows by ministry, and a permission that the load needs.
grant analyze to role gem_loader;

drop rls policy if exists gem_own_ministry cascade;

drop rls policy if exists gem_own_ministry_cells cascade;

drop rls policy if exists gem_every_row cascade;

create rls policy gem_own_ministry
with (buyer_org_key bigint)
using (
    buyer_org_key in (
        select organisation.buyer_org_key
        from mart.dim_buyer_org as organisation
        join ops.ministry_reader as reader
            on reader.source_id = organisation.source_id
            and reader.ministry_id = organisation.ministry_id
        where reader.user_name = current_user
    )
);

create rls policy gem_own_ministry_cells
with (source_id varchar(32), ministry_id bigint)
using (
    source_id || ':' || cast(ministry_id as varchar) in (
        select reader.source_id || ':' || cast(reader.ministry_id as varchar)
        from ops.ministry_reader as reader
        where reader.user_name = current_user
    )
);

create rls policy gem_every_row
using (true);

attach rls policy gem_own_ministry on bi.v_buyers to role gem_ministry;

attach rls policy gem_every_row on bi.v_buyers to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_buyers row level security on;

attach rls policy gem_own_ministry on bi.v_participations to role gem_ministry;

attach rls policy gem_every_row on bi.v_participations to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_participations row level security on;

attach rls policy gem_own_ministry on bi.v_ra_offers to role gem_ministry;

attach rls policy gem_every_row on bi.v_ra_offers to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_ra_offers row level security on;

attach rls policy gem_own_ministry on bi.v_bids to role gem_ministry;

attach rls policy gem_every_row on bi.v_bids to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_bids row level security on;

attach rls policy gem_own_ministry on bi.v_order_lines to role gem_ministry;

attach rls policy gem_every_row on bi.v_order_lines to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_order_lines row level security on;

attach rls policy gem_own_ministry on bi.v_shipments to role gem_ministry;

attach rls policy gem_every_row on bi.v_shipments to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_shipments row level security on;

attach rls policy gem_own_ministry on bi.v_receipts to role gem_ministry;

attach rls policy gem_every_row on bi.v_receipts to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_receipts row level security on;

attach rls policy gem_own_ministry on bi.v_payments to role gem_ministry;

attach rls policy gem_every_row on bi.v_payments to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_payments row level security on;

attach rls policy gem_own_ministry on bi.v_contracts to role gem_ministry;

attach rls policy gem_every_row on bi.v_contracts to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_contracts row level security on;

attach rls policy gem_own_ministry on bi.v_ratings to role gem_ministry;

attach rls policy gem_every_row on bi.v_ratings to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_ratings row level security on;

attach rls policy gem_own_ministry_cells on bi.v_gmv_daily to role gem_ministry;

attach rls policy gem_every_row on bi.v_gmv_daily to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_gmv_daily row level security on;

attach rls policy gem_own_ministry on bi.v_procurement_targets to role gem_ministry;

attach rls policy gem_every_row on bi.v_procurement_targets to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_procurement_targets row level security on;

attach rls policy gem_own_ministry on bi.v_payables to role gem_ministry;

attach rls policy gem_every_row on bi.v_payables to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_payables row level security on;

attach rls policy gem_own_ministry on bi.v_deliveries to role gem_ministry;

attach rls policy gem_every_row on bi.v_deliveries to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_deliveries row level security on;

attach rls policy gem_own_ministry on bi.v_l1_savings to role gem_ministry;

attach rls policy gem_every_row on bi.v_l1_savings to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_l1_savings row level security on;

attach rls policy gem_own_ministry on bi.v_mandate_lines to role gem_ministry;

attach rls policy gem_every_row on bi.v_mandate_lines to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_mandate_lines row level security on;

attach rls policy gem_own_ministry on bi.v_mse_price_match to role gem_ministry;

attach rls policy gem_every_row on bi.v_mse_price_match to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_mse_price_match row level security on;

attach rls policy gem_own_ministry on bi.v_incident_rate to role gem_ministry;

attach rls policy gem_every_row on bi.v_incident_rate to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_incident_rate row level security on;

attach rls policy gem_own_ministry on bi.v_open_orders to role gem_ministry;

attach rls policy gem_every_row on bi.v_open_orders to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_open_orders row level security on;

attach rls policy gem_own_ministry on bi.v_buyer_promptness to role gem_ministry;

attach rls policy gem_every_row on bi.v_buyer_promptness to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_buyer_promptness row level security on;

attach rls policy gem_own_ministry on bi.v_split_orders to role gem_ministry;

attach rls policy gem_every_row on bi.v_split_orders to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_split_orders row level security on;

attach rls policy gem_own_ministry on bi.v_threshold_breaches to role gem_ministry;

attach rls policy gem_every_row on bi.v_threshold_breaches to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_threshold_breaches row level security on;

attach rls policy gem_own_ministry on bi.v_direct_above_limit to role gem_ministry;

attach rls policy gem_every_row on bi.v_direct_above_limit to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_direct_above_limit row level security on;

attach rls policy gem_own_ministry on bi.v_unfounded_mse_claims to role gem_ministry;

attach rls policy gem_every_row on bi.v_unfounded_mse_claims to role gem_loader, role gem_analyst, role gem_bi, role gem_auditor;

alter table bi.v_unfounded_mse_claims row level security on;
