-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.buyer_org_key,
    exported.source_id,
    exported.org_id,
    exported.parent_org_id,
    exported.org_name,
    exported.level,
    exported.org_type,
    exported.govt_tier,
    exported.state_code,
    exported.is_ppp_mse_bound,
    exported.ministry_id,
    exported.ministry_name,
    exported.department_id,
    exported.department_name,
    exported.organisation_id,
    exported.organisation_name,
    exported.office_id,
    exported.office_name,
    exported.valid_from,
    exported.valid_to,
    exported.is_current
from bi.v_buyers as exported;
