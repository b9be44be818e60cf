-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_rejected_root (
    source_id varchar(32),
    aggregate varchar(64),
    root_id bigint,
    source_table varchar(64),
    reason varchar(64),
    rejected_rows bigint,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_rejected_root (
    source_id varchar(32),
    aggregate varchar(64),
    root_id bigint,
    source_table varchar(64),
    reason varchar(64),
    rejected_rows bigint
);

-- step: count_incoming
select
    count(*)
from incoming_rejected_root;

-- step: keep_incoming
insert into stage_rejected_root (
    source_id,
    aggregate,
    root_id,
    source_table,
    reason,
    rejected_rows,
    batch_seq,
    attempt
)
select
    source_id,
    aggregate,
    root_id,
    source_table,
    reason,
    rejected_rows,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_rejected_root;

drop table incoming_rejected_root;

analyze stage_rejected_root;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'aggregate=' || coalesce(cast(aggregate as varchar), 'null') || ' ' || 'root_id=' || coalesce(cast(root_id as varchar), 'null') || ' ' || 'source_table=' || coalesce(cast(source_table as varchar), 'null') || ' ' || 'reason=' || coalesce(cast(reason as varchar), 'null') as example
    from stage_rejected_root
    group by source_id, aggregate, root_id, source_table, reason, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

-- step: remember
insert into ops.rejected_root (
    source_id,
    aggregate,
    root_id,
    source_table,
    reason,
    rejected_rows,
    batch_seq,
    attempt
)
select
    stage_rejected_root.source_id,
    stage_rejected_root.aggregate,
    stage_rejected_root.root_id,
    stage_rejected_root.source_table,
    stage_rejected_root.reason,
    stage_rejected_root.rejected_rows,
    stage_rejected_root.batch_seq,
    stage_rejected_root.attempt
from stage_rejected_root
left join ops.root_version as known
    on known.source_id = stage_rejected_root.source_id
    and known.aggregate = stage_rejected_root.aggregate
    and known.root_id = stage_rejected_root.root_id
    and (
        known.batch_seq > stage_rejected_root.batch_seq
        or (known.batch_seq = stage_rejected_root.batch_seq and known.attempt > stage_rejected_root.attempt)
    )
where known.root_id is null;

-- step: close
delete from ops.rejected_root
using touched_root
where touched_root.source_id = rejected_root.source_id
    and touched_root.aggregate = rejected_root.aggregate
    and touched_root.root_id = rejected_root.root_id
    and (
        touched_root.batch_seq > rejected_root.batch_seq
        or (touched_root.batch_seq = rejected_root.batch_seq and touched_root.attempt > rejected_root.attempt)
    );
