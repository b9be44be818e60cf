-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_receipt (
    source_id varchar(32),
    cert_id bigint,
    contract_id bigint,
    contract_item_id bigint,
    shipment_id bigint,
    prc_cert_id bigint,
    kind varchar(32),
    org_id bigint,
    seller_id bigint,
    category_id bigint,
    consignee_id bigint,
    issued_date_key integer,
    delivered_date_key integer,
    issued_at timestamp,
    delivered_at timestamp,
    received_qty numeric(18,3),
    accepted_qty numeric(18,3),
    rejected_qty numeric(18,3),
    received_value numeric(18,2),
    accepted_value numeric(18,2),
    rejected_value numeric(18,2),
    reject_reason varchar(512),
    days_from_delivery integer,
    is_auto boolean,
    is_before_delivery boolean,
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (contract_id);

-- step: create_incoming
create temp table incoming_fact_receipt (
    source_id varchar(32),
    cert_id bigint,
    contract_id bigint,
    contract_item_id bigint,
    shipment_id bigint,
    prc_cert_id bigint,
    kind varchar(32),
    org_id bigint,
    seller_id bigint,
    category_id bigint,
    consignee_id bigint,
    issued_date_key integer,
    delivered_date_key integer,
    issued_at timestamp,
    delivered_at timestamp,
    received_qty numeric(18,3),
    accepted_qty numeric(18,3),
    rejected_qty numeric(18,3),
    received_value numeric(18,2),
    accepted_value numeric(18,2),
    rejected_value numeric(18,2),
    reject_reason varchar(512),
    days_from_delivery integer,
    is_auto boolean,
    is_before_delivery boolean
)
diststyle key
distkey (contract_id);

-- step: count_incoming
select
    count(*),
    sum(received_qty),
    sum(accepted_qty),
    sum(rejected_qty),
    sum(received_value),
    sum(accepted_value),
    sum(rejected_value)
from incoming_fact_receipt;

-- step: keep_incoming
insert into stage_fact_receipt (
    source_id,
    cert_id,
    contract_id,
    contract_item_id,
    shipment_id,
    prc_cert_id,
    kind,
    org_id,
    seller_id,
    category_id,
    consignee_id,
    issued_date_key,
    delivered_date_key,
    issued_at,
    delivered_at,
    received_qty,
    accepted_qty,
    rejected_qty,
    received_value,
    accepted_value,
    rejected_value,
    reject_reason,
    days_from_delivery,
    is_auto,
    is_before_delivery,
    batch_seq,
    attempt
)
select
    source_id,
    cert_id,
    contract_id,
    contract_item_id,
    shipment_id,
    prc_cert_id,
    kind,
    org_id,
    seller_id,
    category_id,
    consignee_id,
    issued_date_key,
    delivered_date_key,
    issued_at,
    delivered_at,
    received_qty,
    accepted_qty,
    rejected_qty,
    received_value,
    accepted_value,
    rejected_value,
    reject_reason,
    days_from_delivery,
    is_auto,
    is_before_delivery,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_receipt;

drop table incoming_fact_receipt;

analyze stage_fact_receipt;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(contract_id as varchar), 'null') || ' ' || 'cert_id=' || coalesce(cast(cert_id as varchar), 'null') as example
    from stage_fact_receipt
    group by source_id, contract_id, cert_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_receipt.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(stage_fact_receipt.contract_id as varchar), 'null') || ' ' || 'cert_id=' || coalesce(cast(stage_fact_receipt.cert_id as varchar), 'null')) as example
from stage_fact_receipt
left join stage_root
    on stage_root.source_id = stage_fact_receipt.source_id
    and stage_root.batch_seq = stage_fact_receipt.batch_seq
    and stage_root.attempt = stage_fact_receipt.attempt
    and stage_root.aggregate = 'contract'
    and stage_root.root_id = stage_fact_receipt.contract_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_receipt
diststyle key
distkey (contract_id)
as
select
    present.source_id,
    present.contract_id,
    present.cert_id,
    present.dw_inserted_at
from mart.fact_receipt as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id;

-- step: count_removed
create temp table changed_fact_receipt as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(received_qty), 0) as received_qty,
    -coalesce(sum(accepted_qty), 0) as accepted_qty,
    -coalesce(sum(rejected_qty), 0) as rejected_qty,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.received_qty,
        present.accepted_qty,
        present.rejected_qty,
        md5(
            coalesce(cast(present.cert_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_item_id as varchar), '-') || ',' ||
            coalesce(cast(present.shipment_id as varchar), '-') || ',' ||
            coalesce(cast(present.prc_cert_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.consignee_id as varchar), '-') || ',' ||
            coalesce(to_char(present.issued_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.received_qty as varchar), '-') || ',' ||
            coalesce(cast(present.accepted_qty as varchar), '-') || ',' ||
            coalesce(cast(present.rejected_qty as varchar), '-') || ',' ||
            coalesce(cast(length(present.reject_reason) as varchar) || ':' || present.reject_reason, '-') || ',' ||
            case when present.is_auto then 't' when not present.is_auto then 'f' else '-' end
        ) as row_hash
    from mart.fact_receipt as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_receipt
using touched_root
where touched_root.aggregate = 'contract'
    and touched_root.source_id = fact_receipt.source_id
    and touched_root.root_id = fact_receipt.contract_id;

-- step: rekey_buyer_org_key
update mart.fact_receipt
set
    buyer_org_key = version.buyer_org_key,
    dw_updated_at = getdate()
from stale_dim_buyer_org as stale
join mart.dim_buyer_org as version
    on version.source_id = stale.source_id
    and version.org_id = stale.org_id
where stale.is_moved
    and fact_receipt.buyer_org_key = stale.old_key
    and fact_receipt.source_id = stale.source_id
    and fact_receipt.org_id = stale.org_id
    and fact_receipt.issued_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_receipt.issued_at
    and version.valid_to > fact_receipt.issued_at
    and fact_receipt.buyer_org_key <> version.buyer_org_key;

-- step: rekey_seller_key
update mart.fact_receipt
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_receipt.seller_key = stale.old_key
    and fact_receipt.source_id = stale.source_id
    and fact_receipt.seller_id = stale.seller_id
    and fact_receipt.issued_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_receipt.issued_at
    and version.valid_to > fact_receipt.issued_at
    and fact_receipt.seller_key <> version.seller_key;

-- step: rekey_category_key
update mart.fact_receipt
set
    category_key = version.category_key,
    dw_updated_at = getdate()
from stale_dim_category as stale
join mart.dim_category as version
    on version.source_id = stale.source_id
    and version.category_id = stale.category_id
where stale.is_moved
    and fact_receipt.category_key = stale.old_key
    and fact_receipt.source_id = stale.source_id
    and fact_receipt.category_id = stale.category_id
    and fact_receipt.issued_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_receipt.issued_at
    and version.valid_to > fact_receipt.issued_at
    and fact_receipt.category_key <> version.category_key;

-- step: rekey_consignee_key
update mart.fact_receipt
set
    consignee_key = version.consignee_key,
    dw_updated_at = getdate()
from stale_dim_consignee as stale
join mart.dim_consignee as version
    on version.source_id = stale.source_id
    and version.consignee_id = stale.consignee_id
where stale.is_moved
    and fact_receipt.consignee_key = stale.old_key
    and fact_receipt.source_id = stale.source_id
    and fact_receipt.consignee_id = stale.consignee_id
    and fact_receipt.consignee_key <> version.consignee_key;

-- step: insert
insert into mart.fact_receipt (
    source_id,
    cert_id,
    contract_id,
    contract_item_id,
    shipment_id,
    prc_cert_id,
    kind,
    org_id,
    seller_id,
    category_id,
    consignee_id,
    buyer_org_key,
    seller_key,
    category_key,
    consignee_key,
    issued_date_key,
    delivered_date_key,
    issued_at,
    delivered_at,
    received_qty,
    accepted_qty,
    rejected_qty,
    received_value,
    accepted_value,
    rejected_value,
    reject_reason,
    days_from_delivery,
    is_auto,
    is_before_delivery,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.cert_id,
    staged.contract_id,
    staged.contract_item_id,
    staged.shipment_id,
    staged.prc_cert_id,
    staged.kind,
    staged.org_id,
    staged.seller_id,
    staged.category_id,
    staged.consignee_id,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    case when staged.category_id is null then -2 else coalesce(category.category_key, -1) end as category_key,
    case when staged.consignee_id is null then -2 else coalesce(consignee.consignee_key, -1) end as consignee_key,
    staged.issued_date_key,
    staged.delivered_date_key,
    staged.issued_at,
    staged.delivered_at,
    staged.received_qty,
    staged.accepted_qty,
    staged.rejected_qty,
    staged.received_value,
    staged.accepted_value,
    staged.rejected_value,
    staged.reject_reason,
    staged.days_from_delivery,
    staged.is_auto,
    staged.is_before_delivery,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_receipt as staged
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.contract_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_buyer_org as buyer_org
    on buyer_org.source_id = staged.source_id
    and buyer_org.org_id = staged.org_id
    and buyer_org.valid_from <= staged.issued_at
    and buyer_org.valid_to > staged.issued_at
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.issued_at
    and seller.valid_to > staged.issued_at
left join mart.dim_category as category
    on category.source_id = staged.source_id
    and category.category_id = staged.category_id
    and category.valid_from <= staged.issued_at
    and category.valid_to > staged.issued_at
left join mart.dim_consignee as consignee
    on consignee.source_id = staged.source_id
    and consignee.consignee_id = staged.consignee_id
left join replaced_fact_receipt as replaced
    on replaced.source_id = staged.source_id
    and replaced.contract_id = staged.contract_id
    and replaced.cert_id = staged.cert_id;

-- step: count_inserted
insert into changed_fact_receipt (
    source_id,
    bucket,
    row_count,
    received_qty,
    accepted_qty,
    rejected_qty,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(received_qty), 0) as received_qty,
    coalesce(sum(accepted_qty), 0) as accepted_qty,
    coalesce(sum(rejected_qty), 0) as rejected_qty,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.received_qty,
        present.accepted_qty,
        present.rejected_qty,
        md5(
            coalesce(cast(present.cert_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_item_id as varchar), '-') || ',' ||
            coalesce(cast(present.shipment_id as varchar), '-') || ',' ||
            coalesce(cast(present.prc_cert_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.consignee_id as varchar), '-') || ',' ||
            coalesce(to_char(present.issued_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.received_qty as varchar), '-') || ',' ||
            coalesce(cast(present.accepted_qty as varchar), '-') || ',' ||
            coalesce(cast(present.rejected_qty as varchar), '-') || ',' ||
            coalesce(cast(length(present.reject_reason) as varchar) || ':' || present.reject_reason, '-') || ',' ||
            case when present.is_auto then 't' when not present.is_auto then 'f' else '-' end
        ) as row_hash
    from mart.fact_receipt as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_receipt as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.received_qty) as received_qty,
    sum(held.accepted_qty) as accepted_qty,
    sum(held.rejected_qty) as rejected_qty,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.received_qty,
        kept.accepted_qty,
        kept.rejected_qty,
        kept.hash_1,
        kept.hash_2
    from ops.fact_receipt_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_receipt
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        received_qty,
        accepted_qty,
        rejected_qty,
        hash_1,
        hash_2
    from changed_fact_receipt
) as held
group by held.source_id, held.bucket;

delete from ops.fact_receipt_digest
using digest_fact_receipt
where digest_fact_receipt.source_id = fact_receipt_digest.source_id
    and digest_fact_receipt.bucket = fact_receipt_digest.bucket;

insert into ops.fact_receipt_digest (
    source_id,
    bucket,
    row_count,
    received_qty,
    accepted_qty,
    rejected_qty,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    received_qty,
    accepted_qty,
    rejected_qty,
    hash_1,
    hash_2
from digest_fact_receipt
where row_count <> 0
    or received_qty <> 0
    or accepted_qty <> 0
    or rejected_qty <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_receipt;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'cert_id=' || coalesce(cast(present.cert_id as varchar), 'null') as example
    from mart.fact_receipt as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id
    group by present.source_id, present.contract_id, present.cert_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when buyer_org.buyer_org_key is null then 'buyer_org_key is not in dim_buyer_org'
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when category.category_key is null then 'category_key is not in dim_category'
        when consignee.consignee_key is null then 'consignee_key is not in dim_consignee'
        when issued_date.date_key is null then 'issued_date_key is not in dim_date'
        when delivered_date.date_key is null then 'delivered_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'cert_id=' || coalesce(cast(present.cert_id as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') || ' ' || 'consignee_key=' || coalesce(cast(present.consignee_key as varchar), 'null') || ' ' || 'issued_date_key=' || coalesce(cast(present.issued_date_key as varchar), 'null') || ' ' || 'delivered_date_key=' || coalesce(cast(present.delivered_date_key as varchar), 'null')) as example
from mart.fact_receipt as present
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
left join mart.dim_date as issued_date
    on issued_date.date_key = present.issued_date_key
left join mart.dim_date as delivered_date
    on delivered_date.date_key = present.delivered_date_key
where buyer_org.buyer_org_key is null
    or seller.seller_key is null
    or category.category_key is null
    or consignee.consignee_key is null
    or issued_date.date_key is null
    or delivered_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_receipt_digest;

insert into ops.fact_receipt_digest (
    source_id,
    bucket,
    row_count,
    received_qty,
    accepted_qty,
    rejected_qty,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(received_qty), 0) as received_qty,
    coalesce(sum(accepted_qty), 0) as accepted_qty,
    coalesce(sum(rejected_qty), 0) as rejected_qty,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.received_qty,
        present.accepted_qty,
        present.rejected_qty,
        md5(
            coalesce(cast(present.cert_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_item_id as varchar), '-') || ',' ||
            coalesce(cast(present.shipment_id as varchar), '-') || ',' ||
            coalesce(cast(present.prc_cert_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.consignee_id as varchar), '-') || ',' ||
            coalesce(to_char(present.issued_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.received_qty as varchar), '-') || ',' ||
            coalesce(cast(present.accepted_qty as varchar), '-') || ',' ||
            coalesce(cast(present.rejected_qty as varchar), '-') || ',' ||
            coalesce(cast(length(present.reject_reason) as varchar) || ':' || present.reject_reason, '-') || ',' ||
            case when present.is_auto then 't' when not present.is_auto then 'f' else '-' end
        ) as row_hash
    from mart.fact_receipt as present
) as hashed
group by source_id, bucket;
