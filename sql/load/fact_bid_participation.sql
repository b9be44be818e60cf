-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_bid_participation (
    source_id varchar(32),
    participation_id bigint,
    bid_id bigint,
    seller_id bigint,
    org_id bigint,
    category_id bigint,
    submitted_date_key integer,
    submitted_at timestamp,
    withdrawn_at timestamp,
    tech_status varchar(32),
    disq_reason varchar(1024),
    emd_mode varchar(32),
    quoted_value numeric(18,2),
    final_value numeric(18,2),
    l1_gap_value numeric(18,2),
    price_rank integer,
    award_basis varchar(32),
    claims_mse boolean,
    claims_mii boolean,
    is_qualified boolean,
    is_awarded boolean,
    is_disqualified boolean,
    is_withdrawn boolean,
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (bid_id);

-- step: create_incoming
create temp table incoming_fact_bid_participation (
    source_id varchar(32),
    participation_id bigint,
    bid_id bigint,
    seller_id bigint,
    org_id bigint,
    category_id bigint,
    submitted_date_key integer,
    submitted_at timestamp,
    withdrawn_at timestamp,
    tech_status varchar(32),
    disq_reason varchar(1024),
    emd_mode varchar(32),
    quoted_value numeric(18,2),
    final_value numeric(18,2),
    l1_gap_value numeric(18,2),
    price_rank integer,
    award_basis varchar(32),
    claims_mse boolean,
    claims_mii boolean,
    is_qualified boolean,
    is_awarded boolean,
    is_disqualified boolean,
    is_withdrawn boolean
)
diststyle key
distkey (bid_id);

-- step: count_incoming
select
    count(*),
    sum(quoted_value),
    sum(final_value),
    sum(l1_gap_value)
from incoming_fact_bid_participation;

-- step: keep_incoming
insert into stage_fact_bid_participation (
    source_id,
    participation_id,
    bid_id,
    seller_id,
    org_id,
    category_id,
    submitted_date_key,
    submitted_at,
    withdrawn_at,
    tech_status,
    disq_reason,
    emd_mode,
    quoted_value,
    final_value,
    l1_gap_value,
    price_rank,
    award_basis,
    claims_mse,
    claims_mii,
    is_qualified,
    is_awarded,
    is_disqualified,
    is_withdrawn,
    batch_seq,
    attempt
)
select
    source_id,
    participation_id,
    bid_id,
    seller_id,
    org_id,
    category_id,
    submitted_date_key,
    submitted_at,
    withdrawn_at,
    tech_status,
    disq_reason,
    emd_mode,
    quoted_value,
    final_value,
    l1_gap_value,
    price_rank,
    award_basis,
    claims_mse,
    claims_mii,
    is_qualified,
    is_awarded,
    is_disqualified,
    is_withdrawn,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_bid_participation;

drop table incoming_fact_bid_participation;

analyze stage_fact_bid_participation;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(bid_id as varchar), 'null') || ' ' || 'participation_id=' || coalesce(cast(participation_id as varchar), 'null') as example
    from stage_fact_bid_participation
    group by source_id, bid_id, participation_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_bid_participation.source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(stage_fact_bid_participation.bid_id as varchar), 'null') || ' ' || 'participation_id=' || coalesce(cast(stage_fact_bid_participation.participation_id as varchar), 'null')) as example
from stage_fact_bid_participation
left join stage_root
    on stage_root.source_id = stage_fact_bid_participation.source_id
    and stage_root.batch_seq = stage_fact_bid_participation.batch_seq
    and stage_root.attempt = stage_fact_bid_participation.attempt
    and stage_root.aggregate = 'bid'
    and stage_root.root_id = stage_fact_bid_participation.bid_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_bid_participation
diststyle key
distkey (bid_id)
as
select
    present.source_id,
    present.bid_id,
    present.participation_id,
    present.dw_inserted_at
from mart.fact_bid_participation as present
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.bid_id;

-- step: count_removed
create temp table changed_fact_bid_participation as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(quoted_value), 0) as quoted_value,
    -coalesce(sum(final_value), 0) as final_value,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.bid_id / 1000 as bucket,
        present.quoted_value,
        present.final_value,
        md5(
            coalesce(cast(present.participation_id as varchar), '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(to_char(present.submitted_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.withdrawn_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.tech_status) as varchar) || ':' || present.tech_status, '-') || ',' ||
            coalesce(cast(length(present.disq_reason) as varchar) || ':' || present.disq_reason, '-') || ',' ||
            coalesce(cast(length(present.emd_mode) as varchar) || ':' || present.emd_mode, '-') || ',' ||
            coalesce(cast(present.quoted_value as varchar), '-') || ',' ||
            coalesce(cast(present.final_value as varchar), '-') || ',' ||
            coalesce(cast(present.price_rank as varchar), '-') || ',' ||
            coalesce(cast(length(present.award_basis) as varchar) || ':' || present.award_basis, '-') || ',' ||
            case when present.claims_mse then 't' when not present.claims_mse then 'f' else '-' end || ',' ||
            case when present.claims_mii then 't' when not present.claims_mii then 'f' else '-' end
        ) as row_hash
    from mart.fact_bid_participation as present
    join touched_root
        on touched_root.aggregate = 'bid'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.bid_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_bid_participation
using touched_root
where touched_root.aggregate = 'bid'
    and touched_root.source_id = fact_bid_participation.source_id
    and touched_root.root_id = fact_bid_participation.bid_id;

-- step: rekey_seller_key
update mart.fact_bid_participation
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_bid_participation.seller_key = stale.old_key
    and fact_bid_participation.source_id = stale.source_id
    and fact_bid_participation.seller_id = stale.seller_id
    and fact_bid_participation.submitted_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_bid_participation.submitted_at
    and version.valid_to > fact_bid_participation.submitted_at
    and fact_bid_participation.seller_key <> version.seller_key;

-- step: rekey_buyer_org_key
update mart.fact_bid_participation
set
    buyer_org_key = version.buyer_org_key,
    dw_updated_at = getdate()
from stale_dim_buyer_org as stale
join mart.dim_buyer_org as version
    on version.source_id = stale.source_id
    and version.org_id = stale.org_id
where stale.is_moved
    and fact_bid_participation.buyer_org_key = stale.old_key
    and fact_bid_participation.source_id = stale.source_id
    and fact_bid_participation.org_id = stale.org_id
    and fact_bid_participation.submitted_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_bid_participation.submitted_at
    and version.valid_to > fact_bid_participation.submitted_at
    and fact_bid_participation.buyer_org_key <> version.buyer_org_key;

-- step: rekey_category_key
update mart.fact_bid_participation
set
    category_key = version.category_key,
    dw_updated_at = getdate()
from stale_dim_category as stale
join mart.dim_category as version
    on version.source_id = stale.source_id
    and version.category_id = stale.category_id
where stale.is_moved
    and fact_bid_participation.category_key = stale.old_key
    and fact_bid_participation.source_id = stale.source_id
    and fact_bid_participation.category_id = stale.category_id
    and fact_bid_participation.submitted_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_bid_participation.submitted_at
    and version.valid_to > fact_bid_participation.submitted_at
    and fact_bid_participation.category_key <> version.category_key;

-- step: insert
insert into mart.fact_bid_participation (
    source_id,
    participation_id,
    bid_id,
    seller_id,
    org_id,
    category_id,
    seller_key,
    buyer_org_key,
    category_key,
    submitted_date_key,
    submitted_at,
    withdrawn_at,
    tech_status,
    disq_reason,
    emd_mode,
    quoted_value,
    final_value,
    l1_gap_value,
    price_rank,
    award_basis,
    claims_mse,
    claims_mii,
    is_qualified,
    is_awarded,
    is_disqualified,
    is_withdrawn,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.participation_id,
    staged.bid_id,
    staged.seller_id,
    staged.org_id,
    staged.category_id,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    case when staged.category_id is null then -2 else coalesce(category.category_key, -1) end as category_key,
    staged.submitted_date_key,
    staged.submitted_at,
    staged.withdrawn_at,
    staged.tech_status,
    staged.disq_reason,
    staged.emd_mode,
    staged.quoted_value,
    staged.final_value,
    staged.l1_gap_value,
    staged.price_rank,
    staged.award_basis,
    staged.claims_mse,
    staged.claims_mii,
    staged.is_qualified,
    staged.is_awarded,
    staged.is_disqualified,
    staged.is_withdrawn,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_bid_participation as staged
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.bid_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.submitted_at
    and seller.valid_to > staged.submitted_at
left join mart.dim_buyer_org as buyer_org
    on buyer_org.source_id = staged.source_id
    and buyer_org.org_id = staged.org_id
    and buyer_org.valid_from <= staged.submitted_at
    and buyer_org.valid_to > staged.submitted_at
left join mart.dim_category as category
    on category.source_id = staged.source_id
    and category.category_id = staged.category_id
    and category.valid_from <= staged.submitted_at
    and category.valid_to > staged.submitted_at
left join replaced_fact_bid_participation as replaced
    on replaced.source_id = staged.source_id
    and replaced.bid_id = staged.bid_id
    and replaced.participation_id = staged.participation_id;

-- step: count_inserted
insert into changed_fact_bid_participation (
    source_id,
    bucket,
    row_count,
    quoted_value,
    final_value,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(quoted_value), 0) as quoted_value,
    coalesce(sum(final_value), 0) as final_value,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.bid_id / 1000 as bucket,
        present.quoted_value,
        present.final_value,
        md5(
            coalesce(cast(present.participation_id as varchar), '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(to_char(present.submitted_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.withdrawn_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.tech_status) as varchar) || ':' || present.tech_status, '-') || ',' ||
            coalesce(cast(length(present.disq_reason) as varchar) || ':' || present.disq_reason, '-') || ',' ||
            coalesce(cast(length(present.emd_mode) as varchar) || ':' || present.emd_mode, '-') || ',' ||
            coalesce(cast(present.quoted_value as varchar), '-') || ',' ||
            coalesce(cast(present.final_value as varchar), '-') || ',' ||
            coalesce(cast(present.price_rank as varchar), '-') || ',' ||
            coalesce(cast(length(present.award_basis) as varchar) || ':' || present.award_basis, '-') || ',' ||
            case when present.claims_mse then 't' when not present.claims_mse then 'f' else '-' end || ',' ||
            case when present.claims_mii then 't' when not present.claims_mii then 'f' else '-' end
        ) as row_hash
    from mart.fact_bid_participation as present
    join touched_root
        on touched_root.aggregate = 'bid'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.bid_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_bid_participation as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.quoted_value) as quoted_value,
    sum(held.final_value) as final_value,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.quoted_value,
        kept.final_value,
        kept.hash_1,
        kept.hash_2
    from ops.fact_bid_participation_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_bid_participation
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        quoted_value,
        final_value,
        hash_1,
        hash_2
    from changed_fact_bid_participation
) as held
group by held.source_id, held.bucket;

delete from ops.fact_bid_participation_digest
using digest_fact_bid_participation
where digest_fact_bid_participation.source_id = fact_bid_participation_digest.source_id
    and digest_fact_bid_participation.bucket = fact_bid_participation_digest.bucket;

insert into ops.fact_bid_participation_digest (
    source_id,
    bucket,
    row_count,
    quoted_value,
    final_value,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    quoted_value,
    final_value,
    hash_1,
    hash_2
from digest_fact_bid_participation
where row_count <> 0
    or quoted_value <> 0
    or final_value <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_bid_participation;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(present.bid_id as varchar), 'null') || ' ' || 'participation_id=' || coalesce(cast(present.participation_id as varchar), 'null') as example
    from mart.fact_bid_participation as present
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.bid_id
    group by present.source_id, present.bid_id, present.participation_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when buyer_org.buyer_org_key is null then 'buyer_org_key is not in dim_buyer_org'
        when category.category_key is null then 'category_key is not in dim_category'
        when submitted_date.date_key is null then 'submitted_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(present.bid_id as varchar), 'null') || ' ' || 'participation_id=' || coalesce(cast(present.participation_id as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') || ' ' || 'submitted_date_key=' || coalesce(cast(present.submitted_date_key as varchar), 'null')) as example
from mart.fact_bid_participation as present
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
left join mart.dim_date as submitted_date
    on submitted_date.date_key = present.submitted_date_key
where seller.seller_key is null
    or buyer_org.buyer_org_key is null
    or category.category_key is null
    or submitted_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_bid_participation_digest;

insert into ops.fact_bid_participation_digest (
    source_id,
    bucket,
    row_count,
    quoted_value,
    final_value,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(quoted_value), 0) as quoted_value,
    coalesce(sum(final_value), 0) as final_value,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.bid_id / 1000 as bucket,
        present.quoted_value,
        present.final_value,
        md5(
            coalesce(cast(present.participation_id as varchar), '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(to_char(present.submitted_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.withdrawn_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(length(present.tech_status) as varchar) || ':' || present.tech_status, '-') || ',' ||
            coalesce(cast(length(present.disq_reason) as varchar) || ':' || present.disq_reason, '-') || ',' ||
            coalesce(cast(length(present.emd_mode) as varchar) || ':' || present.emd_mode, '-') || ',' ||
            coalesce(cast(present.quoted_value as varchar), '-') || ',' ||
            coalesce(cast(present.final_value as varchar), '-') || ',' ||
            coalesce(cast(present.price_rank as varchar), '-') || ',' ||
            coalesce(cast(length(present.award_basis) as varchar) || ':' || present.award_basis, '-') || ',' ||
            case when present.claims_mse then 't' when not present.claims_mse then 'f' else '-' end || ',' ||
            case when present.claims_mii then 't' when not present.claims_mii then 'f' else '-' end
        ) as row_hash
    from mart.fact_bid_participation as present
) as hashed
group by source_id, bucket;
