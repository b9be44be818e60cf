-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.state_key,
    exported.source_id,
    exported.state_code,
    exported.iso_code,
    exported.state_name,
    exported.is_union_territory,
    exported.zone
from bi.v_states as exported;
