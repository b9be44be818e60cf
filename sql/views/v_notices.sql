-- Incidents with a show-cause notice, and the day by which it is to be answered: one incident.
drop view if exists bi.v_notices;

create view bi.v_notices as
with notice as (
    select
        incident.*,
        cast(dateadd(minute, 330, incident.scn_at) as date) as notice_on,
        cast(dateadd(minute, 330, incident.responded_at) as date) as responded_on
    from mart.fact_incident as incident
    where incident.scn_at is not null
)
select
    cast(notice.source_id as varchar(32)) as source_id,
    cast(notice.incident_id as bigint) as incident_id,
    cast(notice.severity as varchar(32)) as severity,
    cast(notice.seller_key as bigint) as seller_key,
    cast(notice.incident_reason_key as bigint) as incident_reason_key,
    cast(notice.raised_date_key as integer) as raised_date_key,
    cast(notice.notice_on as date) as notice_on,
    cast(notice.notice_on + cast(reply_days.num_value as integer) as date) as reply_due_on,
    cast(notice.responded_on as date) as responded_on
from notice
left join bi.v_policy as reply_days
    on reply_days.source_id = notice.source_id
    and reply_days.param_code = 'SCN_REPLY_DAYS'
    and notice.notice_on >= reply_days.first_day
    and notice.notice_on < reply_days.until_day;
