-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_shipment (
    source_id varchar(32),
    shipment_id bigint,
    contract_id bigint,
    contract_item_id bigint,
    org_id bigint,
    seller_id bigint,
    category_id bigint,
    consignee_id bigint,
    dispatched_date_key integer,
    delivered_date_key integer,
    first_crac_date_key integer,
    dispatched_at timestamp,
    delivered_at timestamp,
    first_crac_at timestamp,
    dispatched_qty numeric(18,3),
    delivered_qty numeric(18,3),
    ld_amount numeric(18,2),
    days_delivery_to_crac integer,
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (contract_id);

-- step: create_incoming
create temp table incoming_fact_shipment (
    source_id varchar(32),
    shipment_id bigint,
    contract_id bigint,
    contract_item_id bigint,
    org_id bigint,
    seller_id bigint,
    category_id bigint,
    consignee_id bigint,
    dispatched_date_key integer,
    delivered_date_key integer,
    first_crac_date_key integer,
    dispatched_at timestamp,
    delivered_at timestamp,
    first_crac_at timestamp,
    dispatched_qty numeric(18,3),
    delivered_qty numeric(18,3),
    ld_amount numeric(18,2),
    days_delivery_to_crac integer
)
diststyle key
distkey (contract_id);

-- step: count_incoming
select
    count(*),
    sum(dispatched_qty),
    sum(delivered_qty),
    sum(ld_amount)
from incoming_fact_shipment;

-- step: keep_incoming
insert into stage_fact_shipment (
    source_id,
    shipment_id,
    contract_id,
    contract_item_id,
    org_id,
    seller_id,
    category_id,
    consignee_id,
    dispatched_date_key,
    delivered_date_key,
    first_crac_date_key,
    dispatched_at,
    delivered_at,
    first_crac_at,
    dispatched_qty,
    delivered_qty,
    ld_amount,
    days_delivery_to_crac,
    batch_seq,
    attempt
)
select
    source_id,
    shipment_id,
    contract_id,
    contract_item_id,
    org_id,
    seller_id,
    category_id,
    consignee_id,
    dispatched_date_key,
    delivered_date_key,
    first_crac_date_key,
    dispatched_at,
    delivered_at,
    first_crac_at,
    dispatched_qty,
    delivered_qty,
    ld_amount,
    days_delivery_to_crac,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_shipment;

drop table incoming_fact_shipment;

analyze stage_fact_shipment;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(contract_id as varchar), 'null') || ' ' || 'shipment_id=' || coalesce(cast(shipment_id as varchar), 'null') as example
    from stage_fact_shipment
    group by source_id, contract_id, shipment_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_shipment.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(stage_fact_shipment.contract_id as varchar), 'null') || ' ' || 'shipment_id=' || coalesce(cast(stage_fact_shipment.shipment_id as varchar), 'null')) as example
from stage_fact_shipment
left join stage_root
    on stage_root.source_id = stage_fact_shipment.source_id
    and stage_root.batch_seq = stage_fact_shipment.batch_seq
    and stage_root.attempt = stage_fact_shipment.attempt
    and stage_root.aggregate = 'contract'
    and stage_root.root_id = stage_fact_shipment.contract_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_shipment
diststyle key
distkey (contract_id)
as
select
    present.source_id,
    present.contract_id,
    present.shipment_id,
    present.dw_inserted_at
from mart.fact_shipment as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id;

-- step: count_removed
create temp table changed_fact_shipment as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(dispatched_qty), 0) as dispatched_qty,
    -coalesce(sum(delivered_qty), 0) as delivered_qty,
    -coalesce(sum(ld_amount), 0) as ld_amount,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.dispatched_qty,
        present.delivered_qty,
        present.ld_amount,
        md5(
            coalesce(cast(present.shipment_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_item_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.dispatched_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.delivered_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.dispatched_qty as varchar), '-') || ',' ||
            coalesce(cast(present.delivered_qty as varchar), '-') || ',' ||
            coalesce(cast(present.ld_amount as varchar), '-')
        ) as row_hash
    from mart.fact_shipment as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_shipment
using touched_root
where touched_root.aggregate = 'contract'
    and touched_root.source_id = fact_shipment.source_id
    and touched_root.root_id = fact_shipment.contract_id;

-- step: rekey_buyer_org_key
update mart.fact_shipment
set
    buyer_org_key = version.buyer_org_key,
    dw_updated_at = getdate()
from stale_dim_buyer_org as stale
join mart.dim_buyer_org as version
    on version.source_id = stale.source_id
    and version.org_id = stale.org_id
where stale.is_moved
    and fact_shipment.buyer_org_key = stale.old_key
    and fact_shipment.source_id = stale.source_id
    and fact_shipment.org_id = stale.org_id
    and fact_shipment.dispatched_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_shipment.dispatched_at
    and version.valid_to > fact_shipment.dispatched_at
    and fact_shipment.buyer_org_key <> version.buyer_org_key;

-- step: rekey_seller_key
update mart.fact_shipment
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_shipment.seller_key = stale.old_key
    and fact_shipment.source_id = stale.source_id
    and fact_shipment.seller_id = stale.seller_id
    and fact_shipment.dispatched_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_shipment.dispatched_at
    and version.valid_to > fact_shipment.dispatched_at
    and fact_shipment.seller_key <> version.seller_key;

-- step: rekey_category_key
update mart.fact_shipment
set
    category_key = version.category_key,
    dw_updated_at = getdate()
from stale_dim_category as stale
join mart.dim_category as version
    on version.source_id = stale.source_id
    and version.category_id = stale.category_id
where stale.is_moved
    and fact_shipment.category_key = stale.old_key
    and fact_shipment.source_id = stale.source_id
    and fact_shipment.category_id = stale.category_id
    and fact_shipment.dispatched_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_shipment.dispatched_at
    and version.valid_to > fact_shipment.dispatched_at
    and fact_shipment.category_key <> version.category_key;

-- step: rekey_consignee_key
update mart.fact_shipment
set
    consignee_key = version.consignee_key,
    dw_updated_at = getdate()
from stale_dim_consignee as stale
join mart.dim_consignee as version
    on version.source_id = stale.source_id
    and version.consignee_id = stale.consignee_id
where stale.is_moved
    and fact_shipment.consignee_key = stale.old_key
    and fact_shipment.source_id = stale.source_id
    and fact_shipment.consignee_id = stale.consignee_id
    and fact_shipment.consignee_key <> version.consignee_key;

-- step: insert
insert into mart.fact_shipment (
    source_id,
    shipment_id,
    contract_id,
    contract_item_id,
    org_id,
    seller_id,
    category_id,
    consignee_id,
    buyer_org_key,
    seller_key,
    category_key,
    consignee_key,
    dispatched_date_key,
    delivered_date_key,
    first_crac_date_key,
    dispatched_at,
    delivered_at,
    first_crac_at,
    dispatched_qty,
    delivered_qty,
    ld_amount,
    days_delivery_to_crac,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.shipment_id,
    staged.contract_id,
    staged.contract_item_id,
    staged.org_id,
    staged.seller_id,
    staged.category_id,
    staged.consignee_id,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    case when staged.category_id is null then -2 else coalesce(category.category_key, -1) end as category_key,
    case when staged.consignee_id is null then -2 else coalesce(consignee.consignee_key, -1) end as consignee_key,
    staged.dispatched_date_key,
    staged.delivered_date_key,
    staged.first_crac_date_key,
    staged.dispatched_at,
    staged.delivered_at,
    staged.first_crac_at,
    staged.dispatched_qty,
    staged.delivered_qty,
    staged.ld_amount,
    staged.days_delivery_to_crac,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_shipment as staged
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.contract_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_buyer_org as buyer_org
    on buyer_org.source_id = staged.source_id
    and buyer_org.org_id = staged.org_id
    and buyer_org.valid_from <= staged.dispatched_at
    and buyer_org.valid_to > staged.dispatched_at
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.dispatched_at
    and seller.valid_to > staged.dispatched_at
left join mart.dim_category as category
    on category.source_id = staged.source_id
    and category.category_id = staged.category_id
    and category.valid_from <= staged.dispatched_at
    and category.valid_to > staged.dispatched_at
left join mart.dim_consignee as consignee
    on consignee.source_id = staged.source_id
    and consignee.consignee_id = staged.consignee_id
left join replaced_fact_shipment as replaced
    on replaced.source_id = staged.source_id
    and replaced.contract_id = staged.contract_id
    and replaced.shipment_id = staged.shipment_id;

-- step: count_inserted
insert into changed_fact_shipment (
    source_id,
    bucket,
    row_count,
    dispatched_qty,
    delivered_qty,
    ld_amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(dispatched_qty), 0) as dispatched_qty,
    coalesce(sum(delivered_qty), 0) as delivered_qty,
    coalesce(sum(ld_amount), 0) as ld_amount,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.dispatched_qty,
        present.delivered_qty,
        present.ld_amount,
        md5(
            coalesce(cast(present.shipment_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_item_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.dispatched_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.delivered_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.dispatched_qty as varchar), '-') || ',' ||
            coalesce(cast(present.delivered_qty as varchar), '-') || ',' ||
            coalesce(cast(present.ld_amount as varchar), '-')
        ) as row_hash
    from mart.fact_shipment as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_shipment as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.dispatched_qty) as dispatched_qty,
    sum(held.delivered_qty) as delivered_qty,
    sum(held.ld_amount) as ld_amount,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.dispatched_qty,
        kept.delivered_qty,
        kept.ld_amount,
        kept.hash_1,
        kept.hash_2
    from ops.fact_shipment_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_shipment
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        dispatched_qty,
        delivered_qty,
        ld_amount,
        hash_1,
        hash_2
    from changed_fact_shipment
) as held
group by held.source_id, held.bucket;

delete from ops.fact_shipment_digest
using digest_fact_shipment
where digest_fact_shipment.source_id = fact_shipment_digest.source_id
    and digest_fact_shipment.bucket = fact_shipment_digest.bucket;

insert into ops.fact_shipment_digest (
    source_id,
    bucket,
    row_count,
    dispatched_qty,
    delivered_qty,
    ld_amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    dispatched_qty,
    delivered_qty,
    ld_amount,
    hash_1,
    hash_2
from digest_fact_shipment
where row_count <> 0
    or dispatched_qty <> 0
    or delivered_qty <> 0
    or ld_amount <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_shipment;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'shipment_id=' || coalesce(cast(present.shipment_id as varchar), 'null') as example
    from mart.fact_shipment as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id
    group by present.source_id, present.contract_id, present.shipment_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when buyer_org.buyer_org_key is null then 'buyer_org_key is not in dim_buyer_org'
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when category.category_key is null then 'category_key is not in dim_category'
        when consignee.consignee_key is null then 'consignee_key is not in dim_consignee'
        when dispatched_date.date_key is null then 'dispatched_date_key is not in dim_date'
        when delivered_date.date_key is null then 'delivered_date_key is not in dim_date'
        when first_crac_date.date_key is null then 'first_crac_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'shipment_id=' || coalesce(cast(present.shipment_id as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') || ' ' || 'consignee_key=' || coalesce(cast(present.consignee_key as varchar), 'null') || ' ' || 'dispatched_date_key=' || coalesce(cast(present.dispatched_date_key as varchar), 'null') || ' ' || 'delivered_date_key=' || coalesce(cast(present.delivered_date_key as varchar), 'null') || ' ' || 'first_crac_date_key=' || coalesce(cast(present.first_crac_date_key as varchar), 'null')) as example
from mart.fact_shipment as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id
left join mart.dim_buyer_org as buyer_org
    on buyer_org.buyer_org_key = present.buyer_org_key
left join mart.dim_seller as seller
    on seller.seller_key = present.seller_key
left join mart.dim_category as category
    on category.category_key = present.category_key
left join mart.dim_consignee as consignee
    on consignee.consignee_key = present.consignee_key
left join mart.dim_date as dispatched_date
    on dispatched_date.date_key = present.dispatched_date_key
left join mart.dim_date as delivered_date
    on delivered_date.date_key = present.delivered_date_key
left join mart.dim_date as first_crac_date
    on first_crac_date.date_key = present.first_crac_date_key
where buyer_org.buyer_org_key is null
    or seller.seller_key is null
    or category.category_key is null
    or consignee.consignee_key is null
    or dispatched_date.date_key is null
    or delivered_date.date_key is null
    or first_crac_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_shipment_digest;

insert into ops.fact_shipment_digest (
    source_id,
    bucket,
    row_count,
    dispatched_qty,
    delivered_qty,
    ld_amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(dispatched_qty), 0) as dispatched_qty,
    coalesce(sum(delivered_qty), 0) as delivered_qty,
    coalesce(sum(ld_amount), 0) as ld_amount,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.dispatched_qty,
        present.delivered_qty,
        present.ld_amount,
        md5(
            coalesce(cast(present.shipment_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_item_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.dispatched_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.delivered_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.dispatched_qty as varchar), '-') || ',' ||
            coalesce(cast(present.delivered_qty as varchar), '-') || ',' ||
            coalesce(cast(present.ld_amount as varchar), '-')
        ) as row_hash
    from mart.fact_shipment as present
) as hashed
group by source_id, bucket;
