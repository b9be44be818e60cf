-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.incident_reason_key,
    exported.incident_reason,
    exported.label
from bi.v_incident_reasons as exported;
