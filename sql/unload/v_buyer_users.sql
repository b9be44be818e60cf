-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.buyer_user_key,
    exported.source_id,
    exported.user_id,
    exported.org_id,
    exported.role,
    exported.designation,
    exported.is_active
from bi.v_buyer_users as exported;
