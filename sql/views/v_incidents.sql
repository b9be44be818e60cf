-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Incidents: one incident.
drop view if exists bi.v_incidents;

create view bi.v_incidents as
select
    cast(fact_incident.source_id as varchar(32)) as source_id,
    cast(fact_incident.incident_id as bigint) as incident_id,
    cast(fact_incident.stage as varchar(32)) as stage,
    cast(fact_incident.raised_by_type as varchar(32)) as raised_by_type,
    cast(fact_incident.raised_by_id as bigint) as raised_by_id,
    cast(fact_incident.against_type as varchar(32)) as against_type,
    cast(fact_incident.against_id as bigint) as against_id,
    cast(fact_incident.seller_id as bigint) as seller_id,
    cast(fact_incident.contract_id as bigint) as contract_id,
    cast(fact_incident.bid_id as bigint) as bid_id,
    cast(fact_incident.reason_code as varchar(32)) as reason_code,
    cast(fact_incident.incident_reason_key as bigint) as incident_reason_key,
    cast(fact_incident.seller_key as bigint) as seller_key,
    cast(fact_incident.raised_date_key as integer) as raised_date_key,
    cast(fact_incident.closed_date_key as integer) as closed_date_key,
    cast(fact_incident.raised_at as timestamp) as raised_at,
    cast(fact_incident.escalated_at as timestamp) as escalated_at,
    cast(fact_incident.scn_at as timestamp) as scn_at,
    cast(fact_incident.responded_at as timestamp) as responded_at,
    cast(fact_incident.closed_at as timestamp) as closed_at,
    cast(fact_incident.severity as varchar(32)) as severity,
    cast(fact_incident.outcome as varchar(32)) as outcome,
    cast(fact_incident.hours_to_escalate as numeric(12,2)) as hours_to_escalate,
    cast(fact_incident.hours_to_respond as numeric(12,2)) as hours_to_respond,
    cast(fact_incident.hours_to_close as numeric(12,2)) as hours_to_close,
    cast(fact_incident.days_scn_to_response as integer) as days_scn_to_response,
    cast(fact_incident.days_to_close as integer) as days_to_close,
    cast(fact_incident.suspension_days as integer) as suspension_days,
    cast(raised_date.calendar_date as timestamp) as raised_date,
    cast(closed_date.calendar_date as timestamp) as closed_date,
    cast(coalesce(raised_date.calendar_date, cast(fact_incident.dw_inserted_at as date)) as timestamp) as refresh_day,
    cast(fact_incident.dw_updated_at as timestamp) as changed_at
from mart.fact_incident
join mart.dim_date as raised_date
    on raised_date.date_key = fact_incident.raised_date_key
join mart.dim_date as closed_date
    on closed_date.date_key = fact_incident.closed_date_key;
