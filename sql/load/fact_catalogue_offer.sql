-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_catalogue_offer (
    source_id varchar(32),
    offer_id bigint,
    product_id bigint,
    category_id bigint,
    seller_id bigint,
    starts_date_key integer,
    ends_date_key integer,
    starts_at timestamp,
    ends_at timestamp,
    status varchar(32),
    offer_price numeric(18,2),
    min_qty numeric(18,3),
    stock_qty numeric(18,3),
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (product_id);

-- step: create_incoming
create temp table incoming_fact_catalogue_offer (
    source_id varchar(32),
    offer_id bigint,
    product_id bigint,
    category_id bigint,
    seller_id bigint,
    starts_date_key integer,
    ends_date_key integer,
    starts_at timestamp,
    ends_at timestamp,
    status varchar(32),
    offer_price numeric(18,2),
    min_qty numeric(18,3),
    stock_qty numeric(18,3)
)
diststyle key
distkey (product_id);

-- step: count_incoming
select
    count(*),
    sum(offer_price),
    sum(min_qty),
    sum(stock_qty)
from incoming_fact_catalogue_offer;

-- step: keep_incoming
insert into stage_fact_catalogue_offer (
    source_id,
    offer_id,
    product_id,
    category_id,
    seller_id,
    starts_date_key,
    ends_date_key,
    starts_at,
    ends_at,
    status,
    offer_price,
    min_qty,
    stock_qty,
    batch_seq,
    attempt
)
select
    source_id,
    offer_id,
    product_id,
    category_id,
    seller_id,
    starts_date_key,
    ends_date_key,
    starts_at,
    ends_at,
    status,
    offer_price,
    min_qty,
    stock_qty,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_catalogue_offer;

drop table incoming_fact_catalogue_offer;

analyze stage_fact_catalogue_offer;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'product_id=' || coalesce(cast(product_id as varchar), 'null') || ' ' || 'offer_id=' || coalesce(cast(offer_id as varchar), 'null') as example
    from stage_fact_catalogue_offer
    group by source_id, product_id, offer_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_catalogue_offer.source_id as varchar), 'null') || ' ' || 'product_id=' || coalesce(cast(stage_fact_catalogue_offer.product_id as varchar), 'null') || ' ' || 'offer_id=' || coalesce(cast(stage_fact_catalogue_offer.offer_id as varchar), 'null')) as example
from stage_fact_catalogue_offer
left join stage_root
    on stage_root.source_id = stage_fact_catalogue_offer.source_id
    and stage_root.batch_seq = stage_fact_catalogue_offer.batch_seq
    and stage_root.attempt = stage_fact_catalogue_offer.attempt
    and stage_root.aggregate = 'catalogue_product'
    and stage_root.root_id = stage_fact_catalogue_offer.product_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_catalogue_offer
diststyle key
distkey (product_id)
as
select
    present.source_id,
    present.product_id,
    present.offer_id,
    present.dw_inserted_at
from mart.fact_catalogue_offer as present
join touched_root
    on touched_root.aggregate = 'catalogue_product'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.product_id;

-- step: count_removed
create temp table changed_fact_catalogue_offer as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(offer_price), 0) as offer_price,
    -coalesce(sum(min_qty), 0) as min_qty,
    -coalesce(sum(stock_qty), 0) as stock_qty,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.product_id / 1000 as bucket,
        present.offer_price,
        present.min_qty,
        present.stock_qty,
        md5(
            coalesce(cast(present.offer_id as varchar), '-') || ',' ||
            coalesce(cast(present.product_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.starts_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.ends_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(present.offer_price as varchar), '-') || ',' ||
            coalesce(cast(present.min_qty as varchar), '-') || ',' ||
            coalesce(cast(present.stock_qty as varchar), '-')
        ) as row_hash
    from mart.fact_catalogue_offer as present
    join touched_root
        on touched_root.aggregate = 'catalogue_product'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.product_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_catalogue_offer
using touched_root
where touched_root.aggregate = 'catalogue_product'
    and touched_root.source_id = fact_catalogue_offer.source_id
    and touched_root.root_id = fact_catalogue_offer.product_id;

-- step: rekey_product_key
update mart.fact_catalogue_offer
set
    product_key = version.product_key,
    dw_updated_at = getdate()
from stale_dim_product as stale
join mart.dim_product as version
    on version.source_id = stale.source_id
    and version.product_id = stale.product_id
where stale.is_moved
    and fact_catalogue_offer.product_key = stale.old_key
    and fact_catalogue_offer.source_id = stale.source_id
    and fact_catalogue_offer.product_id = stale.product_id
    and fact_catalogue_offer.starts_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_catalogue_offer.starts_at
    and version.valid_to > fact_catalogue_offer.starts_at
    and fact_catalogue_offer.product_key <> version.product_key;

-- step: rekey_category_key
update mart.fact_catalogue_offer
set
    category_key = version.category_key,
    dw_updated_at = getdate()
from stale_dim_category as stale
join mart.dim_category as version
    on version.source_id = stale.source_id
    and version.category_id = stale.category_id
where stale.is_moved
    and fact_catalogue_offer.category_key = stale.old_key
    and fact_catalogue_offer.source_id = stale.source_id
    and fact_catalogue_offer.category_id = stale.category_id
    and fact_catalogue_offer.starts_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_catalogue_offer.starts_at
    and version.valid_to > fact_catalogue_offer.starts_at
    and fact_catalogue_offer.category_key <> version.category_key;

-- step: rekey_seller_key
update mart.fact_catalogue_offer
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_catalogue_offer.seller_key = stale.old_key
    and fact_catalogue_offer.source_id = stale.source_id
    and fact_catalogue_offer.seller_id = stale.seller_id
    and fact_catalogue_offer.starts_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_catalogue_offer.starts_at
    and version.valid_to > fact_catalogue_offer.starts_at
    and fact_catalogue_offer.seller_key <> version.seller_key;

-- step: insert
insert into mart.fact_catalogue_offer (
    source_id,
    offer_id,
    product_id,
    category_id,
    seller_id,
    product_key,
    category_key,
    seller_key,
    starts_date_key,
    ends_date_key,
    starts_at,
    ends_at,
    status,
    offer_price,
    min_qty,
    stock_qty,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.offer_id,
    staged.product_id,
    staged.category_id,
    staged.seller_id,
    case when staged.product_id is null then -2 else coalesce(product.product_key, -1) end as product_key,
    case when staged.category_id is null then -2 else coalesce(category.category_key, -1) end as category_key,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    staged.starts_date_key,
    staged.ends_date_key,
    staged.starts_at,
    staged.ends_at,
    staged.status,
    staged.offer_price,
    staged.min_qty,
    staged.stock_qty,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_catalogue_offer as staged
join touched_root
    on touched_root.aggregate = 'catalogue_product'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.product_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_product as product
    on product.source_id = staged.source_id
    and product.product_id = staged.product_id
    and product.valid_from <= staged.starts_at
    and product.valid_to > staged.starts_at
left join mart.dim_category as category
    on category.source_id = staged.source_id
    and category.category_id = staged.category_id
    and category.valid_from <= staged.starts_at
    and category.valid_to > staged.starts_at
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.starts_at
    and seller.valid_to > staged.starts_at
left join replaced_fact_catalogue_offer as replaced
    on replaced.source_id = staged.source_id
    and replaced.product_id = staged.product_id
    and replaced.offer_id = staged.offer_id;

-- step: count_inserted
insert into changed_fact_catalogue_offer (
    source_id,
    bucket,
    row_count,
    offer_price,
    min_qty,
    stock_qty,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(offer_price), 0) as offer_price,
    coalesce(sum(min_qty), 0) as min_qty,
    coalesce(sum(stock_qty), 0) as stock_qty,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.product_id / 1000 as bucket,
        present.offer_price,
        present.min_qty,
        present.stock_qty,
        md5(
            coalesce(cast(present.offer_id as varchar), '-') || ',' ||
            coalesce(cast(present.product_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.starts_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.ends_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(present.offer_price as varchar), '-') || ',' ||
            coalesce(cast(present.min_qty as varchar), '-') || ',' ||
            coalesce(cast(present.stock_qty as varchar), '-')
        ) as row_hash
    from mart.fact_catalogue_offer as present
    join touched_root
        on touched_root.aggregate = 'catalogue_product'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.product_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_catalogue_offer as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.offer_price) as offer_price,
    sum(held.min_qty) as min_qty,
    sum(held.stock_qty) as stock_qty,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.offer_price,
        kept.min_qty,
        kept.stock_qty,
        kept.hash_1,
        kept.hash_2
    from ops.fact_catalogue_offer_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_catalogue_offer
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        offer_price,
        min_qty,
        stock_qty,
        hash_1,
        hash_2
    from changed_fact_catalogue_offer
) as held
group by held.source_id, held.bucket;

delete from ops.fact_catalogue_offer_digest
using digest_fact_catalogue_offer
where digest_fact_catalogue_offer.source_id = fact_catalogue_offer_digest.source_id
    and digest_fact_catalogue_offer.bucket = fact_catalogue_offer_digest.bucket;

insert into ops.fact_catalogue_offer_digest (
    source_id,
    bucket,
    row_count,
    offer_price,
    min_qty,
    stock_qty,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    offer_price,
    min_qty,
    stock_qty,
    hash_1,
    hash_2
from digest_fact_catalogue_offer
where row_count <> 0
    or offer_price <> 0
    or min_qty <> 0
    or stock_qty <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_catalogue_offer;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'product_id=' || coalesce(cast(present.product_id as varchar), 'null') || ' ' || 'offer_id=' || coalesce(cast(present.offer_id as varchar), 'null') as example
    from mart.fact_catalogue_offer as present
join touched_root
    on touched_root.aggregate = 'catalogue_product'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.product_id
    group by present.source_id, present.product_id, present.offer_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when product.product_key is null then 'product_key is not in dim_product'
        when category.category_key is null then 'category_key is not in dim_category'
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when starts_date.date_key is null then 'starts_date_key is not in dim_date'
        when ends_date.date_key is null then 'ends_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'product_id=' || coalesce(cast(present.product_id as varchar), 'null') || ' ' || 'offer_id=' || coalesce(cast(present.offer_id as varchar), 'null') || ' ' || 'product_key=' || coalesce(cast(present.product_key as varchar), 'null') || ' ' || 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'starts_date_key=' || coalesce(cast(present.starts_date_key as varchar), 'null') || ' ' || 'ends_date_key=' || coalesce(cast(present.ends_date_key as varchar), 'null')) as example
from mart.fact_catalogue_offer as present
join touched_root
    on touched_root.aggregate = 'catalogue_product'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.product_id
left join mart.dim_product as product
    on product.product_key = present.product_key
left join mart.dim_category as category
    on category.category_key = present.category_key
left join mart.dim_seller as seller
    on seller.seller_key = present.seller_key
left join mart.dim_date as starts_date
    on starts_date.date_key = present.starts_date_key
left join mart.dim_date as ends_date
    on ends_date.date_key = present.ends_date_key
where product.product_key is null
    or category.category_key is null
    or seller.seller_key is null
    or starts_date.date_key is null
    or ends_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_catalogue_offer_digest;

insert into ops.fact_catalogue_offer_digest (
    source_id,
    bucket,
    row_count,
    offer_price,
    min_qty,
    stock_qty,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(offer_price), 0) as offer_price,
    coalesce(sum(min_qty), 0) as min_qty,
    coalesce(sum(stock_qty), 0) as stock_qty,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.product_id / 1000 as bucket,
        present.offer_price,
        present.min_qty,
        present.stock_qty,
        md5(
            coalesce(cast(present.offer_id as varchar), '-') || ',' ||
            coalesce(cast(present.product_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.starts_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.ends_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(present.offer_price as varchar), '-') || ',' ||
            coalesce(cast(present.min_qty as varchar), '-') || ',' ||
            coalesce(cast(present.stock_qty as varchar), '-')
        ) as row_hash
    from mart.fact_catalogue_offer as present
) as hashed
group by source_id, bucket;
