-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_ra_offer (
    source_id varchar(32),
    ra_offer_id bigint,
    bid_id bigint,
    ra_id bigint,
    ra_number varchar(64),
    ra_status varchar(32),
    participation_id bigint,
    seller_id bigint,
    org_id bigint,
    category_id bigint,
    offered_date_key integer,
    offered_at timestamp,
    start_price numeric(18,2),
    offered_value numeric(18,2),
    sequence_no integer,
    seconds_to_end bigint,
    is_final_l1 boolean,
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (bid_id);

-- step: create_incoming
create temp table incoming_fact_ra_offer (
    source_id varchar(32),
    ra_offer_id bigint,
    bid_id bigint,
    ra_id bigint,
    ra_number varchar(64),
    ra_status varchar(32),
    participation_id bigint,
    seller_id bigint,
    org_id bigint,
    category_id bigint,
    offered_date_key integer,
    offered_at timestamp,
    start_price numeric(18,2),
    offered_value numeric(18,2),
    sequence_no integer,
    seconds_to_end bigint,
    is_final_l1 boolean
)
diststyle key
distkey (bid_id);

-- step: count_incoming
select
    count(*),
    sum(start_price),
    sum(offered_value)
from incoming_fact_ra_offer;

-- step: keep_incoming
insert into stage_fact_ra_offer (
    source_id,
    ra_offer_id,
    bid_id,
    ra_id,
    ra_number,
    ra_status,
    participation_id,
    seller_id,
    org_id,
    category_id,
    offered_date_key,
    offered_at,
    start_price,
    offered_value,
    sequence_no,
    seconds_to_end,
    is_final_l1,
    batch_seq,
    attempt
)
select
    source_id,
    ra_offer_id,
    bid_id,
    ra_id,
    ra_number,
    ra_status,
    participation_id,
    seller_id,
    org_id,
    category_id,
    offered_date_key,
    offered_at,
    start_price,
    offered_value,
    sequence_no,
    seconds_to_end,
    is_final_l1,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_ra_offer;

drop table incoming_fact_ra_offer;

analyze stage_fact_ra_offer;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(bid_id as varchar), 'null') || ' ' || 'ra_offer_id=' || coalesce(cast(ra_offer_id as varchar), 'null') as example
    from stage_fact_ra_offer
    group by source_id, bid_id, ra_offer_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_ra_offer.source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(stage_fact_ra_offer.bid_id as varchar), 'null') || ' ' || 'ra_offer_id=' || coalesce(cast(stage_fact_ra_offer.ra_offer_id as varchar), 'null')) as example
from stage_fact_ra_offer
left join stage_root
    on stage_root.source_id = stage_fact_ra_offer.source_id
    and stage_root.batch_seq = stage_fact_ra_offer.batch_seq
    and stage_root.attempt = stage_fact_ra_offer.attempt
    and stage_root.aggregate = 'bid'
    and stage_root.root_id = stage_fact_ra_offer.bid_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_ra_offer
diststyle key
distkey (bid_id)
as
select
    present.source_id,
    present.bid_id,
    present.ra_offer_id,
    present.dw_inserted_at
from mart.fact_ra_offer as present
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.bid_id;

-- step: count_removed
create temp table changed_fact_ra_offer as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(offered_value), 0) as offered_value,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.bid_id / 1000 as bucket,
        present.offered_value,
        md5(
            coalesce(cast(present.ra_offer_id as varchar), '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.ra_id as varchar), '-') || ',' ||
            coalesce(cast(present.participation_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(to_char(present.offered_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.offered_value as varchar), '-')
        ) as row_hash
    from mart.fact_ra_offer as present
    join touched_root
        on touched_root.aggregate = 'bid'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.bid_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_ra_offer
using touched_root
where touched_root.aggregate = 'bid'
    and touched_root.source_id = fact_ra_offer.source_id
    and touched_root.root_id = fact_ra_offer.bid_id;

-- step: rekey_seller_key
update mart.fact_ra_offer
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_ra_offer.seller_key = stale.old_key
    and fact_ra_offer.source_id = stale.source_id
    and fact_ra_offer.seller_id = stale.seller_id
    and fact_ra_offer.offered_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_ra_offer.offered_at
    and version.valid_to > fact_ra_offer.offered_at
    and fact_ra_offer.seller_key <> version.seller_key;

-- step: rekey_buyer_org_key
update mart.fact_ra_offer
set
    buyer_org_key = version.buyer_org_key,
    dw_updated_at = getdate()
from stale_dim_buyer_org as stale
join mart.dim_buyer_org as version
    on version.source_id = stale.source_id
    and version.org_id = stale.org_id
where stale.is_moved
    and fact_ra_offer.buyer_org_key = stale.old_key
    and fact_ra_offer.source_id = stale.source_id
    and fact_ra_offer.org_id = stale.org_id
    and fact_ra_offer.offered_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_ra_offer.offered_at
    and version.valid_to > fact_ra_offer.offered_at
    and fact_ra_offer.buyer_org_key <> version.buyer_org_key;

-- step: rekey_category_key
update mart.fact_ra_offer
set
    category_key = version.category_key,
    dw_updated_at = getdate()
from stale_dim_category as stale
join mart.dim_category as version
    on version.source_id = stale.source_id
    and version.category_id = stale.category_id
where stale.is_moved
    and fact_ra_offer.category_key = stale.old_key
    and fact_ra_offer.source_id = stale.source_id
    and fact_ra_offer.category_id = stale.category_id
    and fact_ra_offer.offered_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_ra_offer.offered_at
    and version.valid_to > fact_ra_offer.offered_at
    and fact_ra_offer.category_key <> version.category_key;

-- step: insert
insert into mart.fact_ra_offer (
    source_id,
    ra_offer_id,
    bid_id,
    ra_id,
    ra_number,
    ra_status,
    participation_id,
    seller_id,
    org_id,
    category_id,
    seller_key,
    buyer_org_key,
    category_key,
    offered_date_key,
    offered_at,
    start_price,
    offered_value,
    sequence_no,
    seconds_to_end,
    is_final_l1,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.ra_offer_id,
    staged.bid_id,
    staged.ra_id,
    staged.ra_number,
    staged.ra_status,
    staged.participation_id,
    staged.seller_id,
    staged.org_id,
    staged.category_id,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    case when staged.category_id is null then -2 else coalesce(category.category_key, -1) end as category_key,
    staged.offered_date_key,
    staged.offered_at,
    staged.start_price,
    staged.offered_value,
    staged.sequence_no,
    staged.seconds_to_end,
    staged.is_final_l1,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_ra_offer as staged
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.bid_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.offered_at
    and seller.valid_to > staged.offered_at
left join mart.dim_buyer_org as buyer_org
    on buyer_org.source_id = staged.source_id
    and buyer_org.org_id = staged.org_id
    and buyer_org.valid_from <= staged.offered_at
    and buyer_org.valid_to > staged.offered_at
left join mart.dim_category as category
    on category.source_id = staged.source_id
    and category.category_id = staged.category_id
    and category.valid_from <= staged.offered_at
    and category.valid_to > staged.offered_at
left join replaced_fact_ra_offer as replaced
    on replaced.source_id = staged.source_id
    and replaced.bid_id = staged.bid_id
    and replaced.ra_offer_id = staged.ra_offer_id;

-- step: count_inserted
insert into changed_fact_ra_offer (
    source_id,
    bucket,
    row_count,
    offered_value,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(offered_value), 0) as offered_value,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.bid_id / 1000 as bucket,
        present.offered_value,
        md5(
            coalesce(cast(present.ra_offer_id as varchar), '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.ra_id as varchar), '-') || ',' ||
            coalesce(cast(present.participation_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(to_char(present.offered_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.offered_value as varchar), '-')
        ) as row_hash
    from mart.fact_ra_offer as present
    join touched_root
        on touched_root.aggregate = 'bid'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.bid_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_ra_offer as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.offered_value) as offered_value,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.offered_value,
        kept.hash_1,
        kept.hash_2
    from ops.fact_ra_offer_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_ra_offer
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        offered_value,
        hash_1,
        hash_2
    from changed_fact_ra_offer
) as held
group by held.source_id, held.bucket;

delete from ops.fact_ra_offer_digest
using digest_fact_ra_offer
where digest_fact_ra_offer.source_id = fact_ra_offer_digest.source_id
    and digest_fact_ra_offer.bucket = fact_ra_offer_digest.bucket;

insert into ops.fact_ra_offer_digest (
    source_id,
    bucket,
    row_count,
    offered_value,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    offered_value,
    hash_1,
    hash_2
from digest_fact_ra_offer
where row_count <> 0
    or offered_value <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_ra_offer;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(present.bid_id as varchar), 'null') || ' ' || 'ra_offer_id=' || coalesce(cast(present.ra_offer_id as varchar), 'null') as example
    from mart.fact_ra_offer as present
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.bid_id
    group by present.source_id, present.bid_id, present.ra_offer_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when buyer_org.buyer_org_key is null then 'buyer_org_key is not in dim_buyer_org'
        when category.category_key is null then 'category_key is not in dim_category'
        when offered_date.date_key is null then 'offered_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(present.bid_id as varchar), 'null') || ' ' || 'ra_offer_id=' || coalesce(cast(present.ra_offer_id as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') || ' ' || 'offered_date_key=' || coalesce(cast(present.offered_date_key as varchar), 'null')) as example
from mart.fact_ra_offer as present
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.bid_id
left join mart.dim_seller as seller
    on seller.seller_key = present.seller_key
left join mart.dim_buyer_org as buyer_org
    on buyer_org.buyer_org_key = present.buyer_org_key
left join mart.dim_category as category
    on category.category_key = present.category_key
left join mart.dim_date as offered_date
    on offered_date.date_key = present.offered_date_key
where seller.seller_key is null
    or buyer_org.buyer_org_key is null
    or category.category_key is null
    or offered_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_ra_offer_digest;

insert into ops.fact_ra_offer_digest (
    source_id,
    bucket,
    row_count,
    offered_value,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(offered_value), 0) as offered_value,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.bid_id / 1000 as bucket,
        present.offered_value,
        md5(
            coalesce(cast(present.ra_offer_id as varchar), '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.ra_id as varchar), '-') || ',' ||
            coalesce(cast(present.participation_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(to_char(present.offered_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.offered_value as varchar), '-')
        ) as row_hash
    from mart.fact_ra_offer as present
) as hashed
group by source_id, bucket;
