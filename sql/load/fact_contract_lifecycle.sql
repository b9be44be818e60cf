-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_contract_lifecycle (
    source_id varchar(32),
    contract_id bigint,
    contract_number varchar(64),
    buy_mode varchar(32),
    status varchar(32),
    cancelled_by varchar(32),
    bid_id bigint,
    org_id bigint,
    buyer_user_id bigint,
    seller_id bigint,
    contract_date_key integer,
    accepted_date_key integer,
    first_dispatched_date_key integer,
    last_delivered_date_key integer,
    first_prc_date_key integer,
    last_crac_date_key integer,
    first_invoiced_date_key integer,
    last_paid_date_key integer,
    rejected_date_key integer,
    cancelled_date_key integer,
    contract_at timestamp,
    accepted_at timestamp,
    first_dispatched_at timestamp,
    last_delivered_at timestamp,
    first_prc_at timestamp,
    last_crac_at timestamp,
    first_invoiced_at timestamp,
    last_paid_at timestamp,
    rejected_at timestamp,
    cancelled_at timestamp,
    contract_to_acceptance_days integer,
    acceptance_to_dispatch_days integer,
    dispatch_to_delivery_days integer,
    delivery_to_crac_days integer,
    crac_to_payment_days integer,
    order_to_cash_days integer,
    total_value numeric(18,2),
    accepted_value numeric(18,2),
    paid_value numeric(18,2),
    ld_amount numeric(18,2),
    line_count integer,
    is_fully_paid boolean,
    has_amendment_without_line boolean,
    is_void boolean,
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (contract_id);

-- step: create_incoming
create temp table incoming_fact_contract_lifecycle (
    source_id varchar(32),
    contract_id bigint,
    contract_number varchar(64),
    buy_mode varchar(32),
    status varchar(32),
    cancelled_by varchar(32),
    bid_id bigint,
    org_id bigint,
    buyer_user_id bigint,
    seller_id bigint,
    contract_date_key integer,
    accepted_date_key integer,
    first_dispatched_date_key integer,
    last_delivered_date_key integer,
    first_prc_date_key integer,
    last_crac_date_key integer,
    first_invoiced_date_key integer,
    last_paid_date_key integer,
    rejected_date_key integer,
    cancelled_date_key integer,
    contract_at timestamp,
    accepted_at timestamp,
    first_dispatched_at timestamp,
    last_delivered_at timestamp,
    first_prc_at timestamp,
    last_crac_at timestamp,
    first_invoiced_at timestamp,
    last_paid_at timestamp,
    rejected_at timestamp,
    cancelled_at timestamp,
    contract_to_acceptance_days integer,
    acceptance_to_dispatch_days integer,
    dispatch_to_delivery_days integer,
    delivery_to_crac_days integer,
    crac_to_payment_days integer,
    order_to_cash_days integer,
    total_value numeric(18,2),
    accepted_value numeric(18,2),
    paid_value numeric(18,2),
    ld_amount numeric(18,2),
    line_count integer,
    is_fully_paid boolean,
    has_amendment_without_line boolean,
    is_void boolean
)
diststyle key
distkey (contract_id);

-- step: count_incoming
select
    count(*),
    sum(total_value),
    sum(accepted_value),
    sum(paid_value),
    sum(ld_amount)
from incoming_fact_contract_lifecycle;

-- step: keep_incoming
insert into stage_fact_contract_lifecycle (
    source_id,
    contract_id,
    contract_number,
    buy_mode,
    status,
    cancelled_by,
    bid_id,
    org_id,
    buyer_user_id,
    seller_id,
    contract_date_key,
    accepted_date_key,
    first_dispatched_date_key,
    last_delivered_date_key,
    first_prc_date_key,
    last_crac_date_key,
    first_invoiced_date_key,
    last_paid_date_key,
    rejected_date_key,
    cancelled_date_key,
    contract_at,
    accepted_at,
    first_dispatched_at,
    last_delivered_at,
    first_prc_at,
    last_crac_at,
    first_invoiced_at,
    last_paid_at,
    rejected_at,
    cancelled_at,
    contract_to_acceptance_days,
    acceptance_to_dispatch_days,
    dispatch_to_delivery_days,
    delivery_to_crac_days,
    crac_to_payment_days,
    order_to_cash_days,
    total_value,
    accepted_value,
    paid_value,
    ld_amount,
    line_count,
    is_fully_paid,
    has_amendment_without_line,
    is_void,
    batch_seq,
    attempt
)
select
    source_id,
    contract_id,
    contract_number,
    buy_mode,
    status,
    cancelled_by,
    bid_id,
    org_id,
    buyer_user_id,
    seller_id,
    contract_date_key,
    accepted_date_key,
    first_dispatched_date_key,
    last_delivered_date_key,
    first_prc_date_key,
    last_crac_date_key,
    first_invoiced_date_key,
    last_paid_date_key,
    rejected_date_key,
    cancelled_date_key,
    contract_at,
    accepted_at,
    first_dispatched_at,
    last_delivered_at,
    first_prc_at,
    last_crac_at,
    first_invoiced_at,
    last_paid_at,
    rejected_at,
    cancelled_at,
    contract_to_acceptance_days,
    acceptance_to_dispatch_days,
    dispatch_to_delivery_days,
    delivery_to_crac_days,
    crac_to_payment_days,
    order_to_cash_days,
    total_value,
    accepted_value,
    paid_value,
    ld_amount,
    line_count,
    is_fully_paid,
    has_amendment_without_line,
    is_void,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_contract_lifecycle;

drop table incoming_fact_contract_lifecycle;

analyze stage_fact_contract_lifecycle;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(contract_id as varchar), 'null') as example
    from stage_fact_contract_lifecycle
    group by source_id, contract_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_contract_lifecycle.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(stage_fact_contract_lifecycle.contract_id as varchar), 'null')) as example
from stage_fact_contract_lifecycle
left join stage_root
    on stage_root.source_id = stage_fact_contract_lifecycle.source_id
    and stage_root.batch_seq = stage_fact_contract_lifecycle.batch_seq
    and stage_root.attempt = stage_fact_contract_lifecycle.attempt
    and stage_root.aggregate = 'contract'
    and stage_root.root_id = stage_fact_contract_lifecycle.contract_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_contract_lifecycle
diststyle key
distkey (contract_id)
as
select
    present.source_id,
    present.contract_id,
    present.dw_inserted_at
from mart.fact_contract_lifecycle as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id;

-- step: count_removed
create temp table changed_fact_contract_lifecycle as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(total_value), 0) as total_value,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.total_value,
        md5(
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.contract_number) as varchar) || ':' || present.contract_number, '-') || ',' ||
            coalesce(cast(length(present.buy_mode) as varchar) || ':' || present.buy_mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(length(present.cancelled_by) as varchar) || ':' || present.cancelled_by, '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.contract_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.accepted_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.rejected_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.cancelled_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.total_value as varchar), '-')
        ) as row_hash
    from mart.fact_contract_lifecycle as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_contract_lifecycle
using touched_root
where touched_root.aggregate = 'contract'
    and touched_root.source_id = fact_contract_lifecycle.source_id
    and touched_root.root_id = fact_contract_lifecycle.contract_id;

-- step: rekey_buyer_org_key
update mart.fact_contract_lifecycle
set
    buyer_org_key = version.buyer_org_key,
    dw_updated_at = getdate()
from stale_dim_buyer_org as stale
join mart.dim_buyer_org as version
    on version.source_id = stale.source_id
    and version.org_id = stale.org_id
where stale.is_moved
    and fact_contract_lifecycle.buyer_org_key = stale.old_key
    and fact_contract_lifecycle.source_id = stale.source_id
    and fact_contract_lifecycle.org_id = stale.org_id
    and fact_contract_lifecycle.contract_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_contract_lifecycle.contract_at
    and version.valid_to > fact_contract_lifecycle.contract_at
    and fact_contract_lifecycle.buyer_org_key <> version.buyer_org_key;

-- step: rekey_seller_key
update mart.fact_contract_lifecycle
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_contract_lifecycle.seller_key = stale.old_key
    and fact_contract_lifecycle.source_id = stale.source_id
    and fact_contract_lifecycle.seller_id = stale.seller_id
    and fact_contract_lifecycle.contract_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_contract_lifecycle.contract_at
    and version.valid_to > fact_contract_lifecycle.contract_at
    and fact_contract_lifecycle.seller_key <> version.seller_key;

-- step: rekey_buyer_user_key
update mart.fact_contract_lifecycle
set
    buyer_user_key = version.buyer_user_key,
    dw_updated_at = getdate()
from stale_dim_buyer_user as stale
join mart.dim_buyer_user as version
    on version.source_id = stale.source_id
    and version.user_id = stale.user_id
where stale.is_moved
    and fact_contract_lifecycle.buyer_user_key = stale.old_key
    and fact_contract_lifecycle.source_id = stale.source_id
    and fact_contract_lifecycle.buyer_user_id = stale.user_id
    and fact_contract_lifecycle.buyer_user_key <> version.buyer_user_key;

-- step: insert
insert into mart.fact_contract_lifecycle (
    source_id,
    contract_id,
    contract_number,
    buy_mode,
    status,
    cancelled_by,
    bid_id,
    org_id,
    buyer_user_id,
    seller_id,
    buyer_org_key,
    seller_key,
    buyer_user_key,
    bid_published_date_key,
    bid_awarded_date_key,
    contract_date_key,
    accepted_date_key,
    first_dispatched_date_key,
    last_delivered_date_key,
    first_prc_date_key,
    last_crac_date_key,
    first_invoiced_date_key,
    last_paid_date_key,
    rejected_date_key,
    cancelled_date_key,
    contract_at,
    accepted_at,
    first_dispatched_at,
    last_delivered_at,
    first_prc_at,
    last_crac_at,
    first_invoiced_at,
    last_paid_at,
    rejected_at,
    cancelled_at,
    award_to_contract_days,
    contract_to_acceptance_days,
    acceptance_to_dispatch_days,
    dispatch_to_delivery_days,
    delivery_to_crac_days,
    crac_to_payment_days,
    order_to_cash_days,
    total_value,
    accepted_value,
    paid_value,
    ld_amount,
    line_count,
    is_fully_paid,
    is_mse_matched,
    has_amendment_without_line,
    is_void,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.contract_id,
    staged.contract_number,
    staged.buy_mode,
    staged.status,
    staged.cancelled_by,
    staged.bid_id,
    staged.org_id,
    staged.buyer_user_id,
    staged.seller_id,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    case when staged.buyer_user_id is null then -2 else coalesce(buyer_user.buyer_user_key, -1) end as buyer_user_key,
    coalesce(bid.published_date_key, -1) as bid_published_date_key,
    coalesce(bid.awarded_date_key, -1) as bid_awarded_date_key,
    staged.contract_date_key,
    staged.accepted_date_key,
    staged.first_dispatched_date_key,
    staged.last_delivered_date_key,
    staged.first_prc_date_key,
    staged.last_crac_date_key,
    staged.first_invoiced_date_key,
    staged.last_paid_date_key,
    staged.rejected_date_key,
    staged.cancelled_date_key,
    staged.contract_at,
    staged.accepted_at,
    staged.first_dispatched_at,
    staged.last_delivered_at,
    staged.first_prc_at,
    staged.last_crac_at,
    staged.first_invoiced_at,
    staged.last_paid_at,
    staged.rejected_at,
    staged.cancelled_at,
    datediff(day, dateadd(minute, 330, bid.awarded_at), dateadd(minute, 330, staged.contract_at)) as award_to_contract_days,
    staged.contract_to_acceptance_days,
    staged.acceptance_to_dispatch_days,
    staged.dispatch_to_delivery_days,
    staged.delivery_to_crac_days,
    staged.crac_to_payment_days,
    staged.order_to_cash_days,
    staged.total_value,
    staged.accepted_value,
    staged.paid_value,
    staged.ld_amount,
    staged.line_count,
    staged.is_fully_paid,
    coalesce(bid.is_mse_match, false) as is_mse_matched,
    staged.has_amendment_without_line,
    staged.is_void,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_contract_lifecycle as staged
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.contract_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_buyer_org as buyer_org
    on buyer_org.source_id = staged.source_id
    and buyer_org.org_id = staged.org_id
    and buyer_org.valid_from <= staged.contract_at
    and buyer_org.valid_to > staged.contract_at
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.contract_at
    and seller.valid_to > staged.contract_at
left join mart.dim_buyer_user as buyer_user
    on buyer_user.source_id = staged.source_id
    and buyer_user.user_id = staged.buyer_user_id
left join mart.fact_bid as bid
    on bid.source_id = staged.source_id
    and bid.bid_id = staged.bid_id
left join replaced_fact_contract_lifecycle as replaced
    on replaced.source_id = staged.source_id
    and replaced.contract_id = staged.contract_id;

-- step: count_inserted
insert into changed_fact_contract_lifecycle (
    source_id,
    bucket,
    row_count,
    total_value,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(total_value), 0) as total_value,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.total_value,
        md5(
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.contract_number) as varchar) || ':' || present.contract_number, '-') || ',' ||
            coalesce(cast(length(present.buy_mode) as varchar) || ':' || present.buy_mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(length(present.cancelled_by) as varchar) || ':' || present.cancelled_by, '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.contract_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.accepted_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.rejected_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.cancelled_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.total_value as varchar), '-')
        ) as row_hash
    from mart.fact_contract_lifecycle as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_contract_lifecycle as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.total_value) as total_value,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.total_value,
        kept.hash_1,
        kept.hash_2
    from ops.fact_contract_lifecycle_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_contract_lifecycle
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        total_value,
        hash_1,
        hash_2
    from changed_fact_contract_lifecycle
) as held
group by held.source_id, held.bucket;

delete from ops.fact_contract_lifecycle_digest
using digest_fact_contract_lifecycle
where digest_fact_contract_lifecycle.source_id = fact_contract_lifecycle_digest.source_id
    and digest_fact_contract_lifecycle.bucket = fact_contract_lifecycle_digest.bucket;

insert into ops.fact_contract_lifecycle_digest (
    source_id,
    bucket,
    row_count,
    total_value,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    total_value,
    hash_1,
    hash_2
from digest_fact_contract_lifecycle
where row_count <> 0
    or total_value <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: follow
update mart.fact_contract_lifecycle
set
    bid_published_date_key = filled.bid_published_date_key,
    bid_awarded_date_key = filled.bid_awarded_date_key,
    award_to_contract_days = filled.award_to_contract_days,
    is_mse_matched = filled.is_mse_matched,
    dw_updated_at = getdate()
from (
    select
        present.source_id,
        present.contract_id,
        coalesce(bid.published_date_key, -1) as bid_published_date_key,
        coalesce(bid.awarded_date_key, -1) as bid_awarded_date_key,
        datediff(day, dateadd(minute, 330, bid.awarded_at), dateadd(minute, 330, present.contract_at)) as award_to_contract_days,
        coalesce(bid.is_mse_match, false) as is_mse_matched
    from touched_root
    join mart.fact_contract_lifecycle as present
        on present.source_id = touched_root.source_id
        and present.bid_id = touched_root.root_id
    left join mart.fact_bid as bid
        on bid.source_id = present.source_id
        and bid.bid_id = present.bid_id
    where touched_root.aggregate = 'bid'
) as filled
where fact_contract_lifecycle.source_id = filled.source_id
    and fact_contract_lifecycle.contract_id = filled.contract_id
    and (
        fact_contract_lifecycle.bid_published_date_key <> filled.bid_published_date_key
        or fact_contract_lifecycle.bid_awarded_date_key <> filled.bid_awarded_date_key
        or not coalesce(fact_contract_lifecycle.award_to_contract_days = filled.award_to_contract_days, fact_contract_lifecycle.award_to_contract_days is null and filled.award_to_contract_days is null)
        or fact_contract_lifecycle.is_mse_matched <> filled.is_mse_matched
    );

-- step: analyze
analyze mart.fact_contract_lifecycle;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') as example
    from mart.fact_contract_lifecycle as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id
    group by present.source_id, present.contract_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when buyer_org.buyer_org_key is null then 'buyer_org_key is not in dim_buyer_org'
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when buyer_user.buyer_user_key is null then 'buyer_user_key is not in dim_buyer_user'
        when bid_published_date.date_key is null then 'bid_published_date_key is not in dim_date'
        when bid_awarded_date.date_key is null then 'bid_awarded_date_key is not in dim_date'
        when contract_date.date_key is null then 'contract_date_key is not in dim_date'
        when accepted_date.date_key is null then 'accepted_date_key is not in dim_date'
        when first_dispatched_date.date_key is null then 'first_dispatched_date_key is not in dim_date'
        when last_delivered_date.date_key is null then 'last_delivered_date_key is not in dim_date'
        when first_prc_date.date_key is null then 'first_prc_date_key is not in dim_date'
        when last_crac_date.date_key is null then 'last_crac_date_key is not in dim_date'
        when first_invoiced_date.date_key is null then 'first_invoiced_date_key is not in dim_date'
        when last_paid_date.date_key is null then 'last_paid_date_key is not in dim_date'
        when rejected_date.date_key is null then 'rejected_date_key is not in dim_date'
        when cancelled_date.date_key is null then 'cancelled_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'buyer_user_key=' || coalesce(cast(present.buyer_user_key as varchar), 'null') || ' ' || 'bid_published_date_key=' || coalesce(cast(present.bid_published_date_key as varchar), 'null') || ' ' || 'bid_awarded_date_key=' || coalesce(cast(present.bid_awarded_date_key as varchar), 'null') || ' ' || 'contract_date_key=' || coalesce(cast(present.contract_date_key as varchar), 'null') || ' ' || 'accepted_date_key=' || coalesce(cast(present.accepted_date_key as varchar), 'null') || ' ' || 'first_dispatched_date_key=' || coalesce(cast(present.first_dispatched_date_key as varchar), 'null') || ' ' || 'last_delivered_date_key=' || coalesce(cast(present.last_delivered_date_key as varchar), 'null') || ' ' || 'first_prc_date_key=' || coalesce(cast(present.first_prc_date_key as varchar), 'null') || ' ' || 'last_crac_date_key=' || coalesce(cast(present.last_crac_date_key as varchar), 'null') || ' ' || 'first_invoiced_date_key=' || coalesce(cast(present.first_invoiced_date_key as varchar), 'null') || ' ' || 'last_paid_date_key=' || coalesce(cast(present.last_paid_date_key as varchar), 'null') || ' ' || 'rejected_date_key=' || coalesce(cast(present.rejected_date_key as varchar), 'null') || ' ' || 'cancelled_date_key=' || coalesce(cast(present.cancelled_date_key as varchar), 'null')) as example
from mart.fact_contract_lifecycle as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id
left join mart.dim_buyer_org as buyer_org
    on buyer_org.buyer_org_key = present.buyer_org_key
left join mart.dim_seller as seller
    on seller.seller_key = present.seller_key
left join mart.dim_buyer_user as buyer_user
    on buyer_user.buyer_user_key = present.buyer_user_key
left join mart.dim_date as bid_published_date
    on bid_published_date.date_key = present.bid_published_date_key
left join mart.dim_date as bid_awarded_date
    on bid_awarded_date.date_key = present.bid_awarded_date_key
left join mart.dim_date as contract_date
    on contract_date.date_key = present.contract_date_key
left join mart.dim_date as accepted_date
    on accepted_date.date_key = present.accepted_date_key
left join mart.dim_date as first_dispatched_date
    on first_dispatched_date.date_key = present.first_dispatched_date_key
left join mart.dim_date as last_delivered_date
    on last_delivered_date.date_key = present.last_delivered_date_key
left join mart.dim_date as first_prc_date
    on first_prc_date.date_key = present.first_prc_date_key
left join mart.dim_date as last_crac_date
    on last_crac_date.date_key = present.last_crac_date_key
left join mart.dim_date as first_invoiced_date
    on first_invoiced_date.date_key = present.first_invoiced_date_key
left join mart.dim_date as last_paid_date
    on last_paid_date.date_key = present.last_paid_date_key
left join mart.dim_date as rejected_date
    on rejected_date.date_key = present.rejected_date_key
left join mart.dim_date as cancelled_date
    on cancelled_date.date_key = present.cancelled_date_key
where buyer_org.buyer_org_key is null
    or seller.seller_key is null
    or buyer_user.buyer_user_key is null
    or bid_published_date.date_key is null
    or bid_awarded_date.date_key is null
    or contract_date.date_key is null
    or accepted_date.date_key is null
    or first_dispatched_date.date_key is null
    or last_delivered_date.date_key is null
    or first_prc_date.date_key is null
    or last_crac_date.date_key is null
    or first_invoiced_date.date_key is null
    or last_paid_date.date_key is null
    or rejected_date.date_key is null
    or cancelled_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_contract_lifecycle_digest;

insert into ops.fact_contract_lifecycle_digest (
    source_id,
    bucket,
    row_count,
    total_value,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(total_value), 0) as total_value,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.total_value,
        md5(
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.contract_number) as varchar) || ':' || present.contract_number, '-') || ',' ||
            coalesce(cast(length(present.buy_mode) as varchar) || ':' || present.buy_mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(length(present.cancelled_by) as varchar) || ':' || present.cancelled_by, '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.contract_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.accepted_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.rejected_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.cancelled_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.total_value as varchar), '-')
        ) as row_hash
    from mart.fact_contract_lifecycle as present
) as hashed
group by source_id, bucket;
