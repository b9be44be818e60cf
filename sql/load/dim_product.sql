-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_dim_product (
    source_id varchar(32),
    product_id bigint,
    mii_class varchar(32),
    category_id bigint,
    brand_id bigint,
    model varchar(256),
    country_of_origin varchar(64),
    local_content_pct numeric(7,3),
    observed_at timestamp,
    segment_from timestamp,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_dim_product (
    source_id varchar(32),
    product_id bigint,
    mii_class varchar(32),
    category_id bigint,
    brand_id bigint,
    model varchar(256),
    country_of_origin varchar(64),
    local_content_pct numeric(7,3),
    observed_at timestamp,
    segment_from timestamp
);

-- step: count_incoming
select
    count(*)
from incoming_dim_product;

-- step: keep_incoming
insert into stage_dim_product (
    source_id,
    product_id,
    mii_class,
    category_id,
    brand_id,
    model,
    country_of_origin,
    local_content_pct,
    observed_at,
    segment_from,
    batch_seq,
    attempt
)
select
    source_id,
    product_id,
    mii_class,
    category_id,
    brand_id,
    model,
    country_of_origin,
    local_content_pct,
    observed_at,
    segment_from,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_dim_product;

drop table incoming_dim_product;

analyze stage_dim_product;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'product_id=' || coalesce(cast(product_id as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(segment_from as varchar), 'null') as example
    from stage_dim_product
    group by source_id, product_id, segment_from, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_dim_product.source_id as varchar), 'null') || ' ' || 'product_id=' || coalesce(cast(stage_dim_product.product_id as varchar), 'null') || ' ' || 'segment_from=' || coalesce(cast(stage_dim_product.segment_from as varchar), 'null')) as example
from stage_dim_product
left join stage_root
    on stage_root.source_id = stage_dim_product.source_id
    and stage_root.batch_seq = stage_dim_product.batch_seq
    and stage_root.attempt = stage_dim_product.attempt
    and stage_root.aggregate = 'catalogue_product'
    and stage_root.root_id = stage_dim_product.product_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: observe
create temp table unseen_dim_product as
with staged as (
    select
        source_id,
        product_id,
        mii_class,
        category_id,
        brand_id,
        model,
        country_of_origin,
        local_content_pct,
        observed_at,
        segment_from,
        batch_seq,
        attempt,
        max(attempt) over (partition by source_id, product_id, batch_seq) as newest_attempt
    from stage_dim_product
)
select
    staged.source_id,
    staged.product_id,
    staged.mii_class,
    staged.category_id,
    staged.brand_id,
    staged.model,
    staged.country_of_origin,
    staged.local_content_pct,
    staged.observed_at,
    staged.segment_from,
    staged.batch_seq,
    staged.attempt,
    md5(
        coalesce(to_char(staged.segment_from, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
        coalesce(cast(length(staged.mii_class) as varchar) || ':' || staged.mii_class, '-') || ',' ||
        coalesce(cast(staged.category_id as varchar), '-') || ',' ||
        coalesce(cast(staged.brand_id as varchar), '-') || ',' ||
        coalesce(cast(length(staged.model) as varchar) || ':' || staged.model, '-') || ',' ||
        coalesce(cast(length(staged.country_of_origin) as varchar) || ':' || staged.country_of_origin, '-') || ',' ||
        coalesce(cast(staged.local_content_pct as varchar), '-')
    ) as segment_hash
from staged
left join ops.dim_product_version as known
    on known.source_id = staged.source_id
    and known.product_id = staged.product_id
    and known.batch_seq = staged.batch_seq
    and known.attempt >= staged.attempt
where staged.attempt = staged.newest_attempt
    and known.batch_seq is null;

create temp table hashed_dim_product as
select
    source_id,
    product_id,
    batch_seq,
    max(observed_at) as observed_at,
    md5(listagg(segment_hash, ',') within group (order by segment_from)) as observation_hash
from unseen_dim_product
group by source_id, product_id, batch_seq;

create temp table fresh_dim_product as
select
    unseen.source_id,
    unseen.product_id,
    unseen.batch_seq,
    unseen.attempt,
    hashed.observed_at,
    log.snapshot_at,
    unseen.segment_from,
    hashed.observation_hash,
    unseen.mii_class,
    unseen.category_id,
    unseen.brand_id,
    unseen.model,
    unseen.country_of_origin,
    unseen.local_content_pct
from unseen_dim_product as unseen
join hashed_dim_product as hashed
    on hashed.source_id = unseen.source_id
    and hashed.product_id = unseen.product_id
    and hashed.batch_seq = unseen.batch_seq
join ops.load_log as log
    on log.source_id = unseen.source_id
    and log.batch_seq = unseen.batch_seq
    and log.attempt = unseen.attempt;

create temp table replaced_dim_product as
select distinct
    fresh.source_id,
    fresh.product_id
from fresh_dim_product as fresh
join ops.dim_product_version as known
    on known.source_id = fresh.source_id
    and known.product_id = fresh.product_id
    and known.batch_seq = fresh.batch_seq;

delete from ops.dim_product_version
using fresh_dim_product
where dim_product_version.source_id = fresh_dim_product.source_id
    and dim_product_version.product_id = fresh_dim_product.product_id
    and dim_product_version.batch_seq = fresh_dim_product.batch_seq;

insert into ops.dim_product_version (
    source_id,
    product_id,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    mii_class,
    category_id,
    brand_id,
    model,
    country_of_origin,
    local_content_pct
)
select
    source_id,
    product_id,
    batch_seq,
    attempt,
    observed_at,
    snapshot_at,
    segment_from,
    observation_hash,
    mii_class,
    category_id,
    brand_id,
    model,
    country_of_origin,
    local_content_pct
from fresh_dim_product;

-- step: analyze_memory
analyze ops.dim_product_version;

-- step: touch
create temp table timeline_dim_product as
with observation as (
    select distinct
        known.source_id,
        known.product_id,
        known.batch_seq,
        known.observed_at,
        known.snapshot_at,
        known.observation_hash
    from ops.dim_product_version as known
    join (select distinct source_id, product_id from fresh_dim_product) as seen
        on seen.source_id = known.source_id
        and seen.product_id = known.product_id
),
step as (
    select
        source_id,
        product_id,
        batch_seq,
        observed_at,
        snapshot_at,
        observation_hash,
        max(observed_at) over (partition by source_id, product_id order by batch_seq rows between unbounded preceding and 1 preceding) as newest_before,
        lag(observation_hash) over (partition by source_id, product_id order by batch_seq) as hash_before,
        lead(batch_seq) over (partition by source_id, product_id order by batch_seq) as seq_after
    from observation
)
select
    source_id,
    product_id,
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
    ) over (partition by source_id, product_id order by batch_seq rows unbounded preceding) as takes_over_at
from step;

create temp table touched_dim_product as
select
    timeline.source_id,
    timeline.product_id
from timeline_dim_product as timeline
join fresh_dim_product as fresh
    on fresh.source_id = timeline.source_id
    and fresh.product_id = timeline.product_id
    and fresh.batch_seq = timeline.batch_seq
where timeline.hash_before is null
    or timeline.hash_before <> timeline.observation_hash
    or (timeline.seq_after is not null and timeline.tells_newer)
union
select
    source_id,
    product_id
from replaced_dim_product;

-- step: publish
create temp table change_dim_product as
select
    timeline.source_id,
    timeline.product_id,
    timeline.batch_seq,
    timeline.hash_before,
    timeline.takes_over_at,
    max(timeline.batch_seq) over (partition by timeline.source_id, timeline.product_id) as newest_seq
from timeline_dim_product as timeline
join touched_dim_product as touched
    on touched.source_id = timeline.source_id
    and touched.product_id = timeline.product_id
where timeline.hash_before is null or timeline.hash_before <> timeline.observation_hash;

create temp table observed_dim_product as
select
    known.source_id,
    known.product_id,
    known.batch_seq,
    known.segment_from,
    known.mii_class,
    known.category_id,
    known.brand_id,
    known.model,
    known.country_of_origin,
    known.local_content_pct,
    change.newest_seq,
    row_number() over (
        partition by known.source_id, known.product_id, known.batch_seq
        order by known.segment_from
    ) as segment_no
from ops.dim_product_version as known
join change_dim_product as change
    on change.source_id = known.source_id
    and change.product_id = known.product_id
    and change.batch_seq = known.batch_seq;

create temp table rebuilt_dim_product as
with boundary as (
    select
        source_id,
        product_id,
        newest_seq,
        case
            when hash_before is null then cast('1900-01-01 00:00:00' as timestamp)
            else takes_over_at
        end as valid_from,
        batch_seq as base_seq,
        cast(null as timestamp) as segment_from
    from change_dim_product
    union all
    select
        source_id,
        product_id,
        newest_seq,
        segment_from as valid_from,
        cast(null as bigint) as base_seq,
        segment_from
    from observed_dim_product
    where batch_seq = newest_seq
),
instant as (
    select
        source_id,
        product_id,
        newest_seq,
        valid_from,
        max(base_seq) as base_seq,
        max(segment_from) as segment_from
    from boundary
    group by source_id, product_id, newest_seq, valid_from
),
governed as (
    select
        source_id,
        product_id,
        newest_seq,
        valid_from,
        max(base_seq) over (partition by source_id, product_id order by valid_from rows unbounded preceding) as base_seq,
        max(segment_from) over (partition by source_id, product_id order by valid_from rows unbounded preceding) as segment_from
    from instant
),
described as (
    select
        governed.source_id,
        governed.product_id,
        governed.valid_from,
        governed.newest_seq as version_seq,
        base.mii_class,
        segment.category_id,
        segment.brand_id,
        segment.model,
        segment.country_of_origin,
        segment.local_content_pct
    from governed
    join observed_dim_product as base
        on base.source_id = governed.source_id
        and base.product_id = governed.product_id
        and base.batch_seq = governed.base_seq
        and base.segment_no = 1
    left join observed_dim_product as segment
        on segment.source_id = governed.source_id
        and segment.product_id = governed.product_id
        and segment.batch_seq = governed.newest_seq
        and segment.segment_from = governed.segment_from
),
hashed as (
    select
        source_id,
        product_id,
        mii_class,
        category_id,
        brand_id,
        model,
        country_of_origin,
        local_content_pct,
        valid_from,
        version_seq,
        md5(
            coalesce(cast(length(described.mii_class) as varchar) || ':' || described.mii_class, '-') || ',' ||
            coalesce(cast(described.category_id as varchar), '-') || ',' ||
            coalesce(cast(described.brand_id as varchar), '-') || ',' ||
            coalesce(cast(length(described.model) as varchar) || ':' || described.model, '-') || ',' ||
            coalesce(cast(length(described.country_of_origin) as varchar) || ':' || described.country_of_origin, '-') || ',' ||
            coalesce(cast(described.local_content_pct as varchar), '-')
        ) as row_hash
    from described
),
compared as (
    select
        source_id,
        product_id,
        mii_class,
        category_id,
        brand_id,
        model,
        country_of_origin,
        local_content_pct,
        valid_from,
        version_seq,
        row_hash,
        lag(row_hash) over (partition by source_id, product_id order by valid_from) as hash_before
    from hashed
),
version as (
    select
        source_id,
        product_id,
        mii_class,
        category_id,
        brand_id,
        model,
        country_of_origin,
        local_content_pct,
        valid_from,
        version_seq,
        row_hash,
        lead(valid_from) over (partition by source_id, product_id order by valid_from) as next_from
    from compared
    where hash_before is null or hash_before <> row_hash
)
select
    mod(strtol(substring(md5(version.source_id || '|' || cast(version.product_id as varchar) || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 1, 8), 16), 2147483648)
        * 4294967296
        + strtol(substring(md5(version.source_id || '|' || cast(version.product_id as varchar) || '|' || to_char(version.valid_from, 'YYYY-MM-DD HH24:MI:SS.US')), 9, 8), 16) as product_key,
    version.source_id,
    version.product_id,
    version.mii_class,
    version.category_id,
    version.brand_id,
    version.model,
    version.country_of_origin,
    version.local_content_pct,
    version.valid_from,
    coalesce(version.next_from, cast('9999-12-31 00:00:00' as timestamp)) as valid_to,
    version.next_from is null as is_current,
    version.row_hash,
    version.source_id || '-' || lpad(cast(version.version_seq as varchar), 10, '0') as batch_id,
    version.version_seq as source_version
from version;

create temp table vanished_dim_product as
select
    present.product_key,
    present.source_id,
    present.product_id,
    present.valid_from
from mart.dim_product as present
join touched_dim_product as touched
    on touched.source_id = present.source_id
    and touched.product_id = present.product_id
left join rebuilt_dim_product as rebuilt
    on rebuilt.product_key = present.product_key
where rebuilt.product_key is null;

create temp table changed_dim_product as
select
    rebuilt.product_key,
    rebuilt.source_id,
    rebuilt.product_id,
    rebuilt.mii_class,
    rebuilt.category_id,
    rebuilt.brand_id,
    rebuilt.model,
    rebuilt.country_of_origin,
    rebuilt.local_content_pct,
    rebuilt.valid_from,
    rebuilt.valid_to,
    rebuilt.is_current,
    rebuilt.row_hash,
    rebuilt.batch_id,
    rebuilt.source_version,
    present.product_key is null as is_new,
    present.valid_to as valid_to_before
from rebuilt_dim_product as rebuilt
left join mart.dim_product as present
    on present.product_key = rebuilt.product_key
where present.product_key is null
    or present.row_hash <> rebuilt.row_hash
    or present.valid_to <> rebuilt.valid_to
    or present.source_version <> rebuilt.source_version;

create temp table stale_dim_product as
with stale as (
    select
        product_key as old_key,
        source_id,
        product_id,
        valid_from as changed_from,
        true as is_moved
    from vanished_dim_product
    union all
    select
        product_key,
        source_id,
        product_id,
        valid_to,
        true
    from changed_dim_product
    where valid_to < valid_to_before
    union all
    select
        cast(-1 as bigint),
        source_id,
        product_id,
        valid_from,
        true
    from changed_dim_product
    where is_new
        and valid_from = cast('1900-01-01 00:00:00' as timestamp)
)
select
    old_key,
    source_id,
    product_id,
    is_moved,
    cast(to_char(dateadd(minute, 330, changed_from), 'YYYYMMDD') as integer) as changed_from_date_key
from stale;

delete from mart.dim_product
using vanished_dim_product
where dim_product.product_key = vanished_dim_product.product_key;

merge into mart.dim_product
using changed_dim_product
    on dim_product.product_key = changed_dim_product.product_key
when matched then update set
    source_id = changed_dim_product.source_id,
    product_id = changed_dim_product.product_id,
    mii_class = changed_dim_product.mii_class,
    category_id = changed_dim_product.category_id,
    brand_id = changed_dim_product.brand_id,
    model = changed_dim_product.model,
    country_of_origin = changed_dim_product.country_of_origin,
    local_content_pct = changed_dim_product.local_content_pct,
    valid_from = changed_dim_product.valid_from,
    valid_to = changed_dim_product.valid_to,
    is_current = changed_dim_product.is_current,
    row_hash = changed_dim_product.row_hash,
    batch_id = changed_dim_product.batch_id,
    source_version = changed_dim_product.source_version,
    dw_updated_at = getdate()
when not matched then insert (
    product_key,
    source_id,
    product_id,
    mii_class,
    category_id,
    brand_id,
    model,
    country_of_origin,
    local_content_pct,
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
    changed_dim_product.product_key,
    changed_dim_product.source_id,
    changed_dim_product.product_id,
    changed_dim_product.mii_class,
    changed_dim_product.category_id,
    changed_dim_product.brand_id,
    changed_dim_product.model,
    changed_dim_product.country_of_origin,
    changed_dim_product.local_content_pct,
    changed_dim_product.valid_from,
    changed_dim_product.valid_to,
    changed_dim_product.is_current,
    changed_dim_product.row_hash,
    changed_dim_product.batch_id,
    changed_dim_product.source_version,
    getdate(),
    getdate()
);

-- step: analyze
analyze mart.dim_product;

-- step: check
select 'the surrogate key stands twice' as problem, min(example) as example
from (
    select 'product_key=' || coalesce(cast(present.product_key as varchar), 'null') as example
    from mart.dim_product as present
    join rebuilt_dim_product as written
        on written.product_key = present.product_key
    group by present.product_key
    having count(*) > 1
) as twice
having count(*) > 0;

with version as (
    select
        present.source_id,
        present.product_id,
        present.valid_from,
        present.valid_to,
        present.is_current,
        lag(present.valid_to) over (partition by present.source_id, present.product_id order by present.valid_from) as valid_to_before,
        lead(present.valid_from) over (partition by present.source_id, present.product_id order by present.valid_from) as next_from
    from mart.dim_product as present
    join touched_dim_product as touched
        on touched.source_id = present.source_id
        and touched.product_id = present.product_id
)
select 'the versions leave a gap, overlap or have no single current one' as problem, min('source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'product_id=' || coalesce(cast(product_id as varchar), 'null')) as example
from version
where valid_from <> coalesce(valid_to_before, cast('1900-01-01 00:00:00' as timestamp))
    or valid_to <> coalesce(next_from, cast('9999-12-31 00:00:00' as timestamp))
    or is_current <> (next_from is null)
having count(*) > 0;
