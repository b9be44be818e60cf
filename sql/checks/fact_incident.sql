-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: grain_is_unique
-- No row stands twice: one incident.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' incident_id=' || coalesce(cast(incident_id as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.fact_incident
group by source_id, incident_id
having count(*) > 1;

-- check: seller_key_has_its_member
-- Every seller_key stands in dim_seller.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' incident_id=' || coalesce(cast(fact.incident_id as varchar), 'null')
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_incident as fact
left join mart.dim_seller as member
    on member.seller_key = fact.seller_key
where member.seller_key is null;

-- check: seller_key_is_of_its_event
-- Every seller_key is the version that was valid at raised_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' incident_id=' || coalesce(cast(fact.incident_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(fact.seller_id as varchar), 'null')
    || ' raised_at=' || coalesce(cast(fact.raised_at as varchar), 'null')
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_incident as fact
left join mart.dim_seller as member
    on member.source_id = fact.source_id
    and member.seller_id = fact.seller_id
    and member.valid_from <= fact.raised_at
    and member.valid_to > fact.raised_at
where fact.seller_key <> member.seller_key
    or (member.seller_key is null and fact.seller_key >= 0);

-- check: incident_reason_key_has_its_member
-- Every incident_reason_key stands in dim_incident_reason.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' incident_id=' || coalesce(cast(fact.incident_id as varchar), 'null')
    || ' incident_reason_key=' || coalesce(cast(fact.incident_reason_key as varchar), 'null') as example
from mart.fact_incident as fact
left join mart.dim_incident_reason as member
    on member.incident_reason_key = fact.incident_reason_key
where member.incident_reason_key is null;

-- check: raised_date_key_has_its_member
-- Every raised_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' incident_id=' || coalesce(cast(fact.incident_id as varchar), 'null')
    || ' raised_date_key=' || coalesce(cast(fact.raised_date_key as varchar), 'null') as example
from mart.fact_incident as fact
left join mart.dim_date as member
    on member.date_key = fact.raised_date_key
where member.date_key is null;

-- check: closed_date_key_has_its_member
-- Every closed_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' incident_id=' || coalesce(cast(fact.incident_id as varchar), 'null')
    || ' closed_date_key=' || coalesce(cast(fact.closed_date_key as varchar), 'null') as example
from mart.fact_incident as fact
left join mart.dim_date as member
    on member.date_key = fact.closed_date_key
where member.date_key is null;

-- check: digests_are_those_of_its_rows
-- What loads have kept of each bucket of roots is what its rows give now.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' bucket=' || coalesce(cast(bucket as varchar), 'null') as example
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.hash_1,
        kept.hash_2
    from ops.fact_incident_digest as kept
    union all
    select
        given.source_id,
        given.bucket,
        -given.row_count,
        -given.hash_1,
        -given.hash_2
    from (
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
        group by source_id, bucket
    ) as given
) as held
group by source_id, bucket
having sum(row_count) <> 0
    or sum(hash_1) <> 0
    or sum(hash_2) <> 0;

-- check: rows_are_of_their_root_version
-- No row is of a deleted root, and none of another batch than the newest version of its root.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' incident_id=' || coalesce(cast(fact.incident_id as varchar), 'null')
    || ' batch_id=' || coalesce(cast(fact.batch_id as varchar), 'null')
    || ' newest_batch_seq=' || cast(newest.batch_seq as varchar) as example
from mart.fact_incident as fact
join ops.root_version as newest
    on newest.aggregate = 'incident'
    and newest.source_id = fact.source_id
    and newest.root_id = fact.incident_id
where newest.is_deleted
    or newest.batch_seq <> fact.source_version;

-- check: rows_are_of_a_logged_batch
-- Every row was brought by a batch that the load log holds.
select 'batch_id=' || fact.batch_id || ' rows=' || cast(count(*) as varchar) as example
from mart.fact_incident as fact
left join ops.load_log as log
    on log.batch_id = fact.batch_id
where log.batch_id is null
group by fact.batch_id;

-- check: no_batch_has_more_rows_than_it_brought
-- Later batches replace rows of a batch; none can be added to it.
with brought as (
    select
        batch_id,
        sum(row_count) as row_count
    from ops.load_rows
    where table_name = 'fact_incident'
    group by batch_id
), held as (
    select
        batch_id,
        count(*) as row_count
    from mart.fact_incident
    group by batch_id
)
select 'batch_id=' || held.batch_id || ' rows=' || cast(held.row_count as varchar)
    || ' brought=' || cast(coalesce(brought.row_count, 0) as varchar) as example
from held
left join brought
    on brought.batch_id = held.batch_id
where held.row_count > coalesce(brought.row_count, 0);
