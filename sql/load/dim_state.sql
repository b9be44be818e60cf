-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_dim_state (
    source_id varchar(32),
    state_code varchar(2),
    iso_code varchar(8),
    state_name varchar(128),
    is_union_territory boolean,
    zone varchar(32),
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_dim_state (
    source_id varchar(32),
    state_code varchar(2),
    iso_code varchar(8),
    state_name varchar(128),
    is_union_territory boolean,
    zone varchar(32)
);

-- step: count_incoming
select
    count(*)
from incoming_dim_state;

-- step: keep_incoming
insert into stage_dim_state (
    source_id,
    state_code,
    iso_code,
    state_name,
    is_union_territory,
    zone,
    batch_seq,
    attempt
)
select
    source_id,
    state_code,
    iso_code,
    state_name,
    is_union_territory,
    zone,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_dim_state;

drop table incoming_dim_state;

analyze stage_dim_state;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'state_code=' || coalesce(cast(state_code as varchar), 'null') as example
    from stage_dim_state
    group by source_id, state_code, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_dim_state.source_id as varchar), 'null') || ' ' || 'state_code=' || coalesce(cast(stage_dim_state.state_code as varchar), 'null')) as example
from stage_dim_state
left join stage_root
    on stage_root.source_id = stage_dim_state.source_id
    and stage_root.batch_seq = stage_dim_state.batch_seq
    and stage_root.attempt = stage_dim_state.attempt
    and stage_root.aggregate = 'state_ref'
    and stage_root.root_id = 0
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: publish
create temp table fresh_dim_state as
with recent as (
    select
        source_id,
        state_code,
        iso_code,
        state_name,
        is_union_territory,
        zone,
        batch_seq,
        attempt,
        row_number() over (
            partition by source_id, state_code
            order by batch_seq desc, attempt desc
        ) as recency
    from stage_dim_state
)
select
    mod(strtol(substring(md5(recent.source_id || '|' || recent.state_code), 1, 8), 16), 2147483648)
        * 4294967296
        + strtol(substring(md5(recent.source_id || '|' || recent.state_code), 9, 8), 16) as state_key,
    recent.source_id,
    recent.state_code,
    recent.iso_code,
    recent.state_name,
    recent.is_union_territory,
    recent.zone,
    recent.batch_seq,
    recent.attempt,
    recent.source_id || '-' || lpad(cast(recent.batch_seq as varchar), 10, '0') as batch_id,
    recent.batch_seq as source_version
from recent
left join ops.dim_state_version as known
    on known.source_id = recent.source_id
    and known.state_code = recent.state_code
where recent.recency = 1
    and (
        known.batch_seq is null
        or recent.batch_seq > known.batch_seq
        or (recent.batch_seq = known.batch_seq and recent.attempt > known.attempt)
    );

create temp table stale_dim_state as
select
    cast(-1 as bigint) as old_key,
    fresh.source_id,
    fresh.state_code,
    true as is_moved
from fresh_dim_state as fresh
left join mart.dim_state as present
    on present.state_key = fresh.state_key
where present.state_key is null;

merge into ops.dim_state_version
using fresh_dim_state
    on dim_state_version.source_id = fresh_dim_state.source_id
    and dim_state_version.state_code = fresh_dim_state.state_code
when matched then update set
    batch_seq = fresh_dim_state.batch_seq,
    attempt = fresh_dim_state.attempt
when not matched then insert (
    source_id,
    state_code,
    batch_seq,
    attempt
)
values (
    fresh_dim_state.source_id,
    fresh_dim_state.state_code,
    fresh_dim_state.batch_seq,
    fresh_dim_state.attempt
);

merge into mart.dim_state
using fresh_dim_state
    on dim_state.state_key = fresh_dim_state.state_key
when matched then update set
    source_id = fresh_dim_state.source_id,
    state_code = fresh_dim_state.state_code,
    iso_code = fresh_dim_state.iso_code,
    state_name = fresh_dim_state.state_name,
    is_union_territory = fresh_dim_state.is_union_territory,
    zone = fresh_dim_state.zone,
    batch_id = fresh_dim_state.batch_id,
    source_version = fresh_dim_state.source_version,
    dw_updated_at = getdate()
when not matched then insert (
    state_key,
    source_id,
    state_code,
    iso_code,
    state_name,
    is_union_territory,
    zone,
    batch_id,
    source_version,
    dw_updated_at,
    dw_inserted_at
)
values (
    fresh_dim_state.state_key,
    fresh_dim_state.source_id,
    fresh_dim_state.state_code,
    fresh_dim_state.iso_code,
    fresh_dim_state.state_name,
    fresh_dim_state.is_union_territory,
    fresh_dim_state.zone,
    fresh_dim_state.batch_id,
    fresh_dim_state.source_version,
    getdate(),
    getdate()
);

-- step: analyze
analyze mart.dim_state;

-- step: check
select 'the surrogate key stands twice' as problem, min(example) as example
from (
    select 'state_key=' || coalesce(cast(present.state_key as varchar), 'null') as example
    from mart.dim_state as present
    join fresh_dim_state as written
        on written.state_key = present.state_key
    group by present.state_key
    having count(*) > 1
) as twice
having count(*) > 0;
