-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Why an incident was raised: one code; -1 is a code not listed here, -2 none stated.
drop view if exists bi.v_incident_reasons;

create view bi.v_incident_reasons as
select
    cast(dim_incident_reason.incident_reason_key as bigint) as incident_reason_key,
    cast(dim_incident_reason.incident_reason as varchar(32)) as incident_reason,
    cast(dim_incident_reason.label as varchar(64)) as label
from mart.dim_incident_reason;
