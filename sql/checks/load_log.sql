-- What the load keeps for itself. Written by hand; each check gives one row per fault.

-- check: attempt_is_logged_once
-- No attempt at a batch was loaded twice.
select 'batch_id=' || batch_id || ' attempt=' || cast(attempt as varchar) as example
from ops.load_log
group by batch_id, attempt
having count(*) > 1;

-- check: batch_id_says_source_and_seq
-- A batch id is its source and its ten digits of seq.
select 'batch_id=' || batch_id || ' source_id=' || source_id || ' batch_seq=' || cast(batch_seq as varchar) as example
from ops.load_log
where batch_id <> source_id || '-' || lpad(cast(batch_seq as varchar), 10, '0');

-- check: higher_seq_has_no_older_snapshot
-- Of a source, no batch has an older snapshot than a batch of lower seq.
with ordered as (
    select
        batch_id,
        snapshot_at,
        max(snapshot_at) over (
            partition by source_id
            order by batch_seq
            rows between unbounded preceding and 1 preceding
        ) as newest_before
    from ops.load_log
)
select 'batch_id=' || batch_id || ' snapshot_at=' || cast(snapshot_at as varchar)
    || ' a lower seq has ' || cast(newest_before as varchar) as example
from ordered
where snapshot_at < newest_before;

-- check: root_version_is_unique
-- Every root has one newest version.
select 'source_id=' || source_id || ' aggregate=' || aggregate || ' root_id=' || cast(root_id as varchar) as example
from ops.root_version
group by source_id, aggregate, root_id
having count(*) > 1;

-- check: root_version_is_of_a_logged_batch
-- Every newest version was brought by an attempt that the load log holds.
select 'source_id=' || newest.source_id || ' aggregate=' || newest.aggregate
    || ' root_id=' || cast(newest.root_id as varchar) || ' batch_seq=' || cast(newest.batch_seq as varchar)
    || ' attempt=' || cast(newest.attempt as varchar) as example
from ops.root_version as newest
left join ops.load_log as log
    on log.source_id = newest.source_id
    and log.batch_seq = newest.batch_seq
    and log.attempt = newest.attempt
where log.batch_id is null;

-- check: root_version_is_above_the_mark
-- Nothing at or below the low-water mark of a source was loaded after the mark had passed it.
select 'source_id=' || newest.source_id || ' aggregate=' || newest.aggregate
    || ' root_id=' || cast(newest.root_id as varchar) || ' batch_seq=' || cast(newest.batch_seq as varchar)
    || ' mark=' || cast(mark.batch_seq as varchar) as example
from ops.root_version as newest
join ops.low_water_mark as mark
    on mark.source_id = newest.source_id
where newest.batch_seq <= mark.batch_seq;

-- check: newest_snapshot_is_fresh
-- The newest loaded snapshot of every source is younger than the hours asked for.
select 'source_id=' || source_id || ' newest snapshot_at=' || cast(max(snapshot_at) as varchar) as example
from ops.load_log
group by source_id
having max(snapshot_at) < dateadd(hour, -cast(%s as integer), getdate());
