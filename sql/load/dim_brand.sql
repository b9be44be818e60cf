-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_dim_brand (
    source_id varchar(32),
    brand_id bigint,
    brand_name varchar(256),
    oem_seller_id bigint,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_dim_brand (
    source_id varchar(32),
    brand_id bigint,
    brand_name varchar(256),
    oem_seller_id bigint
);

-- step: count_incoming
select
    count(*)
from incoming_dim_brand;

-- step: keep_incoming
insert into stage_dim_brand (
    source_id,
    brand_id,
    brand_name,
    oem_seller_id,
    batch_seq,
    attempt
)
select
    source_id,
    brand_id,
    brand_name,
    oem_seller_id,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_dim_brand;

drop table incoming_dim_brand;

analyze stage_dim_brand;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'brand_id=' || coalesce(cast(brand_id as varchar), 'null') as example
    from stage_dim_brand
    group by source_id, brand_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_dim_brand.source_id as varchar), 'null') || ' ' || 'brand_id=' || coalesce(cast(stage_dim_brand.brand_id as varchar), 'null')) as example
from stage_dim_brand
left join stage_root
    on stage_root.source_id = stage_dim_brand.source_id
    and stage_root.batch_seq = stage_dim_brand.batch_seq
    and stage_root.attempt = stage_dim_brand.attempt
    and stage_root.aggregate = 'brand'
    and stage_root.root_id = 0
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: publish
create temp table fresh_dim_brand as
with recent as (
    select
        source_id,
        brand_id,
        brand_name,
        oem_seller_id,
        batch_seq,
        attempt,
        row_number() over (
            partition by source_id, brand_id
            order by batch_seq desc, attempt desc
        ) as recency
    from stage_dim_brand
)
select
    mod(strtol(substring(md5(recent.source_id || '|' || cast(recent.brand_id as varchar)), 1, 8), 16), 2147483648)
        * 4294967296
        + strtol(substring(md5(recent.source_id || '|' || cast(recent.brand_id as varchar)), 9, 8), 16) as brand_key,
    recent.source_id,
    recent.brand_id,
    recent.brand_name,
    recent.oem_seller_id,
    recent.batch_seq,
    recent.attempt,
    recent.source_id || '-' || lpad(cast(recent.batch_seq as varchar), 10, '0') as batch_id,
    recent.batch_seq as source_version
from recent
left join ops.dim_brand_version as known
    on known.source_id = recent.source_id
    and known.brand_id = recent.brand_id
where recent.recency = 1
    and (
        known.batch_seq is null
        or recent.batch_seq > known.batch_seq
        or (recent.batch_seq = known.batch_seq and recent.attempt > known.attempt)
    );

create temp table stale_dim_brand as
select
    cast(-1 as bigint) as old_key,
    fresh.source_id,
    fresh.brand_id,
    true as is_moved
from fresh_dim_brand as fresh
left join mart.dim_brand as present
    on present.brand_key = fresh.brand_key
where present.brand_key is null;

merge into ops.dim_brand_version
using fresh_dim_brand
    on dim_brand_version.source_id = fresh_dim_brand.source_id
    and dim_brand_version.brand_id = fresh_dim_brand.brand_id
when matched then update set
    batch_seq = fresh_dim_brand.batch_seq,
    attempt = fresh_dim_brand.attempt
when not matched then insert (
    source_id,
    brand_id,
    batch_seq,
    attempt
)
values (
    fresh_dim_brand.source_id,
    fresh_dim_brand.brand_id,
    fresh_dim_brand.batch_seq,
    fresh_dim_brand.attempt
);

merge into mart.dim_brand
using fresh_dim_brand
    on dim_brand.brand_key = fresh_dim_brand.brand_key
when matched then update set
    source_id = fresh_dim_brand.source_id,
    brand_id = fresh_dim_brand.brand_id,
    brand_name = fresh_dim_brand.brand_name,
    oem_seller_id = fresh_dim_brand.oem_seller_id,
    batch_id = fresh_dim_brand.batch_id,
    source_version = fresh_dim_brand.source_version,
    dw_updated_at = getdate()
when not matched then insert (
    brand_key,
    source_id,
    brand_id,
    brand_name,
    oem_seller_id,
    batch_id,
    source_version,
    dw_updated_at,
    dw_inserted_at
)
values (
    fresh_dim_brand.brand_key,
    fresh_dim_brand.source_id,
    fresh_dim_brand.brand_id,
    fresh_dim_brand.brand_name,
    fresh_dim_brand.oem_seller_id,
    fresh_dim_brand.batch_id,
    fresh_dim_brand.source_version,
    getdate(),
    getdate()
);

-- step: analyze
analyze mart.dim_brand;

-- step: check
select 'the surrogate key stands twice' as problem, min(example) as example
from (
    select 'brand_key=' || coalesce(cast(present.brand_key as varchar), 'null') as example
    from mart.dim_brand as present
    join fresh_dim_brand as written
        on written.brand_key = present.brand_key
    group by present.brand_key
    having count(*) > 1
) as twice
having count(*) > 0;
