-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_bid (
    source_id varchar(32),
    bid_id bigint,
    bid_number varchar(64),
    bid_type varchar(32),
    status varchar(32),
    org_id bigint,
    buyer_user_id bigint,
    category_id bigint,
    evaluation_method varchar(32),
    published_date_key integer,
    closes_date_key integer,
    awarded_date_key integer,
    published_at timestamp,
    closes_at timestamp,
    awarded_at timestamp,
    cancelled_at timestamp,
    opened_at timestamp,
    tech_evaluated_at timestamp,
    estimated_value numeric(18,2),
    emd_amount numeric(18,2),
    awarded_value numeric(18,2),
    l1_value numeric(18,2),
    l2_value numeric(18,2),
    ra_start_value numeric(18,2),
    ra_final_value numeric(18,2),
    item_count integer,
    participants integer,
    tech_qualified integer,
    awards integer,
    ra_count integer,
    ra_extensions integer,
    extension_count integer,
    cycle_hours numeric(12,2),
    days_to_award integer,
    is_opened boolean,
    is_mse_match boolean,
    is_evaluated boolean,
    is_single_bid boolean,
    is_cancelled boolean,
    is_awarded_before_closing boolean,
    has_rank_fault boolean,
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (bid_id);

-- step: create_incoming
create temp table incoming_fact_bid (
    source_id varchar(32),
    bid_id bigint,
    bid_number varchar(64),
    bid_type varchar(32),
    status varchar(32),
    org_id bigint,
    buyer_user_id bigint,
    category_id bigint,
    evaluation_method varchar(32),
    published_date_key integer,
    closes_date_key integer,
    awarded_date_key integer,
    published_at timestamp,
    closes_at timestamp,
    awarded_at timestamp,
    cancelled_at timestamp,
    opened_at timestamp,
    tech_evaluated_at timestamp,
    estimated_value numeric(18,2),
    emd_amount numeric(18,2),
    awarded_value numeric(18,2),
    l1_value numeric(18,2),
    l2_value numeric(18,2),
    ra_start_value numeric(18,2),
    ra_final_value numeric(18,2),
    item_count integer,
    participants integer,
    tech_qualified integer,
    awards integer,
    ra_count integer,
    ra_extensions integer,
    extension_count integer,
    cycle_hours numeric(12,2),
    days_to_award integer,
    is_opened boolean,
    is_mse_match boolean,
    is_evaluated boolean,
    is_single_bid boolean,
    is_cancelled boolean,
    is_awarded_before_closing boolean,
    has_rank_fault boolean
)
diststyle key
distkey (bid_id);

-- step: count_incoming
select
    count(*),
    sum(estimated_value),
    sum(emd_amount),
    sum(awarded_value),
    sum(l1_value),
    sum(l2_value),
    sum(ra_start_value),
    sum(ra_final_value)
from incoming_fact_bid;

-- step: keep_incoming
insert into stage_fact_bid (
    source_id,
    bid_id,
    bid_number,
    bid_type,
    status,
    org_id,
    buyer_user_id,
    category_id,
    evaluation_method,
    published_date_key,
    closes_date_key,
    awarded_date_key,
    published_at,
    closes_at,
    awarded_at,
    cancelled_at,
    opened_at,
    tech_evaluated_at,
    estimated_value,
    emd_amount,
    awarded_value,
    l1_value,
    l2_value,
    ra_start_value,
    ra_final_value,
    item_count,
    participants,
    tech_qualified,
    awards,
    ra_count,
    ra_extensions,
    extension_count,
    cycle_hours,
    days_to_award,
    is_opened,
    is_mse_match,
    is_evaluated,
    is_single_bid,
    is_cancelled,
    is_awarded_before_closing,
    has_rank_fault,
    batch_seq,
    attempt
)
select
    source_id,
    bid_id,
    bid_number,
    bid_type,
    status,
    org_id,
    buyer_user_id,
    category_id,
    evaluation_method,
    published_date_key,
    closes_date_key,
    awarded_date_key,
    published_at,
    closes_at,
    awarded_at,
    cancelled_at,
    opened_at,
    tech_evaluated_at,
    estimated_value,
    emd_amount,
    awarded_value,
    l1_value,
    l2_value,
    ra_start_value,
    ra_final_value,
    item_count,
    participants,
    tech_qualified,
    awards,
    ra_count,
    ra_extensions,
    extension_count,
    cycle_hours,
    days_to_award,
    is_opened,
    is_mse_match,
    is_evaluated,
    is_single_bid,
    is_cancelled,
    is_awarded_before_closing,
    has_rank_fault,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_bid;

drop table incoming_fact_bid;

analyze stage_fact_bid;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(bid_id as varchar), 'null') as example
    from stage_fact_bid
    group by source_id, bid_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_bid.source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(stage_fact_bid.bid_id as varchar), 'null')) as example
from stage_fact_bid
left join stage_root
    on stage_root.source_id = stage_fact_bid.source_id
    and stage_root.batch_seq = stage_fact_bid.batch_seq
    and stage_root.attempt = stage_fact_bid.attempt
    and stage_root.aggregate = 'bid'
    and stage_root.root_id = stage_fact_bid.bid_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: recount_roots
create temp table recounted_fact_bid
diststyle key
distkey (bid_id)
as
select distinct
    bid_participation.source_id,
    bid_participation.bid_id
from stale_dim_seller as stale
join mart.fact_bid_participation as bid_participation
    on bid_participation.seller_key = stale.old_key
    and bid_participation.source_id = stale.source_id
    and bid_participation.seller_id = stale.seller_id
    and bid_participation.submitted_date_key >= stale.changed_from_date_key;

-- step: remember_replaced
create temp table replaced_fact_bid
diststyle key
distkey (bid_id)
as
select
    present.source_id,
    present.bid_id,
    present.dw_inserted_at
from mart.fact_bid as present
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.bid_id;

-- step: count_removed
create temp table changed_fact_bid as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(estimated_value), 0) as estimated_value,
    -coalesce(sum(emd_amount), 0) as emd_amount,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.bid_id / 1000 as bucket,
        present.estimated_value,
        present.emd_amount,
        md5(
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.bid_number) as varchar) || ':' || present.bid_number, '-') || ',' ||
            coalesce(cast(length(present.bid_type) as varchar) || ':' || present.bid_type, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.evaluation_method) as varchar) || ':' || present.evaluation_method, '-') || ',' ||
            coalesce(to_char(present.published_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.closes_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.awarded_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.cancelled_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.opened_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.tech_evaluated_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.estimated_value as varchar), '-') || ',' ||
            coalesce(cast(present.emd_amount as varchar), '-') || ',' ||
            coalesce(cast(present.extension_count as varchar), '-')
        ) as row_hash
    from mart.fact_bid as present
    join touched_root
        on touched_root.aggregate = 'bid'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.bid_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_bid
using touched_root
where touched_root.aggregate = 'bid'
    and touched_root.source_id = fact_bid.source_id
    and touched_root.root_id = fact_bid.bid_id;

-- step: rekey_buyer_org_key
update mart.fact_bid
set
    buyer_org_key = version.buyer_org_key,
    dw_updated_at = getdate()
from stale_dim_buyer_org as stale
join mart.dim_buyer_org as version
    on version.source_id = stale.source_id
    and version.org_id = stale.org_id
where stale.is_moved
    and fact_bid.buyer_org_key = stale.old_key
    and fact_bid.source_id = stale.source_id
    and fact_bid.org_id = stale.org_id
    and fact_bid.published_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_bid.published_at
    and version.valid_to > fact_bid.published_at
    and fact_bid.buyer_org_key <> version.buyer_org_key;

-- step: rekey_category_key
update mart.fact_bid
set
    category_key = version.category_key,
    dw_updated_at = getdate()
from stale_dim_category as stale
join mart.dim_category as version
    on version.source_id = stale.source_id
    and version.category_id = stale.category_id
where stale.is_moved
    and fact_bid.category_key = stale.old_key
    and fact_bid.source_id = stale.source_id
    and fact_bid.category_id = stale.category_id
    and fact_bid.published_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_bid.published_at
    and version.valid_to > fact_bid.published_at
    and fact_bid.category_key <> version.category_key;

-- step: rekey_buyer_user_key
update mart.fact_bid
set
    buyer_user_key = version.buyer_user_key,
    dw_updated_at = getdate()
from stale_dim_buyer_user as stale
join mart.dim_buyer_user as version
    on version.source_id = stale.source_id
    and version.user_id = stale.user_id
where stale.is_moved
    and fact_bid.buyer_user_key = stale.old_key
    and fact_bid.source_id = stale.source_id
    and fact_bid.buyer_user_id = stale.user_id
    and fact_bid.buyer_user_key <> version.buyer_user_key;

-- step: insert
insert into mart.fact_bid (
    source_id,
    bid_id,
    bid_number,
    bid_type,
    status,
    org_id,
    buyer_user_id,
    category_id,
    evaluation_method,
    buyer_org_key,
    category_key,
    buyer_user_key,
    published_date_key,
    closes_date_key,
    awarded_date_key,
    published_at,
    closes_at,
    awarded_at,
    cancelled_at,
    opened_at,
    tech_evaluated_at,
    estimated_value,
    emd_amount,
    awarded_value,
    l1_value,
    l2_value,
    ra_start_value,
    ra_final_value,
    item_count,
    participants,
    classified_participants,
    mse_participants,
    ppp_mse_participants,
    tech_qualified,
    awards,
    ra_count,
    ra_extensions,
    extension_count,
    cycle_hours,
    days_to_award,
    is_opened,
    is_mse_match,
    is_evaluated,
    is_single_bid,
    is_cancelled,
    is_awarded_before_closing,
    has_rank_fault,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.bid_id,
    staged.bid_number,
    staged.bid_type,
    staged.status,
    staged.org_id,
    staged.buyer_user_id,
    staged.category_id,
    staged.evaluation_method,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    case when staged.category_id is null then -2 else coalesce(category.category_key, -1) end as category_key,
    case when staged.buyer_user_id is null then -2 else coalesce(buyer_user.buyer_user_key, -1) end as buyer_user_key,
    staged.published_date_key,
    staged.closes_date_key,
    staged.awarded_date_key,
    staged.published_at,
    staged.closes_at,
    staged.awarded_at,
    staged.cancelled_at,
    staged.opened_at,
    staged.tech_evaluated_at,
    staged.estimated_value,
    staged.emd_amount,
    staged.awarded_value,
    staged.l1_value,
    staged.l2_value,
    staged.ra_start_value,
    staged.ra_final_value,
    staged.item_count,
    staged.participants,
    coalesce(counted.classified_participants, 0) as classified_participants,
    coalesce(counted.mse_participants, 0) as mse_participants,
    coalesce(counted.ppp_mse_participants, 0) as ppp_mse_participants,
    staged.tech_qualified,
    staged.awards,
    staged.ra_count,
    staged.ra_extensions,
    staged.extension_count,
    staged.cycle_hours,
    staged.days_to_award,
    staged.is_opened,
    staged.is_mse_match,
    staged.is_evaluated,
    staged.is_single_bid,
    staged.is_cancelled,
    staged.is_awarded_before_closing,
    staged.has_rank_fault,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_bid as staged
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.bid_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_buyer_org as buyer_org
    on buyer_org.source_id = staged.source_id
    and buyer_org.org_id = staged.org_id
    and buyer_org.valid_from <= staged.published_at
    and buyer_org.valid_to > staged.published_at
left join mart.dim_category as category
    on category.source_id = staged.source_id
    and category.category_id = staged.category_id
    and category.valid_from <= staged.published_at
    and category.valid_to > staged.published_at
left join mart.dim_buyer_user as buyer_user
    on buyer_user.source_id = staged.source_id
    and buyer_user.user_id = staged.buyer_user_id
left join (
    select
        bid_participation.source_id,
        bid_participation.bid_id,
        count(case when not bid_participation.is_withdrawn and seller.is_mse is not null then 1 end) as classified_participants,
        count(case when not bid_participation.is_withdrawn and seller.is_mse then 1 end) as mse_participants,
        count(case when not bid_participation.is_withdrawn and seller.is_ppp_mse then 1 end) as ppp_mse_participants
    from mart.fact_bid_participation as bid_participation
    join touched_root
        on touched_root.aggregate = 'bid'
        and touched_root.source_id = bid_participation.source_id
        and touched_root.root_id = bid_participation.bid_id
    join mart.dim_seller as seller
        on seller.seller_key = bid_participation.seller_key
    group by bid_participation.source_id, bid_participation.bid_id
) as counted
    on counted.source_id = staged.source_id
    and counted.bid_id = staged.bid_id
left join replaced_fact_bid as replaced
    on replaced.source_id = staged.source_id
    and replaced.bid_id = staged.bid_id;

-- step: count_inserted
insert into changed_fact_bid (
    source_id,
    bucket,
    row_count,
    estimated_value,
    emd_amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(estimated_value), 0) as estimated_value,
    coalesce(sum(emd_amount), 0) as emd_amount,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.bid_id / 1000 as bucket,
        present.estimated_value,
        present.emd_amount,
        md5(
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.bid_number) as varchar) || ':' || present.bid_number, '-') || ',' ||
            coalesce(cast(length(present.bid_type) as varchar) || ':' || present.bid_type, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.evaluation_method) as varchar) || ':' || present.evaluation_method, '-') || ',' ||
            coalesce(to_char(present.published_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.closes_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.awarded_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.cancelled_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.opened_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.tech_evaluated_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.estimated_value as varchar), '-') || ',' ||
            coalesce(cast(present.emd_amount as varchar), '-') || ',' ||
            coalesce(cast(present.extension_count as varchar), '-')
        ) as row_hash
    from mart.fact_bid as present
    join touched_root
        on touched_root.aggregate = 'bid'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.bid_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_bid as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.estimated_value) as estimated_value,
    sum(held.emd_amount) as emd_amount,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.estimated_value,
        kept.emd_amount,
        kept.hash_1,
        kept.hash_2
    from ops.fact_bid_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_bid
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        estimated_value,
        emd_amount,
        hash_1,
        hash_2
    from changed_fact_bid
) as held
group by held.source_id, held.bucket;

delete from ops.fact_bid_digest
using digest_fact_bid
where digest_fact_bid.source_id = fact_bid_digest.source_id
    and digest_fact_bid.bucket = fact_bid_digest.bucket;

insert into ops.fact_bid_digest (
    source_id,
    bucket,
    row_count,
    estimated_value,
    emd_amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    estimated_value,
    emd_amount,
    hash_1,
    hash_2
from digest_fact_bid
where row_count <> 0
    or estimated_value <> 0
    or emd_amount <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: recount
update mart.fact_bid
set
    classified_participants = filled.classified_participants,
    mse_participants = filled.mse_participants,
    ppp_mse_participants = filled.ppp_mse_participants,
    dw_updated_at = getdate()
from (
    select
        bid_participation.source_id,
        bid_participation.bid_id,
        count(case when not bid_participation.is_withdrawn and seller.is_mse is not null then 1 end) as classified_participants,
        count(case when not bid_participation.is_withdrawn and seller.is_mse then 1 end) as mse_participants,
        count(case when not bid_participation.is_withdrawn and seller.is_ppp_mse then 1 end) as ppp_mse_participants
    from mart.fact_bid_participation as bid_participation
    join recounted_fact_bid as recounted
        on recounted.source_id = bid_participation.source_id
        and recounted.bid_id = bid_participation.bid_id
    join mart.dim_seller as seller
        on seller.seller_key = bid_participation.seller_key
    group by bid_participation.source_id, bid_participation.bid_id
) as filled
where fact_bid.source_id = filled.source_id
    and fact_bid.bid_id = filled.bid_id
    and (
        fact_bid.classified_participants <> filled.classified_participants
        or fact_bid.mse_participants <> filled.mse_participants
        or fact_bid.ppp_mse_participants <> filled.ppp_mse_participants
    );

-- step: analyze
analyze mart.fact_bid;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(present.bid_id as varchar), 'null') as example
    from mart.fact_bid as present
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.bid_id
    group by present.source_id, present.bid_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when buyer_org.buyer_org_key is null then 'buyer_org_key is not in dim_buyer_org'
        when category.category_key is null then 'category_key is not in dim_category'
        when buyer_user.buyer_user_key is null then 'buyer_user_key is not in dim_buyer_user'
        when published_date.date_key is null then 'published_date_key is not in dim_date'
        when closes_date.date_key is null then 'closes_date_key is not in dim_date'
        when awarded_date.date_key is null then 'awarded_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'bid_id=' || coalesce(cast(present.bid_id as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') || ' ' || 'buyer_user_key=' || coalesce(cast(present.buyer_user_key as varchar), 'null') || ' ' || 'published_date_key=' || coalesce(cast(present.published_date_key as varchar), 'null') || ' ' || 'closes_date_key=' || coalesce(cast(present.closes_date_key as varchar), 'null') || ' ' || 'awarded_date_key=' || coalesce(cast(present.awarded_date_key as varchar), 'null')) as example
from mart.fact_bid as present
join touched_root
    on touched_root.aggregate = 'bid'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.bid_id
left join mart.dim_buyer_org as buyer_org
    on buyer_org.buyer_org_key = present.buyer_org_key
left join mart.dim_category as category
    on category.category_key = present.category_key
left join mart.dim_buyer_user as buyer_user
    on buyer_user.buyer_user_key = present.buyer_user_key
left join mart.dim_date as published_date
    on published_date.date_key = present.published_date_key
left join mart.dim_date as closes_date
    on closes_date.date_key = present.closes_date_key
left join mart.dim_date as awarded_date
    on awarded_date.date_key = present.awarded_date_key
where buyer_org.buyer_org_key is null
    or category.category_key is null
    or buyer_user.buyer_user_key is null
    or published_date.date_key is null
    or closes_date.date_key is null
    or awarded_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_bid_digest;

insert into ops.fact_bid_digest (
    source_id,
    bucket,
    row_count,
    estimated_value,
    emd_amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(estimated_value), 0) as estimated_value,
    coalesce(sum(emd_amount), 0) as emd_amount,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.bid_id / 1000 as bucket,
        present.estimated_value,
        present.emd_amount,
        md5(
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.bid_number) as varchar) || ':' || present.bid_number, '-') || ',' ||
            coalesce(cast(length(present.bid_type) as varchar) || ':' || present.bid_type, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.evaluation_method) as varchar) || ':' || present.evaluation_method, '-') || ',' ||
            coalesce(to_char(present.published_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.closes_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.awarded_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.cancelled_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.opened_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.tech_evaluated_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.estimated_value as varchar), '-') || ',' ||
            coalesce(cast(present.emd_amount as varchar), '-') || ',' ||
            coalesce(cast(present.extension_count as varchar), '-')
        ) as row_hash
    from mart.fact_bid as present
) as hashed
group by source_id, bucket;
