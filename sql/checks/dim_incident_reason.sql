-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: natural_key_is_unique
-- No member stands twice.
select
    'incident_reason_key=' || coalesce(cast(incident_reason_key as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.dim_incident_reason
group by incident_reason_key
having count(*) > 1;
