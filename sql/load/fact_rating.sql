-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_rating (
    source_id varchar(32),
    rating_id bigint,
    contract_id bigint,
    ratee_type varchar(32),
    seller_id bigint,
    org_id bigint,
    rated_date_key integer,
    rated_at timestamp,
    score numeric(7,3),
    component_scores varchar(4096),
    batch_seq bigint,
    attempt integer
)
diststyle even;

-- step: create_incoming
create temp table incoming_fact_rating (
    source_id varchar(32),
    rating_id bigint,
    contract_id bigint,
    ratee_type varchar(32),
    seller_id bigint,
    org_id bigint,
    rated_date_key integer,
    rated_at timestamp,
    score numeric(7,3),
    component_scores varchar(4096)
)
diststyle even;

-- step: count_incoming
select
    count(*)
from incoming_fact_rating;

-- step: keep_incoming
insert into stage_fact_rating (
    source_id,
    rating_id,
    contract_id,
    ratee_type,
    seller_id,
    org_id,
    rated_date_key,
    rated_at,
    score,
    component_scores,
    batch_seq,
    attempt
)
select
    source_id,
    rating_id,
    contract_id,
    ratee_type,
    seller_id,
    org_id,
    rated_date_key,
    rated_at,
    score,
    component_scores,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_rating;

drop table incoming_fact_rating;

analyze stage_fact_rating;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'rating_id=' || coalesce(cast(rating_id as varchar), 'null') as example
    from stage_fact_rating
    group by source_id, rating_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_rating.source_id as varchar), 'null') || ' ' || 'rating_id=' || coalesce(cast(stage_fact_rating.rating_id as varchar), 'null')) as example
from stage_fact_rating
left join stage_root
    on stage_root.source_id = stage_fact_rating.source_id
    and stage_root.batch_seq = stage_fact_rating.batch_seq
    and stage_root.attempt = stage_fact_rating.attempt
    and stage_root.aggregate = 'rating'
    and stage_root.root_id = stage_fact_rating.rating_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_rating
diststyle even
as
select
    present.source_id,
    present.rating_id,
    present.dw_inserted_at
from mart.fact_rating as present
join touched_root
    on touched_root.aggregate = 'rating'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.rating_id;

-- step: count_removed
create temp table changed_fact_rating as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.rating_id / 1000 as bucket,
        md5(
            coalesce(cast(present.rating_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.ratee_type) as varchar) || ':' || present.ratee_type, '-') || ',' ||
            coalesce(to_char(present.rated_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.score as varchar), '-')
        ) as row_hash
    from mart.fact_rating as present
    join touched_root
        on touched_root.aggregate = 'rating'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.rating_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_rating
using touched_root
where touched_root.aggregate = 'rating'
    and touched_root.source_id = fact_rating.source_id
    and touched_root.root_id = fact_rating.rating_id;

-- step: rekey_seller_key
update mart.fact_rating
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_rating.seller_key = stale.old_key
    and fact_rating.source_id = stale.source_id
    and fact_rating.seller_id = stale.seller_id
    and fact_rating.rated_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_rating.rated_at
    and version.valid_to > fact_rating.rated_at
    and fact_rating.seller_key <> version.seller_key;

-- step: rekey_buyer_org_key
update mart.fact_rating
set
    buyer_org_key = version.buyer_org_key,
    dw_updated_at = getdate()
from stale_dim_buyer_org as stale
join mart.dim_buyer_org as version
    on version.source_id = stale.source_id
    and version.org_id = stale.org_id
where stale.is_moved
    and fact_rating.buyer_org_key = stale.old_key
    and fact_rating.source_id = stale.source_id
    and fact_rating.org_id = stale.org_id
    and fact_rating.rated_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_rating.rated_at
    and version.valid_to > fact_rating.rated_at
    and fact_rating.buyer_org_key <> version.buyer_org_key;

-- step: insert
insert into mart.fact_rating (
    source_id,
    rating_id,
    contract_id,
    ratee_type,
    seller_id,
    org_id,
    seller_key,
    buyer_org_key,
    rated_date_key,
    rated_at,
    score,
    component_scores,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.rating_id,
    staged.contract_id,
    staged.ratee_type,
    staged.seller_id,
    staged.org_id,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    staged.rated_date_key,
    staged.rated_at,
    staged.score,
    staged.component_scores,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_rating as staged
join touched_root
    on touched_root.aggregate = 'rating'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.rating_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.rated_at
    and seller.valid_to > staged.rated_at
left join mart.dim_buyer_org as buyer_org
    on buyer_org.source_id = staged.source_id
    and buyer_org.org_id = staged.org_id
    and buyer_org.valid_from <= staged.rated_at
    and buyer_org.valid_to > staged.rated_at
left join replaced_fact_rating as replaced
    on replaced.source_id = staged.source_id
    and replaced.rating_id = staged.rating_id;

-- step: count_inserted
insert into changed_fact_rating (
    source_id,
    bucket,
    row_count,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.rating_id / 1000 as bucket,
        md5(
            coalesce(cast(present.rating_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.ratee_type) as varchar) || ':' || present.ratee_type, '-') || ',' ||
            coalesce(to_char(present.rated_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.score as varchar), '-')
        ) as row_hash
    from mart.fact_rating as present
    join touched_root
        on touched_root.aggregate = 'rating'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.rating_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_rating as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.hash_1,
        kept.hash_2
    from ops.fact_rating_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_rating
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        hash_1,
        hash_2
    from changed_fact_rating
) as held
group by held.source_id, held.bucket;

delete from ops.fact_rating_digest
using digest_fact_rating
where digest_fact_rating.source_id = fact_rating_digest.source_id
    and digest_fact_rating.bucket = fact_rating_digest.bucket;

insert into ops.fact_rating_digest (
    source_id,
    bucket,
    row_count,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    hash_1,
    hash_2
from digest_fact_rating
where row_count <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_rating;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'rating_id=' || coalesce(cast(present.rating_id as varchar), 'null') as example
    from mart.fact_rating as present
join touched_root
    on touched_root.aggregate = 'rating'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.rating_id
    group by present.source_id, present.rating_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when buyer_org.buyer_org_key is null then 'buyer_org_key is not in dim_buyer_org'
        when rated_date.date_key is null then 'rated_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'rating_id=' || coalesce(cast(present.rating_id as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'rated_date_key=' || coalesce(cast(present.rated_date_key as varchar), 'null')) as example
from mart.fact_rating as present
join touched_root
    on touched_root.aggregate = 'rating'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.rating_id
left join mart.dim_seller as seller
    on seller.seller_key = present.seller_key
left join mart.dim_buyer_org as buyer_org
    on buyer_org.buyer_org_key = present.buyer_org_key
left join mart.dim_date as rated_date
    on rated_date.date_key = present.rated_date_key
where seller.seller_key is null
    or buyer_org.buyer_org_key is null
    or rated_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_rating_digest;

insert into ops.fact_rating_digest (
    source_id,
    bucket,
    row_count,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.rating_id / 1000 as bucket,
        md5(
            coalesce(cast(present.rating_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.ratee_type) as varchar) || ':' || present.ratee_type, '-') || ',' ||
            coalesce(to_char(present.rated_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.score as varchar), '-')
        ) as row_hash
    from mart.fact_rating as present
) as hashed
group by source_id, bucket;
