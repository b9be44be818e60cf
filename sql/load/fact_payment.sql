-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_payment (
    source_id varchar(32),
    payment_id bigint,
    contract_id bigint,
    invoice_id bigint,
    invoice_no varchar(64),
    crac_cert_id bigint,
    org_id bigint,
    seller_id bigint,
    crac_date_key integer,
    bill_date_key integer,
    paid_date_key integer,
    crac_at timestamp,
    bill_at timestamp,
    paid_at timestamp,
    payable_amount numeric(18,2),
    ld_deducted numeric(18,2),
    tds_it numeric(18,2),
    tds_gst numeric(18,2),
    paid_amount numeric(18,2),
    mode varchar(32),
    status varchar(32),
    days_crac_to_paid integer,
    is_paid boolean,
    is_superseded boolean,
    is_paid_before_crac boolean,
    is_overpaid boolean,
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (contract_id);

-- step: create_incoming
create temp table incoming_fact_payment (
    source_id varchar(32),
    payment_id bigint,
    contract_id bigint,
    invoice_id bigint,
    invoice_no varchar(64),
    crac_cert_id bigint,
    org_id bigint,
    seller_id bigint,
    crac_date_key integer,
    bill_date_key integer,
    paid_date_key integer,
    crac_at timestamp,
    bill_at timestamp,
    paid_at timestamp,
    payable_amount numeric(18,2),
    ld_deducted numeric(18,2),
    tds_it numeric(18,2),
    tds_gst numeric(18,2),
    paid_amount numeric(18,2),
    mode varchar(32),
    status varchar(32),
    days_crac_to_paid integer,
    is_paid boolean,
    is_superseded boolean,
    is_paid_before_crac boolean,
    is_overpaid boolean
)
diststyle key
distkey (contract_id);

-- step: count_incoming
select
    count(*),
    sum(payable_amount),
    sum(ld_deducted),
    sum(tds_it),
    sum(tds_gst),
    sum(paid_amount)
from incoming_fact_payment;

-- step: keep_incoming
insert into stage_fact_payment (
    source_id,
    payment_id,
    contract_id,
    invoice_id,
    invoice_no,
    crac_cert_id,
    org_id,
    seller_id,
    crac_date_key,
    bill_date_key,
    paid_date_key,
    crac_at,
    bill_at,
    paid_at,
    payable_amount,
    ld_deducted,
    tds_it,
    tds_gst,
    paid_amount,
    mode,
    status,
    days_crac_to_paid,
    is_paid,
    is_superseded,
    is_paid_before_crac,
    is_overpaid,
    batch_seq,
    attempt
)
select
    source_id,
    payment_id,
    contract_id,
    invoice_id,
    invoice_no,
    crac_cert_id,
    org_id,
    seller_id,
    crac_date_key,
    bill_date_key,
    paid_date_key,
    crac_at,
    bill_at,
    paid_at,
    payable_amount,
    ld_deducted,
    tds_it,
    tds_gst,
    paid_amount,
    mode,
    status,
    days_crac_to_paid,
    is_paid,
    is_superseded,
    is_paid_before_crac,
    is_overpaid,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_payment;

drop table incoming_fact_payment;

analyze stage_fact_payment;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(contract_id as varchar), 'null') || ' ' || 'payment_id=' || coalesce(cast(payment_id as varchar), 'null') as example
    from stage_fact_payment
    group by source_id, contract_id, payment_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_payment.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(stage_fact_payment.contract_id as varchar), 'null') || ' ' || 'payment_id=' || coalesce(cast(stage_fact_payment.payment_id as varchar), 'null')) as example
from stage_fact_payment
left join stage_root
    on stage_root.source_id = stage_fact_payment.source_id
    and stage_root.batch_seq = stage_fact_payment.batch_seq
    and stage_root.attempt = stage_fact_payment.attempt
    and stage_root.aggregate = 'contract'
    and stage_root.root_id = stage_fact_payment.contract_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_payment
diststyle key
distkey (contract_id)
as
select
    present.source_id,
    present.contract_id,
    present.payment_id,
    present.dw_inserted_at
from mart.fact_payment as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id;

-- step: count_removed
create temp table changed_fact_payment as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(payable_amount), 0) as payable_amount,
    -coalesce(sum(ld_deducted), 0) as ld_deducted,
    -coalesce(sum(tds_it), 0) as tds_it,
    -coalesce(sum(tds_gst), 0) as tds_gst,
    -coalesce(sum(paid_amount), 0) as paid_amount,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.payable_amount,
        present.ld_deducted,
        present.tds_it,
        present.tds_gst,
        present.paid_amount,
        md5(
            coalesce(cast(present.payment_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.invoice_id as varchar), '-') || ',' ||
            coalesce(cast(present.crac_cert_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.bill_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.paid_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.payable_amount as varchar), '-') || ',' ||
            coalesce(cast(present.ld_deducted as varchar), '-') || ',' ||
            coalesce(cast(present.tds_it as varchar), '-') || ',' ||
            coalesce(cast(present.tds_gst as varchar), '-') || ',' ||
            coalesce(cast(present.paid_amount as varchar), '-') || ',' ||
            coalesce(cast(length(present.mode) as varchar) || ':' || present.mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-')
        ) as row_hash
    from mart.fact_payment as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_payment
using touched_root
where touched_root.aggregate = 'contract'
    and touched_root.source_id = fact_payment.source_id
    and touched_root.root_id = fact_payment.contract_id;

-- step: rekey_buyer_org_key
update mart.fact_payment
set
    buyer_org_key = version.buyer_org_key,
    dw_updated_at = getdate()
from stale_dim_buyer_org as stale
join mart.dim_buyer_org as version
    on version.source_id = stale.source_id
    and version.org_id = stale.org_id
where stale.is_moved
    and fact_payment.buyer_org_key = stale.old_key
    and fact_payment.source_id = stale.source_id
    and fact_payment.org_id = stale.org_id
    and fact_payment.crac_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_payment.crac_at
    and version.valid_to > fact_payment.crac_at
    and fact_payment.buyer_org_key <> version.buyer_org_key;

-- step: rekey_seller_key
update mart.fact_payment
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_payment.seller_key = stale.old_key
    and fact_payment.source_id = stale.source_id
    and fact_payment.seller_id = stale.seller_id
    and fact_payment.crac_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_payment.crac_at
    and version.valid_to > fact_payment.crac_at
    and fact_payment.seller_key <> version.seller_key;

-- step: insert
insert into mart.fact_payment (
    source_id,
    payment_id,
    contract_id,
    invoice_id,
    invoice_no,
    crac_cert_id,
    org_id,
    seller_id,
    buyer_org_key,
    seller_key,
    crac_date_key,
    bill_date_key,
    paid_date_key,
    crac_at,
    bill_at,
    paid_at,
    payable_amount,
    ld_deducted,
    tds_it,
    tds_gst,
    paid_amount,
    mode,
    status,
    days_crac_to_paid,
    is_paid,
    is_superseded,
    is_paid_before_crac,
    is_overpaid,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.payment_id,
    staged.contract_id,
    staged.invoice_id,
    staged.invoice_no,
    staged.crac_cert_id,
    staged.org_id,
    staged.seller_id,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    staged.crac_date_key,
    staged.bill_date_key,
    staged.paid_date_key,
    staged.crac_at,
    staged.bill_at,
    staged.paid_at,
    staged.payable_amount,
    staged.ld_deducted,
    staged.tds_it,
    staged.tds_gst,
    staged.paid_amount,
    staged.mode,
    staged.status,
    staged.days_crac_to_paid,
    staged.is_paid,
    staged.is_superseded,
    staged.is_paid_before_crac,
    staged.is_overpaid,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_payment as staged
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.contract_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join mart.dim_buyer_org as buyer_org
    on buyer_org.source_id = staged.source_id
    and buyer_org.org_id = staged.org_id
    and buyer_org.valid_from <= staged.crac_at
    and buyer_org.valid_to > staged.crac_at
left join mart.dim_seller as seller
    on seller.source_id = staged.source_id
    and seller.seller_id = staged.seller_id
    and seller.valid_from <= staged.crac_at
    and seller.valid_to > staged.crac_at
left join replaced_fact_payment as replaced
    on replaced.source_id = staged.source_id
    and replaced.contract_id = staged.contract_id
    and replaced.payment_id = staged.payment_id;

-- step: count_inserted
insert into changed_fact_payment (
    source_id,
    bucket,
    row_count,
    payable_amount,
    ld_deducted,
    tds_it,
    tds_gst,
    paid_amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(payable_amount), 0) as payable_amount,
    coalesce(sum(ld_deducted), 0) as ld_deducted,
    coalesce(sum(tds_it), 0) as tds_it,
    coalesce(sum(tds_gst), 0) as tds_gst,
    coalesce(sum(paid_amount), 0) as paid_amount,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.payable_amount,
        present.ld_deducted,
        present.tds_it,
        present.tds_gst,
        present.paid_amount,
        md5(
            coalesce(cast(present.payment_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.invoice_id as varchar), '-') || ',' ||
            coalesce(cast(present.crac_cert_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.bill_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.paid_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.payable_amount as varchar), '-') || ',' ||
            coalesce(cast(present.ld_deducted as varchar), '-') || ',' ||
            coalesce(cast(present.tds_it as varchar), '-') || ',' ||
            coalesce(cast(present.tds_gst as varchar), '-') || ',' ||
            coalesce(cast(present.paid_amount as varchar), '-') || ',' ||
            coalesce(cast(length(present.mode) as varchar) || ':' || present.mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-')
        ) as row_hash
    from mart.fact_payment as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_payment as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.payable_amount) as payable_amount,
    sum(held.ld_deducted) as ld_deducted,
    sum(held.tds_it) as tds_it,
    sum(held.tds_gst) as tds_gst,
    sum(held.paid_amount) as paid_amount,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.payable_amount,
        kept.ld_deducted,
        kept.tds_it,
        kept.tds_gst,
        kept.paid_amount,
        kept.hash_1,
        kept.hash_2
    from ops.fact_payment_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_payment
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        payable_amount,
        ld_deducted,
        tds_it,
        tds_gst,
        paid_amount,
        hash_1,
        hash_2
    from changed_fact_payment
) as held
group by held.source_id, held.bucket;

delete from ops.fact_payment_digest
using digest_fact_payment
where digest_fact_payment.source_id = fact_payment_digest.source_id
    and digest_fact_payment.bucket = fact_payment_digest.bucket;

insert into ops.fact_payment_digest (
    source_id,
    bucket,
    row_count,
    payable_amount,
    ld_deducted,
    tds_it,
    tds_gst,
    paid_amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    payable_amount,
    ld_deducted,
    tds_it,
    tds_gst,
    paid_amount,
    hash_1,
    hash_2
from digest_fact_payment
where row_count <> 0
    or payable_amount <> 0
    or ld_deducted <> 0
    or tds_it <> 0
    or tds_gst <> 0
    or paid_amount <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_payment;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'payment_id=' || coalesce(cast(present.payment_id as varchar), 'null') as example
    from mart.fact_payment as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id
    group by present.source_id, present.contract_id, present.payment_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when buyer_org.buyer_org_key is null then 'buyer_org_key is not in dim_buyer_org'
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when crac_date.date_key is null then 'crac_date_key is not in dim_date'
        when bill_date.date_key is null then 'bill_date_key is not in dim_date'
        when paid_date.date_key is null then 'paid_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'payment_id=' || coalesce(cast(present.payment_id as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'crac_date_key=' || coalesce(cast(present.crac_date_key as varchar), 'null') || ' ' || 'bill_date_key=' || coalesce(cast(present.bill_date_key as varchar), 'null') || ' ' || 'paid_date_key=' || coalesce(cast(present.paid_date_key as varchar), 'null')) as example
from mart.fact_payment as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id
left join mart.dim_buyer_org as buyer_org
    on buyer_org.buyer_org_key = present.buyer_org_key
left join mart.dim_seller as seller
    on seller.seller_key = present.seller_key
left join mart.dim_date as crac_date
    on crac_date.date_key = present.crac_date_key
left join mart.dim_date as bill_date
    on bill_date.date_key = present.bill_date_key
left join mart.dim_date as paid_date
    on paid_date.date_key = present.paid_date_key
where buyer_org.buyer_org_key is null
    or seller.seller_key is null
    or crac_date.date_key is null
    or bill_date.date_key is null
    or paid_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_payment_digest;

insert into ops.fact_payment_digest (
    source_id,
    bucket,
    row_count,
    payable_amount,
    ld_deducted,
    tds_it,
    tds_gst,
    paid_amount,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(payable_amount), 0) as payable_amount,
    coalesce(sum(ld_deducted), 0) as ld_deducted,
    coalesce(sum(tds_it), 0) as tds_it,
    coalesce(sum(tds_gst), 0) as tds_gst,
    coalesce(sum(paid_amount), 0) as paid_amount,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.payable_amount,
        present.ld_deducted,
        present.tds_it,
        present.tds_gst,
        present.paid_amount,
        md5(
            coalesce(cast(present.payment_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(present.invoice_id as varchar), '-') || ',' ||
            coalesce(cast(present.crac_cert_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(to_char(present.bill_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.paid_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(cast(present.payable_amount as varchar), '-') || ',' ||
            coalesce(cast(present.ld_deducted as varchar), '-') || ',' ||
            coalesce(cast(present.tds_it as varchar), '-') || ',' ||
            coalesce(cast(present.tds_gst as varchar), '-') || ',' ||
            coalesce(cast(present.paid_amount as varchar), '-') || ',' ||
            coalesce(cast(length(present.mode) as varchar) || ':' || present.mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-')
        ) as row_hash
    from mart.fact_payment as present
) as hashed
group by source_id, bucket;
