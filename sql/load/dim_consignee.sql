-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_dim_consignee (
    source_id varchar(32),
    consignee_id bigint,
    org_id bigint,
    pincode varchar(6),
    district varchar(128),
    state_code varchar(2),
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_dim_consignee (
    source_id varchar(32),
    consignee_id bigint,
    org_id bigint,
    pincode varchar(6),
    district varchar(128),
    state_code varchar(2)
);

-- step: count_incoming
select
    count(*)
from incoming_dim_consignee;

-- step: keep_incoming
insert into stage_dim_consignee (
    source_id,
    consignee_id,
    org_id,
    pincode,
    district,
    state_code,
    batch_seq,
    attempt
)
select
    source_id,
    consignee_id,
    org_id,
    pincode,
    district,
    state_code,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_dim_consignee;

drop table incoming_dim_consignee;

analyze stage_dim_consignee;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'consignee_id=' || coalesce(cast(consignee_id as varchar), 'null') as example
    from stage_dim_consignee
    group by source_id, consignee_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_dim_consignee.source_id as varchar), 'null') || ' ' || 'consignee_id=' || coalesce(cast(stage_dim_consignee.consignee_id as varchar), 'null')) as example
from stage_dim_consignee
left join stage_root
    on stage_root.source_id = stage_dim_consignee.source_id
    and stage_root.batch_seq = stage_dim_consignee.batch_seq
    and stage_root.attempt = stage_dim_consignee.attempt
    and stage_root.aggregate = 'consignee_location'
    and stage_root.root_id = stage_dim_consignee.consignee_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: publish
create temp table fresh_dim_consignee as
with recent as (
    select
        source_id,
        consignee_id,
        org_id,
        pincode,
        district,
        state_code,
        batch_seq,
        attempt,
        row_number() over (
            partition by source_id, consignee_id
            order by batch_seq desc, attempt desc
        ) as recency
    from stage_dim_consignee
)
select
    mod(strtol(substring(md5(recent.source_id || '|' || cast(recent.consignee_id as varchar)), 1, 8), 16), 2147483648)
        * 4294967296
        + strtol(substring(md5(recent.source_id || '|' || cast(recent.consignee_id as varchar)), 9, 8), 16) as consignee_key,
    recent.source_id,
    recent.consignee_id,
    recent.org_id,
    recent.pincode,
    recent.district,
    recent.state_code,
    recent.batch_seq,
    recent.attempt,
    recent.source_id || '-' || lpad(cast(recent.batch_seq as varchar), 10, '0') as batch_id,
    recent.batch_seq as source_version
from recent
left join ops.dim_consignee_version as known
    on known.source_id = recent.source_id
    and known.consignee_id = recent.consignee_id
where recent.recency = 1
    and (
        known.batch_seq is null
        or recent.batch_seq > known.batch_seq
        or (recent.batch_seq = known.batch_seq and recent.attempt > known.attempt)
    );

create temp table stale_dim_consignee as
select
    cast(-1 as bigint) as old_key,
    fresh.source_id,
    fresh.consignee_id,
    true as is_moved
from fresh_dim_consignee as fresh
left join mart.dim_consignee as present
    on present.consignee_key = fresh.consignee_key
where present.consignee_key is null;

merge into ops.dim_consignee_version
using fresh_dim_consignee
    on dim_consignee_version.source_id = fresh_dim_consignee.source_id
    and dim_consignee_version.consignee_id = fresh_dim_consignee.consignee_id
when matched then update set
    batch_seq = fresh_dim_consignee.batch_seq,
    attempt = fresh_dim_consignee.attempt
when not matched then insert (
    source_id,
    consignee_id,
    batch_seq,
    attempt
)
values (
    fresh_dim_consignee.source_id,
    fresh_dim_consignee.consignee_id,
    fresh_dim_consignee.batch_seq,
    fresh_dim_consignee.attempt
);

merge into mart.dim_consignee
using fresh_dim_consignee
    on dim_consignee.consignee_key = fresh_dim_consignee.consignee_key
when matched then update set
    source_id = fresh_dim_consignee.source_id,
    consignee_id = fresh_dim_consignee.consignee_id,
    org_id = fresh_dim_consignee.org_id,
    pincode = fresh_dim_consignee.pincode,
    district = fresh_dim_consignee.district,
    state_code = fresh_dim_consignee.state_code,
    batch_id = fresh_dim_consignee.batch_id,
    source_version = fresh_dim_consignee.source_version,
    dw_updated_at = getdate()
when not matched then insert (
    consignee_key,
    source_id,
    consignee_id,
    org_id,
    pincode,
    district,
    state_code,
    batch_id,
    source_version,
    dw_updated_at,
    dw_inserted_at
)
values (
    fresh_dim_consignee.consignee_key,
    fresh_dim_consignee.source_id,
    fresh_dim_consignee.consignee_id,
    fresh_dim_consignee.org_id,
    fresh_dim_consignee.pincode,
    fresh_dim_consignee.district,
    fresh_dim_consignee.state_code,
    fresh_dim_consignee.batch_id,
    fresh_dim_consignee.source_version,
    getdate(),
    getdate()
);

-- step: analyze
analyze mart.dim_consignee;

-- step: check
select 'the surrogate key stands twice' as problem, min(example) as example
from (
    select 'consignee_key=' || coalesce(cast(present.consignee_key as varchar), 'null') as example
    from mart.dim_consignee as present
    join fresh_dim_consignee as written
        on written.consignee_key = present.consignee_key
    group by present.consignee_key
    having count(*) > 1
) as twice
having count(*) > 0;
