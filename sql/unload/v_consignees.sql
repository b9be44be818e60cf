-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.consignee_key,
    exported.source_id,
    exported.consignee_id,
    exported.org_id,
    exported.pincode,
    exported.district,
    exported.state_code
from bi.v_consignees as exported;
