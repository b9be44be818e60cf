-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_dim_category (
    source_id varchar(32),
    category_id bigint,
    parent_category_id bigint,
    category_name varchar(512),
    level integer,
    kind varchar(32),
    hsn_sac varchar(8),
    gst_rate numeric(7,3),
    is_mse_reserved boolean,
    is_active boolean,
    level1_name varchar(512),
    level2_name varchar(512),
    level3_name varchar(512),
    observed_at timestamp,
    segment_from timestamp,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_dim_category (
    source_id varchar(32),
    category_id bigint,
    parent_category_id bigint,
    category_name varchar(512),
    level integer,
    kind varchar(32),
    hsn_sac varchar(8),
    gst_rate numeric(7,3),
    is_mse_reserved boolean,
    is_active boolean,
    level1_name varchar(512),
    level2_name varchar(512),
    level3_name varchar(512),
    observed_at timestamp,
    segment_from timestamp
);

-- step: count_incoming
select
    count(*)
from incoming_dim_category;

-- step: keep_incoming
insert into stage_dim_category (
    source_id,
    category_id,
    parent_category_id,
    category_name,
    level,
    kind,
    hsn_sac,
    gst_rate,
    is_mse_reserved,
    is_active,
    level1_name,
    level2_name,
    level3_name,
    observed_at,
    segment_from,
    batch_seq,
    attempt
)
select
    source_id,
    category_id,
    parent_category_id,
    category_name,
    level,
    kind,
    hsn_sac,
    gst_rate,
    is_mse_reserved,
    is_active,
    level1_name,
    level2_name,
    level3_name,
    observed_at,
    segment_from,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_dim_category;

drop table incoming_dim_category;

analyze stage_dim_category;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'category_id=' || coalesce(cast(category_id as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(segment_from as varchar), 'null') as example
    from stage_dim_category
    group by source_id, category_id, segment_from, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_dim_category.source_id as varchar), 'null') || ' ' || 'category_id=' || coalesce(cast(stage_dim_category.category_id as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(stage_dim_category.segment_from as varchar), 'null')) as example
from stage_dim_category
left join stage_root
    on stage_root.source_id = stage_dim_category.source_id
    and stage_root.batch_seq = stage_dim_category.batch_seq
    and stage_root.attempt = stage_dim_category.attempt
    and stage_root.aggregate = 'category'
    and stage_root.root_id = 0
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: observe
create temp table unseen_dim_category as
with staged as (
    select
        source_id,
        category_id,
        parent_category_id,
        category_name,
        level,
        kind,
        hsn_sac,
        gst_rate,
        is_mse_reserved,
        is_active,
        level1_name,
        level2_name,
        level3_name,
        observed_at,
        segment_from,
        batch_seq,
        attempt,
        max(attempt) over (partition by source_id, category_id, batch_seq) as newest_attempt
    from stage_dim_category
)
select
    staged.source_id,
    staged.category_id,
    staged.parent_category_id,
    staged.category_name,
    staged.level,
    staged.kind,
    staged.hsn_sac,
    staged.gst_rate,
    staged.is_mse_reserved,
    staged.is_active,
    staged.level1_name,
    staged.level2_name,
    staged.level3_name,
    staged.observed_at,
    staged.segment_from,
    staged.batch_seq,
    staged.attempt,
    md5(
        coalesce(to_char(staged.segment_from, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
        coalesce(cast(staged.parent_category_id as varchar), '-') || ',' ||
        coalesce(cast(length(staged.category_name) as varchar) || ':' || staged.category_name, '-') || ',' ||
        coalesce(cast(staged.level as varchar), '-') || ',' ||
        coalesce(cast(length(staged.kind) as varchar) || ':' || staged.kind, '-') || ',' ||
        coalesce(cast(length(staged.hsn_sac) as varchar) || ':' || staged.hsn_sac, '-') || ',' ||
        coalesce(cast(staged.gst_rate as varchar), '-') || ',' ||
        case when staged.is_mse_reserved then 't' when not staged.is_mse_reserved then 'f' else '-' end || ',' ||
        case when staged.is_active then 't' when not staged.is_active then 'f' else '-' end || ',' ||
        coalesce(cast(length(staged.level1_name) as varchar) || ':' || staged.level1_name, '-') || ',' ||
        coalesce(cast(length(staged.level2_name) as varchar) || ':' || staged.level2_name, '-') || ',' ||
        coalesce(cast(length(staged.level3_name) as varchar) || ':' || staged.level3_name, '-')
    ) as segment_hash
from staged
left join ops.dim_category_version as known
    on known.source_id = staged.source_id
    and known.category_id = staged.category_id
    and known.batch_seq = staged.batch_seq
    and known.attempt >= staged.attempt
where staged.attempt = staged.newest_attempt
    and known.batch_seq is null;

create temp table hashed_dim_category as
select
    source_id,
    category_id,
    batch_seq,
    max(observed_at) as observed_at,
    md5(listagg(segment_hash, ',') within group (order by segment_from)) as observation_hash
from unseen_dim_category
group by source_id, category_id, batch_seq;

create temp table fresh_dim_category as
select
    unseen.source_id,
    unseen.category_id,
    unseen.batch_seq,
    unseen.attempt,
    hashed.observed_at,
    log.snapshot_at,
    unseen.segment_from,
    hashed.observation_hash,
    unseen.parent_category_id,
    unseen.category_name,
    unseen.level,
    unseen.kind,
    unseen.hsn_sac,
    unseen.gst_rate,
    unseen.is_mse_reserved,
    unseen.is_active,
    unseen.level1_name,
    unseen.level2_name,
    unseen.level3_name
from unseen_dim_category as unseen
join hashed_dim_category as hashed
    on hashed.source_id = unseen.source_id
    and hashed.category_id = unseen.category_id
    and hashed.batch_seq = unseen.batch_seq
join ops.load_log as log
    on log.source_id = unseen.source_id
    and log.batch_seq = unseen.batch_seq
    and log.attempt = unseen.attempt;

create temp table replaced_dim_category as
select distinct
    fresh.source_id,
    fresh.category_id
from fresh_dim_category as fresh
join ops.dim_category_version as known
    on known.source_id = fresh.source_id
    and known.category_id = fresh.category_id
    and known.batch_seq = fresh.batch_seq;

delete from ops.dim_category_version
using fresh_dim_category
where dim_category_version.source_id = fresh_dim_category.source_id
    and dim_category_version.category_id = fresh_dim_category.category_id
    and dim_category_version.batch_seq = fresh_dim_category.batch_seq;

insert into ops.dim_category_version (
    source_id,
    category_id,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    parent_category_id,
    category_name,
    level,
    kind,
    hsn_sac,
    gst_rate,
    is_mse_reserved,
    is_active,
    level1_name,
    level2_name,
    level3_name
)
select
    source_id,
    category_id,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    parent_category_id,
    category_name,
    level,
    kind,
    hsn_sac,
    gst_rate,
    is_mse_reserved,
    is_active,
    level1_name,
    level2_name,
    level3_name
from fresh_dim_category;

-- step: analyze_memory
analyze ops.dim_category_version;

-- step: touch
create temp table timeline_dim_category as
with observation as (
    select distinct
        known.source_id,
        known.category_id,
        known.batch_seq,
        known.observed_at,
        known.snapshot_at,
        known.observation_hash
    from ops.dim_category_version as known
    join (select distinct source_id, category_id from fresh_dim_category) as seen
        on seen.source_id = known.source_id
        and seen.category_id = known.category_id
),
step as (
    select
        source_id,
        category_id,
        batch_seq,
        observed_at,
        snapshot_at,
        observation_hash,
        max(observed_at) over (partition by source_id, category_id order by batch_seq rows between unbounded preceding and 1 preceding) as newest_before,
        lag(observation_hash) over (partition by source_id, category_id order by batch_seq) as hash_before,
        lead(batch_seq) over (partition by source_id, category_id order by batch_seq) as seq_after
    from observation
)
select
    source_id,
    category_id,
    batch_seq,
    observation_hash,
    hash_before,
    seq_after,
    observed_at > newest_before as tells_newer,
    max(
        case
            when observation_hash <> hash_before and observed_at <= newest_before then snapshot_at
            else observed_at
        end
    ) over (partition by source_id, category_id order by batch_seq rows unbounded preceding) as takes_over_at
from step;

create temp table touched_dim_category as
select
    timeline.source_id,
    timeline.category_id
from timeline_dim_category as timeline
join fresh_dim_category as fresh
    on fresh.source_id = timeline.source_id
    and fresh.category_id = timeline.category_id
    and fresh.batch_seq = timeline.batch_seq
where timeline.hash_before is null
    or timeline.hash_before <> timeline.observation_hash
    or (timeline.seq_after is not null and timeline.tells_newer)
union
select
    source_id,
    category_id
from replaced_dim_category;

-- step: publish
create temp table change_dim_category as
select
    timeline.source_id,
    timeline.category_id,
    timeline.batch_seq,
    timeline.hash_before,
    timeline.takes_over_at,
    max(timeline.batch_seq) over (partition by timeline.source_id, timeline.category_id) as newest_seq
from timeline_dim_category as timeline
join touched_dim_category as touched
    on touched.source_id = timeline.source_id
    and touched.category_id = timeline.category_id
where timeline.hash_before is null or timeline.hash_before <> timeline.observation_hash;

create temp table observed_dim_category as
select
    known.source_id,
    known.category_id,
    known.batch_seq,
    known.segment_from,
    known.parent_category_id,
    known.category_name,
    known.level,
    known.kind,
    known.hsn_sac,
    known.gst_rate,
    known.is_mse_reserved,
    known.is_active,
    known.level1_name,
    known.level2_name,
    known.level3_name,
    change.newest_seq,
    row_number() over (
        partition by known.source_id, known.category_id, known.batch_seq
        order by known.segment_from
    ) as segment_no
from ops.dim_category_version as known
join change_dim_category as change
    on change.source_id = known.source_id
    and change.category_id = known.category_id
    and change.batch_seq = known.batch_seq;

create temp table rebuilt_dim_category as
with boundary as (
    select
        source_id,
        category_id,
        newest_seq,
        case
            when hash_before is null then cast('1900-01-01 00:00:00' as timestamp)
            else takes_over_at
        end as valid_from,
        batch_seq as base_seq,
        cast(null as timestamp) as segment_from
    from change_dim_category
    union all
    select
        source_id,
        category_id,
        newest_seq,
        segment_from as valid_from,
        cast(null as bigint) as base_seq,
        segment_from
    from observed_dim_category
    where batch_seq = newest_seq
),
instant as (
    select
        source_id,
        category_id,
        newest_seq,
        valid_from,
        max(base_seq) as base_seq,
        max(segment_from) as segment_from
    from boundary
    group by source_id, category_id, newest_seq, valid_from
),
governed as (
    select
        source_id,
        category_id,
        newest_seq,
        valid_from,
        max(base_seq) over (partition by source_id, category_id order by valid_from rows unbounded preceding) as base_seq,
        max(segment_from) over (partition by source_id, category_id order by valid_from rows unbounded preceding) as segment_from
    from instant
),
described as (
    select
        governed.source_id,
        governed.category_id,
        governed.valid_from,
        governed.base_seq as version_seq,
        base.parent_category_id,
        base.category_name,
        base.level,
        base.kind,
        base.hsn_sac,
        base.gst_rate,
        base.is_mse_reserved,
        base.is_active,
        base.level1_name,
        base.level2_name,
        base.level3_name
    from governed
    join observed_dim_category as base
        on base.source_id = governed.source_id
        and base.category_id = governed.category_id
        and base.batch_seq = governed.base_seq
        and base.segment_no = 1
    left join observed_dim_category as segment
        on segment.source_id = governed.source_id
        and segment.category_id = governed.category_id
        and segment.batch_seq = governed.newest_seq
        and segment.segment_from = governed.segment_from
),
hashed as (
    select
        source_id,
        category_id,
        parent_category_id,
        category_name,
        level,
        kind,
        hsn_sac,
        gst_rate,
        is_mse_reserved,
        is_active,
        level1_name,
        level2_name,
        level3_name,
        valid_from,
        version_seq,
        md5(
            coalesce(cast(described.parent_category_id as varchar), '-') || ',' ||
            coalesce(cast(length(described.category_name) as varchar) || ':' || described.category_name, '-') || ',' ||
            coalesce(cast(described.level as varchar), '-') || ',' ||
            coalesce(cast(length(described.kind) as varchar) || ':' || described.kind, '-') || ',' ||
            coalesce(cast(length(described.hsn_sac) as varchar) || ':' || described.hsn_sac, '-') || ',' ||
            coalesce(cast(described.gst_rate as varchar), '-') || ',' ||
            case when described.is_mse_reserved then 't' when not described.is_mse_reserved then 'f' else '-' end || ',' ||
            case when described.is_active then 't' when not described.is_active then 'f' else '-' end || ',' ||
            coalesce(cast(length(described.level1_name) as varchar) || ':' || described.level1_name, '-') || ',' ||
            coalesce(cast(length(described.level2_name) as varchar) || ':' || described.level2_name, '-') || ',' ||
            coalesce(cast(length(described.level3_name) as varchar) || ':' || described.level3_name, '-')
        ) as row_hash
    from described
),
compared as (
    select
        source_id,
        category_id,
        parent_category_id,
        category_name,
        level,
        kind,
        hsn_sac,
        gst_rate,
        is_mse_reserved,
        is_active,
        level1_name,
        level2_name,
        level3_name,
        valid_from,
        version_seq,
        row_hash,
        lag(row_hash) over (partition by source_id, category_id order by valid_from) as hash_before
    from hashed
),
version as (
    select
        source_id,
        category_id,
        parent_category_id,
        category_name,
        level,
        kind,
        hsn_sac,
        gst_rate,
        is_mse_reserved,
        is_active,
        level1_name,
        level2_name,
        level3_name,
        valid_from,
        version_seq,
        row_hash,
        lead(valid_from) over (partition by source_id, category_id order by valid_from) as next_from
    from compared
    where hash_before is null or hash_before <> row_hash
)
select
    mod(strtol(substring(md5(version.source_id || '|' || cast(version.category_id as varchar) || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 1, 8), 16), 2147483648)
        * 4294967296
        + strtol(substring(md5(version.source_id || '|' || cast(version.category_id as varchar) || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 9, 8), 16) as category_key,
    version.source_id,
    version.category_id,
    version.parent_category_id,
    version.category_name,
    version.level,
    version.kind,
    version.hsn_sac,
    version.gst_rate,
    version.is_mse_reserved,
    version.is_active,
    version.level1_name,
    version.level2_name,
    version.level3_name,
    version.valid_from,
    coalesce(version.next_from, cast('9999-12-31 00:00:00' as timestamp)) as valid_to,
    version.next_from is null as is_current,
    version.row_hash,
    version.source_id || '-' || lpad(cast(version.version_seq as varchar), 10, '0') as batch_id,
    version.version_seq as source_version
from version;

create temp table vanished_dim_category as
select
    present.category_key,
    present.source_id,
    present.category_id,
    present.valid_from
from mart.dim_category as present
join touched_dim_category as touched
    on touched.source_id = present.source_id
    and touched.category_id = present.category_id
left join rebuilt_dim_category as rebuilt
    on rebuilt.category_key = present.category_key
where rebuilt.category_key is null;

create temp table changed_dim_category as
select
    rebuilt.category_key,
    rebuilt.source_id,
    rebuilt.category_id,
    rebuilt.parent_category_id,
    rebuilt.category_name,
    rebuilt.level,
    rebuilt.kind,
    rebuilt.hsn_sac,
    rebuilt.gst_rate,
    rebuilt.is_mse_reserved,
    rebuilt.is_active,
    rebuilt.level1_name,
    rebuilt.level2_name,
    rebuilt.level3_name,
    rebuilt.valid_from,
    rebuilt.valid_to,
    rebuilt.is_current,
    rebuilt.row_hash,
    rebuilt.batch_id,
    rebuilt.source_version,
    present.category_key is null as is_new,
    present.valid_to as valid_to_before,
    present.category_key is not null and (
        not coalesce(present.level1_name = rebuilt.level1_name, present.level1_name is null and rebuilt.level1_name is null)
    ) as tells_else
from rebuilt_dim_category as rebuilt
left join mart.dim_category as present
    on present.category_key = rebuilt.category_key
where present.category_key is null
    or present.row_hash <> rebuilt.row_hash
    or present.valid_to <> rebuilt.valid_to
    or present.source_version <> rebuilt.source_version;

create temp table stale_dim_category as
with stale as (
    select
        category_key as old_key,
        source_id,
        category_id,
        valid_from as changed_from,
        true as is_moved
    from vanished_dim_category
    union all
    select
        category_key,
        source_id,
        category_id,
        valid_to,
        true
    from changed_dim_category
    where valid_to < valid_to_before
    union all
    select
        cast(-1 as bigint),
        source_id,
        category_id,
        valid_from,
        true
    from changed_dim_category
    where is_new
        and valid_from = cast('1900-01-01 00:00:00' as timestamp)
    union all
    select
        category_key,
        source_id,
        category_id,
        valid_from,
        false
    from changed_dim_category
    where tells_else
)
select
    old_key,
    source_id,
    category_id,
    is_moved,
    cast(to_char(dateadd(minute, 330, changed_from), 'YYYYMMDD') as integer) as changed_from_date_key
from stale;

delete from mart.dim_category
using vanished_dim_category
where dim_category.category_key = vanished_dim_category.category_key;

merge into mart.dim_category
using changed_dim_category
    on dim_category.category_key = changed_dim_category.category_key
when matched then update set
    source_id = changed_dim_category.source_id,
    category_id = changed_dim_category.category_id,
    parent_category_id = changed_dim_category.parent_category_id,
    category_name = changed_dim_category.category_name,
    level = changed_dim_category.level,
    kind = changed_dim_category.kind,
    hsn_sac = changed_dim_category.hsn_sac,
    gst_rate = changed_dim_category.gst_rate,
    is_mse_reserved = changed_dim_category.is_mse_reserved,
    is_active = changed_dim_category.is_active,
    level1_name = changed_dim_category.level1_name,
    level2_name = changed_dim_category.level2_name,
    level3_name = changed_dim_category.level3_name,
    valid_from = changed_dim_category.valid_from,
    valid_to = changed_dim_category.valid_to,
    is_current = changed_dim_category.is_current,
    row_hash = changed_dim_category.row_hash,
    batch_id = changed_dim_category.batch_id,
    source_version = changed_dim_category.source_version,
    dw_updated_at = getdate()
when not matched then insert (
    category_key,
    source_id,
    category_id,
    parent_category_id,
    category_name,
    level,
    kind,
    hsn_sac,
    gst_rate,
    is_mse_reserved,
    is_active,
    level1_name,
    level2_name,
    level3_name,
    valid_from,
    valid_to,
    is_current,
    row_hash,
    batch_id,
    source_version,
    dw_updated_at,
    dw_inserted_at
)
values (
    changed_dim_category.category_key,
    changed_dim_category.source_id,
    changed_dim_category.category_id,
    changed_dim_category.parent_category_id,
    changed_dim_category.category_name,
    changed_dim_category.level,
    changed_dim_category.kind,
    changed_dim_category.hsn_sac,
    changed_dim_category.gst_rate,
    changed_dim_category.is_mse_reserved,
    changed_dim_category.is_active,
    changed_dim_category.level1_name,
    changed_dim_category.level2_name,
    changed_dim_category.level3_name,
    changed_dim_category.valid_from,
    changed_dim_category.valid_to,
    changed_dim_category.is_current,
    changed_dim_category.row_hash,
    changed_dim_category.batch_id,
    changed_dim_category.source_version,
    getdate(),
    getdate()
);

-- step: analyze
analyze mart.dim_category;

-- step: check
select 'the surrogate key stands twice' as problem, min(example) as example
from (
    select 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') as example
    from mart.dim_category as present
    join rebuilt_dim_category as written
        on written.category_key = present.category_key
    group by present.category_key
    having count(*) > 1
) as twice
having count(*) > 0;

with version as (
    select
        present.source_id,
        present.category_id,
        present.valid_from,
        present.valid_to,
        present.is_current,
        lag(present.valid_to) over (partition by present.source_id, present.category_id order by present.valid_from) as valid_to_before,
        lead(present.valid_from) over (partition by present.source_id, present.category_id order by present.valid_from) as next_from
    from mart.dim_category as present
    join touched_dim_category as touched
        on touched.source_id = present.source_id
        and touched.category_id = present.category_id
)
select 'the versions leave a gap, overlap or have no single current one' as problem, min('source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'category_id=' || coalesce(cast(category_id as varchar), 'null')) as example
from version
where valid_from <> coalesce(valid_to_before, cast('1900-01-01 00:00:00' as timestamp))
    or valid_to <> coalesce(next_from, cast('9999-12-31 00:00:00' as timestamp))
    or is_current <> (next_from is null)
having count(*) > 0;
