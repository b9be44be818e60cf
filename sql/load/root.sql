-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_root (
    source_id varchar(32),
    aggregate varchar(64),
    root_id bigint,
    is_deleted boolean,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_root (
    source_id varchar(32),
    aggregate varchar(64),
    root_id bigint,
    is_deleted boolean
);

-- step: count_incoming
select
    count(*)
from incoming_root;

-- step: keep_incoming
insert into stage_root (
    source_id,
    aggregate,
    root_id,
    is_deleted,
    batch_seq,
    attempt
)
select
    source_id,
    aggregate,
    root_id,
    is_deleted,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_root;

drop table incoming_root;

analyze stage_root;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'aggregate=' || coalesce(cast(aggregate as varchar), 'null') || ' ' || 'root_id=' || coalesce(cast(root_id as varchar), 'null') as example
    from stage_root
    group by source_id, aggregate, root_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

-- step: touch
create temp table touched_root
distkey (root_id) as
with recent as (
    select
        source_id,
        aggregate,
        root_id,
        is_deleted,
        batch_seq,
        attempt,
        row_number() over (
            partition by source_id, aggregate, root_id
            order by batch_seq desc, attempt desc
        ) as recency
    from stage_root
)
select
    recent.source_id,
    recent.aggregate,
    recent.root_id,
    recent.is_deleted,
    recent.batch_seq,
    recent.attempt
from recent
left join ops.root_version as known
    on known.source_id = recent.source_id
    and known.aggregate = recent.aggregate
    and known.root_id = recent.root_id
where recent.recency = 1
    and (
        known.batch_seq is null
        or recent.batch_seq > known.batch_seq
        or (recent.batch_seq = known.batch_seq and recent.attempt > known.attempt)
    );

merge into ops.root_version
using touched_root
    on root_version.source_id = touched_root.source_id
    and root_version.aggregate = touched_root.aggregate
    and root_version.root_id = touched_root.root_id
when matched then update set
    is_deleted = touched_root.is_deleted,
    batch_seq = touched_root.batch_seq,
    attempt = touched_root.attempt
when not matched then insert (
    source_id,
    aggregate,
    root_id,
    is_deleted,
    batch_seq,
    attempt
)
values (
    touched_root.source_id,
    touched_root.aggregate,
    touched_root.root_id,
    touched_root.is_deleted,
    touched_root.batch_seq,
    touched_root.attempt
);
