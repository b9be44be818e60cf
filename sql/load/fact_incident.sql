-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_incident (
    source_id varchar(32),
    incident_id bigint,
    stage varchar(32),
    raised_by_type varchar(32),
    raised_by_id bigint,
    against_type varchar(32),
    against_id bigint,
    seller_id bigint,
    contract_id bigint,
    bid_id bigint,
    reason_code varchar(32),
    incident_reason_key bigint,
    raised_date_key integer,
    closed_date_key integer,
    raised_at timestamp,
    escalated_at timestamp,
    scn_at timestamp,
    responded_at timestamp,
    closed_at timestamp,
    severity varchar(32),
    outcome varchar(32),
    hours_to_escalate numeric(12,2),
    hours_to_respond numeric(12,2),
    hours_to_close numeric(12,2),
    days_scn_to_response integer,
    days_to_close integer,
    suspension_days integer,
    batch_seq bigint,
    attempt integer
)
diststyle even;

-- step: create_incoming
create temp table incoming_fact_incident (
    source_id varchar(32),
    incident_id bigint,
    stage varchar(32),
    raised_by_type varchar(32),
    raised_by_id bigint,
    against_type varchar(32),
    against_id bigint,
    seller_id bigint,
    contract_id bigint,
    bid_id bigint,
    reason_code varchar(32),
    incident_reason_key bigint,
    raised_date_key integer,
    closed_date_key integer,
    raised_at timestamp,
    escalated_at timestamp,
    scn_at timestamp,
    responded_at timestamp,
    closed_at timestamp,
    severity varchar(32),
    outcome varchar(32),
    hours_to_escalate numeric(12,2),
    hours_to_respond numeric(12,2),
    hours_to_close numeric(12,2),
    days_scn_to_response integer,
    days_to_close integer,
    suspension_days integer
)
diststyle even;

-- step: count_incoming
select
    count(*)
from incoming_fact_incident;

-- step: keep_incoming
insert into stage_fact_incident (
    source_id,
    incident_id,
    stage,
    raised_by_type,
    raised_by_id,
    against_type,
    against_id,
    seller_id,
    contract_id,
    bid_id,
    reason_code,
    incident_reason_key,
    raised_date_key,
    closed_date_key,
    raised_at,
    escalated_at,
    scn_at,
    responded_at,
    closed_at,
    severity,
    outcome,
    hours_to_escalate,
    hours_to_respond,
    hours_to_close,
    days_scn_to_response,
    days_to_close,
    suspension_days,
    batch_seq,
    attempt
)
select
    source_id,
    incident_id,
    stage,
    raised_by_type,
    raised_by_id,
    against_type,
    against_id,
    seller_id,
    contract_id,
    bid_id,
    reason_code,
    incident_reason_key,
    raised_date_key,
    closed_date_key,
    raised_at,
    escalated_at,
    scn_at,
    responded_at,
    closed_at,
    severity,
    outcome,
    hours_to_escalate,
    hours_to_respond,
    hours_to_close,
    days_scn_to_response,
    days_to_close,
    suspension_days,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_incident;

drop table incoming_fact_incident;

analyze stage_fact_incident;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'incident_id=' || coalesce(cast(incident_id as varchar), 'null') as example
    from stage_fact_incident
    group by source_id, incident_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_incident.source_id as varchar), 'null') || ' ' || 'incident_id=' || coalesce(cast(stage_fact_incident.incident_id as varchar), 'null')) as example
from stage_fact_incident
left join stage_root
    on stage_root.source_id = stage_fact_incident.source_id
    and stage_root.batch_seq = stage_fact_incident.batch_seq
    and stage_root.attempt = stage_fact_incident.attempt
    and stage_root.aggregate = 'incident'
    and stage_root.root_id = stage_fact_incident.incident_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_incident
diststyle even
as
select
    present.source_id,
    present.incident_id,
    present.dw_inserted_at
from mart.fact_incident as present
join touched_root
    on touched_root.aggregate = 'incident'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.incident_id;

-- step: count_removed
create temp table changed_fact_incident as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.incident_id / 1000 as bucket,
        md5(
            coalesce(cast(present.incident_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.stage) as varchar) || ':' || present.stage, '-') || ',' ||
            coalesce(cast(length(present.raised_by_type) as varchar) || ':' || present.raised_by_type, '-') || ',' ||
            coalesce(cast(present.raised_by_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.against_type) as varchar) || ':' || present.against_type, '-') || ',' ||
            coalesce(cast(present.against_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.reason_code) as varchar) || ':' || present.reason_code, '-') || ',' ||
            coalesce(to_char(present.raised_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.escalated_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.scn_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.responded_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.closed_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.severity) as varchar) || ':' || present.severity, '-') || ',' ||
            coalesce(cast(length(present.outcome) as varchar) || ':' || present.outcome, '-') || ',' ||
            coalesce(cast(present.suspension_days as varchar), '-')
        ) as row_hash
    from mart.fact_incident as present
    join touched_root
        on touched_root.aggregate = 'incident'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.incident_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_incident
using touched_root
where touched_root.aggregate = 'incident'
    and touched_root.source_id = fact_incident.source_id
    and touched_root.root_id = fact_incident.incident_id;

-- step: rekey_seller_key
update mart.fact_incident
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_incident.seller_key = stale.old_key
    and fact_incident.source_id = stale.source_id
    and fact_incident.seller_id = stale.seller_id
    and fact_incident.raised_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_incident.raised_at
    and version.valid_to > fact_incident.raised_at
    and fact_incident.seller_key <> version.seller_key;

-- step: insert
insert into mart.fact_incident (
    source_id,
    incident_id,
    stage,
    raised_by_type,
    raised_by_id,
    against_type,
    against_id,
    seller_id,
    contract_id,
    bid_id,
    reason_code,
    incident_reason_key,
    seller_key,
    raised_date_key,
    closed_date_key,
    raised_at,
    escalated_at,
    scn_at,
    responded_at,
    closed_at,
    severity,
    outcome,
    hours_to_escalate,
    hours_to_respond,
    hours_to_close,
    days_scn_to_response,
    days_to_close,
    suspension_days,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.incident_id,
    staged.stage,
    staged.raised_by_type,
    staged.raised_by_id,
    staged.against_type,
    staged.against_id,
    staged.seller_id,
    staged.contract_id,
    staged.bid_id,
    staged.reason_code,
    staged.incident_reason_key,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    staged.raised_date_key,
    staged.closed_date_key,
    staged.raised_at,
    staged.escalated_at,
    staged.scn_at,
    staged.responded_at,
    staged.closed_at,
    staged.severity,
    staged.outcome,
    staged.hours_to_escalate,
    staged.hours_to_respond,
    staged.hours_to_close,
    staged.days_scn_to_response,
    staged.days_to_close,
    staged.suspension_days,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_incident as staged
join touched_root
    on touched_root.aggregate = 'incident'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.incident_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.raised_at
    and seller.valid_to > staged.raised_at
left join replaced_fact_incident as replaced
    on replaced.source_id = staged.source_id
    and replaced.incident_id = staged.incident_id;

-- step: count_inserted
insert into changed_fact_incident (
    source_id,
    bucket,
    row_count,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.incident_id / 1000 as bucket,
        md5(
            coalesce(cast(present.incident_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.stage) as varchar) || ':' || present.stage, '-') || ',' ||
            coalesce(cast(length(present.raised_by_type) as varchar) || ':' || present.raised_by_type, '-') || ',' ||
            coalesce(cast(present.raised_by_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.against_type) as varchar) || ':' || present.against_type, '-') || ',' ||
            coalesce(cast(present.against_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.reason_code) as varchar) || ':' || present.reason_code, '-') || ',' ||
            coalesce(to_char(present.raised_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.escalated_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.scn_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.responded_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.closed_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.severity) as varchar) || ':' || present.severity, '-') || ',' ||
            coalesce(cast(length(present.outcome) as varchar) || ':' || present.outcome, '-') || ',' ||
            coalesce(cast(present.suspension_days as varchar), '-')
        ) as row_hash
    from mart.fact_incident as present
    join touched_root
        on touched_root.aggregate = 'incident'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.incident_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_incident as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.hash_1,
        kept.hash_2
    from ops.fact_incident_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_incident
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        hash_1,
        hash_2
    from changed_fact_incident
) as held
group by held.source_id, held.bucket;

delete from ops.fact_incident_digest
using digest_fact_incident
where digest_fact_incident.source_id = fact_incident_digest.source_id
    and digest_fact_incident.bucket = fact_incident_digest.bucket;

insert into ops.fact_incident_digest (
    source_id,
    bucket,
    row_count,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    hash_1,
    hash_2
from digest_fact_incident
where row_count <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_incident;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'incident_id=' || coalesce(cast(present.incident_id as varchar), 'null') as example
    from mart.fact_incident as present
join touched_root
    on touched_root.aggregate = 'incident'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.incident_id
    group by present.source_id, present.incident_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when incident_reason.incident_reason_key is null then 'incident_reason_key is not in dim_incident_reason'
        when raised_date.date_key is null then 'raised_date_key is not in dim_date'
        when closed_date.date_key is null then 'closed_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'incident_id=' || coalesce(cast(present.incident_id as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'incident_reason_key=' || coalesce(cast(present.incident_reason_key as varchar), 'null') || ' ' || 'raised_date_key=' || coalesce(cast(present.raised_date_key as varchar), 'null') || ' ' || 'closed_date_key=' || coalesce(cast(present.closed_date_key as varchar), 'null')) as example
from mart.fact_incident as present
join touched_root
    on touched_root.aggregate = 'incident'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.incident_id
left join mart.dim_seller as seller
    on seller.seller_key = present.seller_key
left join mart.dim_incident_reason as incident_reason
    on incident_reason.incident_reason_key = present.incident_reason_key
left join mart.dim_date as raised_date
    on raised_date.date_key = present.raised_date_key
left join mart.dim_date as closed_date
    on closed_date.date_key = present.closed_date_key
where seller.seller_key is null
    or incident_reason.incident_reason_key is null
    or raised_date.date_key is null
    or closed_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_incident_digest;

insert into ops.fact_incident_digest (
    source_id,
    bucket,
    row_count,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.incident_id / 1000 as bucket,
        md5(
            coalesce(cast(present.incident_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.stage) as varchar) || ':' || present.stage, '-') || ',' ||
            coalesce(cast(length(present.raised_by_type) as varchar) || ':' || present.raised_by_type, '-') || ',' ||
            coalesce(cast(present.raised_by_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.against_type) as varchar) || ':' || present.against_type, '-') || ',' ||
            coalesce(cast(present.against_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.reason_code) as varchar) || ':' || present.reason_code, '-') || ',' ||
            coalesce(to_char(present.raised_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.escalated_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.scn_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.responded_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.closed_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.severity) as varchar) || ':' || present.severity, '-') || ',' ||
            coalesce(cast(length(present.outcome) as varchar) || ':' || present.outcome, '-') || ',' ||
            coalesce(cast(present.suspension_days as varchar), '-')
        ) as row_hash
    from mart.fact_incident as present
) as hashed
group by source_id, bucket;
