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
