-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_dim_buyer_user (
    source_id varchar(32),
    user_id bigint,
    org_id bigint,
    role varchar(32),
    designation varchar(256),
    is_active boolean,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_dim_buyer_user (
    source_id varchar(32),
    user_id bigint,
    org_id bigint,
    role varchar(32),
    designation varchar(256),
    is_active boolean
);

-- step: count_incoming
select
    count(*)
from incoming_dim_buyer_user;

-- step: keep_incoming
insert into stage_dim_buyer_user (
    source_id,
    user_id,
    org_id,
    role,
    designation,
    is_active,
    batch_seq,
    attempt
)
select
    source_id,
    user_id,
    org_id,
    role,
    designation,
    is_active,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_dim_buyer_user;

drop table incoming_dim_buyer_user;

analyze stage_dim_buyer_user;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'user_id=' || coalesce(cast(user_id as varchar), 'null') as example
    from stage_dim_buyer_user
    group by source_id, user_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_dim_buyer_user.source_id as varchar), 'null') || ' ' || 'user_id=' || coalesce(cast(stage_dim_buyer_user.user_id as varchar), 'null')) as example
from stage_dim_buyer_user
left join stage_root
    on stage_root.source_id = stage_dim_buyer_user.source_id
    and stage_root.batch_seq = stage_dim_buyer_user.batch_seq
    and stage_root.attempt = stage_dim_buyer_user.attempt
    and stage_root.aggregate = 'buyer_user'
    and stage_root.root_id = stage_dim_buyer_user.user_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: publish
create temp table fresh_dim_buyer_user as
with recent as (
    select
        source_id,
        user_id,
        org_id,
        role,
        designation,
        is_active,
        batch_seq,
        attempt,
        row_number() over (
            partition by source_id, user_id
            order by batch_seq desc, attempt desc
        ) as recency
    from stage_dim_buyer_user
)
select
    mod(strtol(substring(md5(recent.source_id || '|' || cast(recent.user_id as varchar)), 1, 8), 16), 2147483648)
        * 4294967296
        + strtol(substring(md5(recent.source_id || '|' || cast(recent.user_id as varchar)), 9, 8), 16) as buyer_user_key,
    recent.source_id,
    recent.user_id,
    recent.org_id,
    recent.role,
    recent.designation,
    recent.is_active,
    recent.batch_seq,
    recent.attempt,
    recent.source_id || '-' || lpad(cast(recent.batch_seq as varchar), 10, '0') as batch_id,
    recent.batch_seq as source_version
from recent
left join ops.dim_buyer_user_version as known
    on known.source_id = recent.source_id
    and known.user_id = recent.user_id
where recent.recency = 1
    and (
        known.batch_seq is null
        or recent.batch_seq > known.batch_seq
        or (recent.batch_seq = known.batch_seq and recent.attempt > known.attempt)
    );

create temp table stale_dim_buyer_user as
select
    cast(-1 as bigint) as old_key,
    fresh.source_id,
    fresh.user_id,
    true as is_moved
from fresh_dim_buyer_user as fresh
left join mart.dim_buyer_user as present
    on present.buyer_user_key = fresh.buyer_user_key
where present.buyer_user_key is null;

merge into ops.dim_buyer_user_version
using fresh_dim_buyer_user
    on dim_buyer_user_version.source_id = fresh_dim_buyer_user.source_id
    and dim_buyer_user_version.user_id = fresh_dim_buyer_user.user_id
when matched then update set
    batch_seq = fresh_dim_buyer_user.batch_seq,
    attempt = fresh_dim_buyer_user.attempt
when not matched then insert (
    source_id,
    user_id,
    batch_seq,
    attempt
)
values (
    fresh_dim_buyer_user.source_id,
    fresh_dim_buyer_user.user_id,
    fresh_dim_buyer_user.batch_seq,
    fresh_dim_buyer_user.attempt
);

merge into mart.dim_buyer_user
using fresh_dim_buyer_user
    on dim_buyer_user.buyer_user_key = fresh_dim_buyer_user.buyer_user_key
when matched then update set
    source_id = fresh_dim_buyer_user.source_id,
    user_id = fresh_dim_buyer_user.user_id,
    org_id = fresh_dim_buyer_user.org_id,
    role = fresh_dim_buyer_user.role,
    designation = fresh_dim_buyer_user.designation,
    is_active = fresh_dim_buyer_user.is_active,
    batch_id = fresh_dim_buyer_user.batch_id,
    source_version = fresh_dim_buyer_user.source_version,
    dw_updated_at = getdate()
when not matched then insert (
    buyer_user_key,
    source_id,
    user_id,
    org_id,
    role,
    designation,
    is_active,
    batch_id,
    source_version,
    dw_updated_at,
    dw_inserted_at
)
values (
    fresh_dim_buyer_user.buyer_user_key,
    fresh_dim_buyer_user.source_id,
    fresh_dim_buyer_user.user_id,
    fresh_dim_buyer_user.org_id,
    fresh_dim_buyer_user.role,
    fresh_dim_buyer_user.designation,
    fresh_dim_buyer_user.is_active,
    fresh_dim_buyer_user.batch_id,
    fresh_dim_buyer_user.source_version,
    getdate(),
    getdate()
);

-- step: analyze
analyze mart.dim_buyer_user;

-- step: check
select 'the surrogate key stands twice' as problem, min(example) as example
from (
    select 'buyer_user_key=' || coalesce(cast(present.buyer_user_key as varchar), 'null') as example
    from mart.dim_buyer_user as present
    join fresh_dim_buyer_user as written
        on written.buyer_user_key = present.buyer_user_key
    group by present.buyer_user_key
    having count(*) > 1
) as twice
having count(*) > 0;
