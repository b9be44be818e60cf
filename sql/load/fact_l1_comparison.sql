-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_l1_comparison (
    source_id varchar(32),
    comparison_id bigint,
    buyer_user_id bigint,
    category_id bigint,
    compared_date_key integer,
    compared_at timestamp,
    qty numeric(18,3),
    compared_offer_count integer,
    manufacturer_count integer,
    lowest_price numeric(18,2),
    median_price numeric(18,2),
    selected_offer_id bigint,
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (comparison_id);

-- step: create_incoming
create temp table incoming_fact_l1_comparison (
    source_id varchar(32),
    comparison_id bigint,
    buyer_user_id bigint,
    category_id bigint,
    compared_date_key integer,
    compared_at timestamp,
    qty numeric(18,3),
    compared_offer_count integer,
    manufacturer_count integer,
    lowest_price numeric(18,2),
    median_price numeric(18,2),
    selected_offer_id bigint
)
diststyle key
distkey (comparison_id);

-- step: count_incoming
select
    count(*),
    sum(qty),
    sum(lowest_price),
    sum(median_price)
from incoming_fact_l1_comparison;

-- step: keep_incoming
insert into stage_fact_l1_comparison (
    source_id,
    comparison_id,
    buyer_user_id,
    category_id,
    compared_date_key,
    compared_at,
    qty,
    compared_offer_count,
    manufacturer_count,
    lowest_price,
    median_price,
    selected_offer_id,
    batch_seq,
    attempt
)
select
    source_id,
    comparison_id,
    buyer_user_id,
    category_id,
    compared_date_key,
    compared_at,
    qty,
    compared_offer_count,
    manufacturer_count,
    lowest_price,
    median_price,
    selected_offer_id,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_l1_comparison;

drop table incoming_fact_l1_comparison;

analyze stage_fact_l1_comparison;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'comparison_id=' || coalesce(cast(comparison_id as varchar), 'null') as example
    from stage_fact_l1_comparison
    group by source_id, comparison_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_l1_comparison.source_id as varchar), 'null') || ' ' || 'comparison_id=' || coalesce(cast(stage_fact_l1_comparison.comparison_id as varchar), 'null')) as example
from stage_fact_l1_comparison
left join stage_root
    on stage_root.source_id = stage_fact_l1_comparison.source_id
    and stage_root.batch_seq = stage_fact_l1_comparison.batch_seq
    and stage_root.attempt = stage_fact_l1_comparison.attempt
    and stage_root.aggregate = 'l1_comparison'
    and stage_root.root_id = stage_fact_l1_comparison.comparison_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_l1_comparison
diststyle key
distkey (comparison_id)
as
select
    present.source_id,
    present.comparison_id,
    present.dw_inserted_at
from mart.fact_l1_comparison as present
join touched_root
    on touched_root.aggregate = 'l1_comparison'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.comparison_id;

-- step: count_removed
create temp table changed_fact_l1_comparison as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(qty), 0) as qty,
    -coalesce(sum(lowest_price), 0) as lowest_price,
    -coalesce(sum(median_price), 0) as median_price,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.comparison_id / 1000 as bucket,
        present.qty,
        present.lowest_price,
        present.median_price,
        md5(
            coalesce(cast(present.comparison_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(to_char(present.compared_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.qty as varchar), '-') || ',' ||
            coalesce(cast(present.compared_offer_count as varchar), '-') || ',' ||
            coalesce(cast(present.manufacturer_count as varchar), '-') || ',' ||
            coalesce(cast(present.lowest_price as varchar), '-') || ',' ||
            coalesce(cast(present.median_price as varchar), '-') || ',' ||
            coalesce(cast(present.selected_offer_id as varchar), '-')
        ) as row_hash
    from mart.fact_l1_comparison as present
    join touched_root
        on touched_root.aggregate = 'l1_comparison'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.comparison_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_l1_comparison
using touched_root
where touched_root.aggregate = 'l1_comparison'
    and touched_root.source_id = fact_l1_comparison.source_id
    and touched_root.root_id = fact_l1_comparison.comparison_id;

-- step: rekey_buyer_user_key
update mart.fact_l1_comparison
set
    buyer_user_key = version.buyer_user_key,
    dw_updated_at = getdate()
from stale_dim_buyer_user as stale
join mart.dim_buyer_user as version
    on version.source_id = stale.source_id
    and version.user_id = stale.user_id
where stale.is_moved
    and fact_l1_comparison.buyer_user_key = stale.old_key
    and fact_l1_comparison.source_id = stale.source_id
    and fact_l1_comparison.buyer_user_id = stale.user_id
    and fact_l1_comparison.buyer_user_key <> version.buyer_user_key;

-- step: rekey_category_key
update mart.fact_l1_comparison
set
    category_key = version.category_key,
    dw_updated_at = getdate()
from stale_dim_category as stale
join mart.dim_category as version
    on version.source_id = stale.source_id
    and version.category_id = stale.category_id
where stale.is_moved
    and fact_l1_comparison.category_key = stale.old_key
    and fact_l1_comparison.source_id = stale.source_id
    and fact_l1_comparison.category_id = stale.category_id
    and fact_l1_comparison.compared_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_l1_comparison.compared_at
    and version.valid_to > fact_l1_comparison.compared_at
    and fact_l1_comparison.category_key <> version.category_key;

-- step: insert
insert into mart.fact_l1_comparison (
    source_id,
    comparison_id,
    buyer_user_id,
    category_id,
    buyer_user_key,
    category_key,
    compared_date_key,
    compared_at,
    qty,
    compared_offer_count,
    manufacturer_count,
    lowest_price,
    median_price,
    selected_offer_id,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.comparison_id,
    staged.buyer_user_id,
    staged.category_id,
    case when staged.buyer_user_id is null then -2 else coalesce(buyer_user.buyer_user_key, -1) end as buyer_user_key,
    case when staged.category_id is null then -2 else coalesce(category.category_key, -1) end as category_key,
    staged.compared_date_key,
    staged.compared_at,
    staged.qty,
    staged.compared_offer_count,
    staged.manufacturer_count,
    staged.lowest_price,
    staged.median_price,
    staged.selected_offer_id,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_l1_comparison as staged
join touched_root
    on touched_root.aggregate = 'l1_comparison'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.comparison_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_buyer_user as buyer_user
    on buyer_user.source_id = staged.source_id
    and buyer_user.user_id = staged.buyer_user_id
left join mart.dim_category as category
    on category.source_id = staged.source_id
    and category.category_id = staged.category_id
    and category.valid_from <= staged.compared_at
    and category.valid_to > staged.compared_at
left join replaced_fact_l1_comparison as replaced
    on replaced.source_id = staged.source_id
    and replaced.comparison_id = staged.comparison_id;

-- step: count_inserted
insert into changed_fact_l1_comparison (
    source_id,
    bucket,
    row_count,
    qty,
    lowest_price,
    median_price,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(qty), 0) as qty,
    coalesce(sum(lowest_price), 0) as lowest_price,
    coalesce(sum(median_price), 0) as median_price,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.comparison_id / 1000 as bucket,
        present.qty,
        present.lowest_price,
        present.median_price,
        md5(
            coalesce(cast(present.comparison_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(to_char(present.compared_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.qty as varchar), '-') || ',' ||
            coalesce(cast(present.compared_offer_count as varchar), '-') || ',' ||
            coalesce(cast(present.manufacturer_count as varchar), '-') || ',' ||
            coalesce(cast(present.lowest_price as varchar), '-') || ',' ||
            coalesce(cast(present.median_price as varchar), '-') || ',' ||
            coalesce(cast(present.selected_offer_id as varchar), '-')
        ) as row_hash
    from mart.fact_l1_comparison as present
    join touched_root
        on touched_root.aggregate = 'l1_comparison'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.comparison_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_l1_comparison as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.qty) as qty,
    sum(held.lowest_price) as lowest_price,
    sum(held.median_price) as median_price,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.qty,
        kept.lowest_price,
        kept.median_price,
        kept.hash_1,
        kept.hash_2
    from ops.fact_l1_comparison_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_l1_comparison
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        qty,
        lowest_price,
        median_price,
        hash_1,
        hash_2
    from changed_fact_l1_comparison
) as held
group by held.source_id, held.bucket;

delete from ops.fact_l1_comparison_digest
using digest_fact_l1_comparison
where digest_fact_l1_comparison.source_id = fact_l1_comparison_digest.source_id
    and digest_fact_l1_comparison.bucket = fact_l1_comparison_digest.bucket;

insert into ops.fact_l1_comparison_digest (
    source_id,
    bucket,
    row_count,
    qty,
    lowest_price,
    median_price,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    qty,
    lowest_price,
    median_price,
    hash_1,
    hash_2
from digest_fact_l1_comparison
where row_count <> 0
    or qty <> 0
    or lowest_price <> 0
    or median_price <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_l1_comparison;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'comparison_id=' || coalesce(cast(present.comparison_id as varchar), 'null') as example
    from mart.fact_l1_comparison as present
join touched_root
    on touched_root.aggregate = 'l1_comparison'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.comparison_id
    group by present.source_id, present.comparison_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when buyer_user.buyer_user_key is null then 'buyer_user_key is not in dim_buyer_user'
        when category.category_key is null then 'category_key is not in dim_category'
        when compared_date.date_key is null then 'compared_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'comparison_id=' || coalesce(cast(present.comparison_id as varchar), 'null') || ' ' || 'buyer_user_key=' || coalesce(cast(present.buyer_user_key as varchar), 'null') || ' ' || 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') || ' ' || 'compared_date_key=' || coalesce(cast(present.compared_date_key as varchar), 'null')) as example
from mart.fact_l1_comparison as present
join touched_root
    on touched_root.aggregate = 'l1_comparison'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.comparison_id
left join mart.dim_buyer_user as buyer_user
    on buyer_user.buyer_user_key = present.buyer_user_key
left join mart.dim_category as category
    on category.category_key = present.category_key
left join mart.dim_date as compared_date
    on compared_date.date_key = present.compared_date_key
where buyer_user.buyer_user_key is null
    or category.category_key is null
    or compared_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_l1_comparison_digest;

insert into ops.fact_l1_comparison_digest (
    source_id,
    bucket,
    row_count,
    qty,
    lowest_price,
    median_price,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(qty), 0) as qty,
    coalesce(sum(lowest_price), 0) as lowest_price,
    coalesce(sum(median_price), 0) as median_price,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.comparison_id / 1000 as bucket,
        present.qty,
        present.lowest_price,
        present.median_price,
        md5(
            coalesce(cast(present.comparison_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(to_char(present.compared_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.qty as varchar), '-') || ',' ||
            coalesce(cast(present.compared_offer_count as varchar), '-') || ',' ||
            coalesce(cast(present.manufacturer_count as varchar), '-') || ',' ||
            coalesce(cast(present.lowest_price as varchar), '-') || ',' ||
            coalesce(cast(present.median_price as varchar), '-') || ',' ||
            coalesce(cast(present.selected_offer_id as varchar), '-')
        ) as row_hash
    from mart.fact_l1_comparison as present
) as hashed
group by source_id, bucket;
