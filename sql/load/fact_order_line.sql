-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_fact_order_line (
    source_id varchar(32),
    contract_item_id bigint,
    contract_id bigint,
    contract_number varchar(64),
    line_no integer,
    buy_mode varchar(32),
    status varchar(32),
    cancelled_by varchar(32),
    payment_mode varchar(32),
    bid_id bigint,
    comparison_id bigint,
    org_id bigint,
    buyer_user_id bigint,
    seller_id bigint,
    category_id bigint,
    product_id bigint,
    consignee_id bigint,
    seller_state_code varchar(2),
    buy_mode_key bigint,
    payment_mode_key bigint,
    order_status_key bigint,
    order_flags_key bigint,
    contract_date_key integer,
    contract_at timestamp,
    accepted_at timestamp,
    rejected_at timestamp,
    cancelled_at timestamp,
    delivery_due_on date,
    extended_due_on date,
    due_without_ld_on date,
    last_delivered_at timestamp,
    last_delivered_date_key integer,
    ordered_qty numeric(18,3),
    current_qty numeric(18,3),
    delivered_qty numeric(18,3),
    accepted_qty numeric(18,3),
    unit_price numeric(18,2),
    line_value numeric(18,2),
    current_value numeric(18,2),
    taxable_value numeric(18,2),
    cgst numeric(18,2),
    sgst numeric(18,2),
    igst numeric(18,2),
    gst_rate numeric(7,3),
    mrp_value numeric(18,2),
    reference_value numeric(18,2),
    mii_class varchar(32),
    is_rate_contract boolean,
    is_above_mrp boolean,
    is_due_before_contract boolean,
    batch_seq bigint,
    attempt integer
)
diststyle key
distkey (contract_id);

-- step: create_incoming
create temp table incoming_fact_order_line (
    source_id varchar(32),
    contract_item_id bigint,
    contract_id bigint,
    contract_number varchar(64),
    line_no integer,
    buy_mode varchar(32),
    status varchar(32),
    cancelled_by varchar(32),
    payment_mode varchar(32),
    bid_id bigint,
    comparison_id bigint,
    org_id bigint,
    buyer_user_id bigint,
    seller_id bigint,
    category_id bigint,
    product_id bigint,
    consignee_id bigint,
    seller_state_code varchar(2),
    buy_mode_key bigint,
    payment_mode_key bigint,
    order_status_key bigint,
    order_flags_key bigint,
    contract_date_key integer,
    contract_at timestamp,
    accepted_at timestamp,
    rejected_at timestamp,
    cancelled_at timestamp,
    delivery_due_on date,
    extended_due_on date,
    due_without_ld_on date,
    last_delivered_at timestamp,
    last_delivered_date_key integer,
    ordered_qty numeric(18,3),
    current_qty numeric(18,3),
    delivered_qty numeric(18,3),
    accepted_qty numeric(18,3),
    unit_price numeric(18,2),
    line_value numeric(18,2),
    current_value numeric(18,2),
    taxable_value numeric(18,2),
    cgst numeric(18,2),
    sgst numeric(18,2),
    igst numeric(18,2),
    gst_rate numeric(7,3),
    mrp_value numeric(18,2),
    reference_value numeric(18,2),
    mii_class varchar(32),
    is_rate_contract boolean,
    is_above_mrp boolean,
    is_due_before_contract boolean
)
diststyle key
distkey (contract_id);

-- step: count_incoming
select
    count(*),
    sum(ordered_qty),
    sum(current_qty),
    sum(delivered_qty),
    sum(accepted_qty),
    sum(unit_price),
    sum(line_value),
    sum(current_value),
    sum(taxable_value),
    sum(cgst),
    sum(sgst),
    sum(igst),
    sum(mrp_value),
    sum(reference_value)
from incoming_fact_order_line;

-- step: keep_incoming
insert into stage_fact_order_line (
    source_id,
    contract_item_id,
    contract_id,
    contract_number,
    line_no,
    buy_mode,
    status,
    cancelled_by,
    payment_mode,
    bid_id,
    comparison_id,
    org_id,
    buyer_user_id,
    seller_id,
    category_id,
    product_id,
    consignee_id,
    seller_state_code,
    buy_mode_key,
    payment_mode_key,
    order_status_key,
    order_flags_key,
    contract_date_key,
    contract_at,
    accepted_at,
    rejected_at,
    cancelled_at,
    delivery_due_on,
    extended_due_on,
    due_without_ld_on,
    last_delivered_at,
    last_delivered_date_key,
    ordered_qty,
    current_qty,
    delivered_qty,
    accepted_qty,
    unit_price,
    line_value,
    current_value,
    taxable_value,
    cgst,
    sgst,
    igst,
    gst_rate,
    mrp_value,
    reference_value,
    mii_class,
    is_rate_contract,
    is_above_mrp,
    is_due_before_contract,
    batch_seq,
    attempt
)
select
    source_id,
    contract_item_id,
    contract_id,
    contract_number,
    line_no,
    buy_mode,
    status,
    cancelled_by,
    payment_mode,
    bid_id,
    comparison_id,
    org_id,
    buyer_user_id,
    seller_id,
    category_id,
    product_id,
    consignee_id,
    seller_state_code,
    buy_mode_key,
    payment_mode_key,
    order_status_key,
    order_flags_key,
    contract_date_key,
    contract_at,
    accepted_at,
    rejected_at,
    cancelled_at,
    delivery_due_on,
    extended_due_on,
    due_without_ld_on,
    last_delivered_at,
    last_delivered_date_key,
    ordered_qty,
    current_qty,
    delivered_qty,
    accepted_qty,
    unit_price,
    line_value,
    current_value,
    taxable_value,
    cgst,
    sgst,
    igst,
    gst_rate,
    mrp_value,
    reference_value,
    mii_class,
    is_rate_contract,
    is_above_mrp,
    is_due_before_contract,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_fact_order_line;

drop table incoming_fact_order_line;

analyze stage_fact_order_line;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(contract_id as varchar), 'null') || ' ' || 'contract_item_id=' || coalesce(cast(contract_item_id as varchar), 'null') as example
    from stage_fact_order_line
    group by source_id, contract_id, contract_item_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_fact_order_line.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(stage_fact_order_line.contract_id as varchar), 'null') || ' ' || 'contract_item_id=' || coalesce(cast(stage_fact_order_line.contract_item_id as varchar), 'null')) as example
from stage_fact_order_line
left join stage_root
    on stage_root.source_id = stage_fact_order_line.source_id
    and stage_root.batch_seq = stage_fact_order_line.batch_seq
    and stage_root.attempt = stage_fact_order_line.attempt
    and stage_root.aggregate = 'contract'
    and stage_root.root_id = stage_fact_order_line.contract_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_fact_order_line
diststyle key
distkey (contract_id)
as
select
    present.source_id,
    present.contract_id,
    present.contract_item_id,
    present.dw_inserted_at
from mart.fact_order_line as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id;

-- step: count_removed
create temp table changed_fact_order_line as
select
    source_id,
    bucket,
    -count(*) as row_count,
    -coalesce(sum(ordered_qty), 0) as ordered_qty,
    -coalesce(sum(unit_price), 0) as unit_price,
    -coalesce(sum(line_value), 0) as line_value,
    -coalesce(sum(taxable_value), 0) as taxable_value,
    -coalesce(sum(cgst), 0) as cgst,
    -coalesce(sum(sgst), 0) as sgst,
    -coalesce(sum(igst), 0) as igst,
    -sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    -sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.ordered_qty,
        present.unit_price,
        present.line_value,
        present.taxable_value,
        present.cgst,
        present.sgst,
        present.igst,
        md5(
            coalesce(cast(present.contract_item_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.contract_number) as varchar) || ':' || present.contract_number, '-') || ',' ||
            coalesce(cast(present.line_no as varchar), '-') || ',' ||
            coalesce(cast(length(present.buy_mode) as varchar) || ':' || present.buy_mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(length(present.cancelled_by) as varchar) || ':' || present.cancelled_by, '-') || ',' ||
            coalesce(cast(length(present.payment_mode) as varchar) || ':' || present.payment_mode, '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.comparison_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(cast(present.product_id as varchar), '-') || ',' ||
            coalesce(cast(present.consignee_id as varchar), '-') || ',' ||
            coalesce(to_char(present.contract_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.accepted_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.rejected_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.cancelled_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.delivery_due_on, 'YYYY-MM-DD'), '-') || ',' ||
            coalesce(cast(present.ordered_qty as varchar), '-') || ',' ||
            coalesce(cast(present.unit_price as varchar), '-') || ',' ||
            coalesce(cast(present.line_value as varchar), '-') || ',' ||
            coalesce(cast(present.taxable_value as varchar), '-') || ',' ||
            coalesce(cast(present.cgst as varchar), '-') || ',' ||
            coalesce(cast(present.sgst as varchar), '-') || ',' ||
            coalesce(cast(present.igst as varchar), '-') || ',' ||
            coalesce(cast(present.gst_rate as varchar), '-') || ',' ||
            coalesce(cast(length(present.mii_class) as varchar) || ':' || present.mii_class, '-')
        ) as row_hash
    from mart.fact_order_line as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: remove
delete from mart.fact_order_line
using touched_root
where touched_root.aggregate = 'contract'
    and touched_root.source_id = fact_order_line.source_id
    and touched_root.root_id = fact_order_line.contract_id;

-- step: rekey_buyer_org_key
update mart.fact_order_line
set
    buyer_org_key = version.buyer_org_key,
    dw_updated_at = getdate()
from stale_dim_buyer_org as stale
join mart.dim_buyer_org as version
    on version.source_id = stale.source_id
    and version.org_id = stale.org_id
where stale.is_moved
    and fact_order_line.buyer_org_key = stale.old_key
    and fact_order_line.source_id = stale.source_id
    and fact_order_line.org_id = stale.org_id
    and fact_order_line.contract_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_order_line.contract_at
    and version.valid_to > fact_order_line.contract_at
    and fact_order_line.buyer_org_key <> version.buyer_org_key;

-- step: rekey_seller_key
update mart.fact_order_line
set
    seller_key = version.seller_key,
    dw_updated_at = getdate()
from stale_dim_seller as stale
join mart.dim_seller as version
    on version.source_id = stale.source_id
    and version.seller_id = stale.seller_id
where stale.is_moved
    and fact_order_line.seller_key = stale.old_key
    and fact_order_line.source_id = stale.source_id
    and fact_order_line.seller_id = stale.seller_id
    and fact_order_line.contract_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_order_line.contract_at
    and version.valid_to > fact_order_line.contract_at
    and fact_order_line.seller_key <> version.seller_key;

-- step: rekey_category_key
update mart.fact_order_line
set
    category_key = version.category_key,
    dw_updated_at = getdate()
from stale_dim_category as stale
join mart.dim_category as version
    on version.source_id = stale.source_id
    and version.category_id = stale.category_id
where stale.is_moved
    and fact_order_line.category_key = stale.old_key
    and fact_order_line.source_id = stale.source_id
    and fact_order_line.category_id = stale.category_id
    and fact_order_line.contract_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_order_line.contract_at
    and version.valid_to > fact_order_line.contract_at
    and fact_order_line.category_key <> version.category_key;

-- step: rekey_seller_state_key
update mart.fact_order_line
set
    seller_state_key = version.state_key,
    dw_updated_at = getdate()
from stale_dim_state as stale
join mart.dim_state as version
    on version.source_id = stale.source_id
    and version.state_code = stale.state_code
where stale.is_moved
    and fact_order_line.seller_state_key = stale.old_key
    and fact_order_line.source_id = stale.source_id
    and fact_order_line.seller_state_code = stale.state_code
    and fact_order_line.seller_state_key <> version.state_key;

-- step: rekey_product_key
update mart.fact_order_line
set
    product_key = version.product_key,
    dw_updated_at = getdate()
from stale_dim_product as stale
join mart.dim_product as version
    on version.source_id = stale.source_id
    and version.product_id = stale.product_id
where stale.is_moved
    and fact_order_line.product_key = stale.old_key
    and fact_order_line.source_id = stale.source_id
    and fact_order_line.product_id = stale.product_id
    and fact_order_line.contract_date_key >= stale.changed_from_date_key
    and version.valid_from <= fact_order_line.contract_at
    and version.valid_to > fact_order_line.contract_at
    and fact_order_line.product_key <> version.product_key;

-- step: rekey_buyer_user_key
update mart.fact_order_line
set
    buyer_user_key = version.buyer_user_key,
    dw_updated_at = getdate()
from stale_dim_buyer_user as stale
join mart.dim_buyer_user as version
    on version.source_id = stale.source_id
    and version.user_id = stale.user_id
where stale.is_moved
    and fact_order_line.buyer_user_key = stale.old_key
    and fact_order_line.source_id = stale.source_id
    and fact_order_line.buyer_user_id = stale.user_id
    and fact_order_line.buyer_user_key <> version.buyer_user_key;

-- step: rekey_consignee_key
update mart.fact_order_line
set
    consignee_key = version.consignee_key,
    dw_updated_at = getdate()
from stale_dim_consignee as stale
join mart.dim_consignee as version
    on version.source_id = stale.source_id
    and version.consignee_id = stale.consignee_id
where stale.is_moved
    and fact_order_line.consignee_key = stale.old_key
    and fact_order_line.source_id = stale.source_id
    and fact_order_line.consignee_id = stale.consignee_id
    and fact_order_line.consignee_key <> version.consignee_key;

-- step: insert
insert into mart.fact_order_line (
    source_id,
    contract_item_id,
    contract_id,
    contract_number,
    line_no,
    buy_mode,
    status,
    cancelled_by,
    payment_mode,
    bid_id,
    comparison_id,
    org_id,
    buyer_user_id,
    seller_id,
    category_id,
    product_id,
    consignee_id,
    seller_state_code,
    buyer_org_key,
    seller_key,
    category_key,
    seller_state_key,
    product_key,
    buyer_user_key,
    consignee_key,
    buy_mode_key,
    payment_mode_key,
    order_status_key,
    order_flags_key,
    contract_date_key,
    contract_at,
    accepted_at,
    rejected_at,
    cancelled_at,
    delivery_due_on,
    extended_due_on,
    due_without_ld_on,
    last_delivered_at,
    last_delivered_date_key,
    ordered_qty,
    current_qty,
    delivered_qty,
    accepted_qty,
    unit_price,
    line_value,
    current_value,
    taxable_value,
    cgst,
    sgst,
    igst,
    gst_rate,
    mrp_value,
    reference_value,
    mii_class,
    is_rate_contract,
    is_above_mrp,
    is_due_before_contract,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.contract_item_id,
    staged.contract_id,
    staged.contract_number,
    staged.line_no,
    staged.buy_mode,
    staged.status,
    staged.cancelled_by,
    staged.payment_mode,
    staged.bid_id,
    staged.comparison_id,
    staged.org_id,
    staged.buyer_user_id,
    staged.seller_id,
    staged.category_id,
    staged.product_id,
    staged.consignee_id,
    staged.seller_state_code,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    case when staged.category_id is null then -2 else coalesce(category.category_key, -1) end as category_key,
    case when staged.seller_state_code is null then -2 else coalesce(seller_state.state_key, -1) end as seller_state_key,
    case when staged.product_id is null then -2 else coalesce(product.product_key, -1) end as product_key,
    case when staged.buyer_user_id is null then -2 else coalesce(buyer_user.buyer_user_key, -1) end as buyer_user_key,
    case when staged.consignee_id is null then -2 else coalesce(consignee.consignee_key, -1) end as consignee_key,
    staged.buy_mode_key,
    staged.payment_mode_key,
    staged.order_status_key,
    staged.order_flags_key,
    staged.contract_date_key,
    staged.contract_at,
    staged.accepted_at,
    staged.rejected_at,
    staged.cancelled_at,
    staged.delivery_due_on,
    staged.extended_due_on,
    staged.due_without_ld_on,
    staged.last_delivered_at,
    staged.last_delivered_date_key,
    staged.ordered_qty,
    staged.current_qty,
    staged.delivered_qty,
    staged.accepted_qty,
    staged.unit_price,
    staged.line_value,
    staged.current_value,
    staged.taxable_value,
    staged.cgst,
    staged.sgst,
    staged.igst,
    staged.gst_rate,
    staged.mrp_value,
    staged.reference_value,
    staged.mii_class,
    staged.is_rate_contract,
    staged.is_above_mrp,
    staged.is_due_before_contract,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_fact_order_line as staged
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
left join mart.dim_category as category
    on category.source_id = staged.source_id
    and category.category_id = staged.category_id
    and category.valid_from <= staged.contract_at
    and category.valid_to > staged.contract_at
left join mart.dim_state as seller_state
    on seller_state.source_id = staged.source_id
    and seller_state.state_code = staged.seller_state_code
left join mart.dim_product as product
    on product.source_id = staged.source_id
    and product.product_id = staged.product_id
    and product.valid_from <= staged.contract_at
    and product.valid_to > staged.contract_at
left join mart.dim_buyer_user as buyer_user
    on buyer_user.source_id = staged.source_id
    and buyer_user.user_id = staged.buyer_user_id
left join mart.dim_consignee as consignee
    on consignee.source_id = staged.source_id
    and consignee.consignee_id = staged.consignee_id
left join replaced_fact_order_line as replaced
    on replaced.source_id = staged.source_id
    and replaced.contract_id = staged.contract_id
    and replaced.contract_item_id = staged.contract_item_id;

-- step: count_inserted
insert into changed_fact_order_line (
    source_id,
    bucket,
    row_count,
    ordered_qty,
    unit_price,
    line_value,
    taxable_value,
    cgst,
    sgst,
    igst,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(ordered_qty), 0) as ordered_qty,
    coalesce(sum(unit_price), 0) as unit_price,
    coalesce(sum(line_value), 0) as line_value,
    coalesce(sum(taxable_value), 0) as taxable_value,
    coalesce(sum(cgst), 0) as cgst,
    coalesce(sum(sgst), 0) as sgst,
    coalesce(sum(igst), 0) as igst,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.ordered_qty,
        present.unit_price,
        present.line_value,
        present.taxable_value,
        present.cgst,
        present.sgst,
        present.igst,
        md5(
            coalesce(cast(present.contract_item_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.contract_number) as varchar) || ':' || present.contract_number, '-') || ',' ||
            coalesce(cast(present.line_no as varchar), '-') || ',' ||
            coalesce(cast(length(present.buy_mode) as varchar) || ':' || present.buy_mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(length(present.cancelled_by) as varchar) || ':' || present.cancelled_by, '-') || ',' ||
            coalesce(cast(length(present.payment_mode) as varchar) || ':' || present.payment_mode, '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.comparison_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(cast(present.product_id as varchar), '-') || ',' ||
            coalesce(cast(present.consignee_id as varchar), '-') || ',' ||
            coalesce(to_char(present.contract_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.accepted_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.rejected_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.cancelled_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.delivery_due_on, 'YYYY-MM-DD'), '-') || ',' ||
            coalesce(cast(present.ordered_qty as varchar), '-') || ',' ||
            coalesce(cast(present.unit_price as varchar), '-') || ',' ||
            coalesce(cast(present.line_value as varchar), '-') || ',' ||
            coalesce(cast(present.taxable_value as varchar), '-') || ',' ||
            coalesce(cast(present.cgst as varchar), '-') || ',' ||
            coalesce(cast(present.sgst as varchar), '-') || ',' ||
            coalesce(cast(present.igst as varchar), '-') || ',' ||
            coalesce(cast(present.gst_rate as varchar), '-') || ',' ||
            coalesce(cast(length(present.mii_class) as varchar) || ':' || present.mii_class, '-')
        ) as row_hash
    from mart.fact_order_line as present
    join touched_root
        on touched_root.aggregate = 'contract'
        and touched_root.source_id = present.source_id
        and touched_root.root_id = present.contract_id
) as hashed
group by source_id, bucket;

-- step: keep_digests
create temp table digest_fact_order_line as
select
    held.source_id,
    held.bucket,
    sum(held.row_count) as row_count,
    sum(held.ordered_qty) as ordered_qty,
    sum(held.unit_price) as unit_price,
    sum(held.line_value) as line_value,
    sum(held.taxable_value) as taxable_value,
    sum(held.cgst) as cgst,
    sum(held.sgst) as sgst,
    sum(held.igst) as igst,
    sum(held.hash_1) as hash_1,
    sum(held.hash_2) as hash_2
from (
    select
        kept.source_id,
        kept.bucket,
        kept.row_count,
        kept.ordered_qty,
        kept.unit_price,
        kept.line_value,
        kept.taxable_value,
        kept.cgst,
        kept.sgst,
        kept.igst,
        kept.hash_1,
        kept.hash_2
    from ops.fact_order_line_digest as kept
    join (
        select distinct
            source_id,
            bucket
        from changed_fact_order_line
    ) as changed
        on changed.source_id = kept.source_id
        and changed.bucket = kept.bucket
    union all
    select
        source_id,
        bucket,
        row_count,
        ordered_qty,
        unit_price,
        line_value,
        taxable_value,
        cgst,
        sgst,
        igst,
        hash_1,
        hash_2
    from changed_fact_order_line
) as held
group by held.source_id, held.bucket;

delete from ops.fact_order_line_digest
using digest_fact_order_line
where digest_fact_order_line.source_id = fact_order_line_digest.source_id
    and digest_fact_order_line.bucket = fact_order_line_digest.bucket;

insert into ops.fact_order_line_digest (
    source_id,
    bucket,
    row_count,
    ordered_qty,
    unit_price,
    line_value,
    taxable_value,
    cgst,
    sgst,
    igst,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    row_count,
    ordered_qty,
    unit_price,
    line_value,
    taxable_value,
    cgst,
    sgst,
    igst,
    hash_1,
    hash_2
from digest_fact_order_line
where row_count <> 0
    or ordered_qty <> 0
    or unit_price <> 0
    or line_value <> 0
    or taxable_value <> 0
    or cgst <> 0
    or sgst <> 0
    or igst <> 0
    or hash_1 <> 0
    or hash_2 <> 0;

-- step: analyze
analyze mart.fact_order_line;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'contract_item_id=' || coalesce(cast(present.contract_item_id as varchar), 'null') as example
    from mart.fact_order_line as present
join touched_root
    on touched_root.aggregate = 'contract'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.contract_id
    group by present.source_id, present.contract_id, present.contract_item_id
    having count(*) > 1
) as twice
having count(*) > 0;

select
    case
        when buyer_org.buyer_org_key is null then 'buyer_org_key is not in dim_buyer_org'
        when seller.seller_key is null then 'seller_key is not in dim_seller'
        when category.category_key is null then 'category_key is not in dim_category'
        when seller_state.state_key is null then 'seller_state_key is not in dim_state'
        when product.product_key is null then 'product_key is not in dim_product'
        when buyer_user.buyer_user_key is null then 'buyer_user_key is not in dim_buyer_user'
        when consignee.consignee_key is null then 'consignee_key is not in dim_consignee'
        when buy_mode.buy_mode_key is null then 'buy_mode_key is not in dim_buy_mode'
        when payment_mode.payment_mode_key is null then 'payment_mode_key is not in dim_payment_mode'
        when order_status.order_status_key is null then 'order_status_key is not in dim_order_status'
        when order_flags.order_flags_key is null then 'order_flags_key is not in dim_order_flags'
        when contract_date.date_key is null then 'contract_date_key is not in dim_date'
        when last_delivered_date.date_key is null then 'last_delivered_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'contract_item_id=' || coalesce(cast(present.contract_item_id as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') || ' ' || 'seller_state_key=' || coalesce(cast(present.seller_state_key as varchar), 'null') || ' ' || 'product_key=' || coalesce(cast(present.product_key as varchar), 'null') || ' ' || 'buyer_user_key=' || coalesce(cast(present.buyer_user_key as varchar), 'null') || ' ' || 'consignee_key=' || coalesce(cast(present.consignee_key as varchar), 'null') || ' ' || 'buy_mode_key=' || coalesce(cast(present.buy_mode_key as varchar), 'null') || ' ' || 'payment_mode_key=' || coalesce(cast(present.payment_mode_key as varchar), 'null') || ' ' || 'order_status_key=' || coalesce(cast(present.order_status_key as varchar), 'null') || ' ' || 'order_flags_key=' || coalesce(cast(present.order_flags_key as varchar), 'null') || ' ' || 'contract_date_key=' || coalesce(cast(present.contract_date_key as varchar), 'null') || ' ' || 'last_delivered_date_key=' || coalesce(cast(present.last_delivered_date_key as varchar), 'null')) as example
from mart.fact_order_line as present
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
left join mart.dim_state as seller_state
    on seller_state.state_key = present.seller_state_key
left join mart.dim_product as product
    on product.product_key = present.product_key
left join mart.dim_buyer_user as buyer_user
    on buyer_user.buyer_user_key = present.buyer_user_key
left join mart.dim_consignee as consignee
    on consignee.consignee_key = present.consignee_key
left join mart.dim_buy_mode as buy_mode
    on buy_mode.buy_mode_key = present.buy_mode_key
left join mart.dim_payment_mode as payment_mode
    on payment_mode.payment_mode_key = present.payment_mode_key
left join mart.dim_order_status as order_status
    on order_status.order_status_key = present.order_status_key
left join mart.dim_order_flags as order_flags
    on order_flags.order_flags_key = present.order_flags_key
left join mart.dim_date as contract_date
    on contract_date.date_key = present.contract_date_key
left join mart.dim_date as last_delivered_date
    on last_delivered_date.date_key = present.last_delivered_date_key
where buyer_org.buyer_org_key is null
    or seller.seller_key is null
    or category.category_key is null
    or seller_state.state_key is null
    or product.product_key is null
    or buyer_user.buyer_user_key is null
    or consignee.consignee_key is null
    or buy_mode.buy_mode_key is null
    or payment_mode.payment_mode_key is null
    or order_status.order_status_key is null
    or order_flags.order_flags_key is null
    or contract_date.date_key is null
    or last_delivered_date.date_key is null
group by 1;

-- step: count_digests_anew
delete from ops.fact_order_line_digest;

insert into ops.fact_order_line_digest (
    source_id,
    bucket,
    row_count,
    ordered_qty,
    unit_price,
    line_value,
    taxable_value,
    cgst,
    sgst,
    igst,
    hash_1,
    hash_2
)
select
    source_id,
    bucket,
    count(*) as row_count,
    coalesce(sum(ordered_qty), 0) as ordered_qty,
    coalesce(sum(unit_price), 0) as unit_price,
    coalesce(sum(line_value), 0) as line_value,
    coalesce(sum(taxable_value), 0) as taxable_value,
    coalesce(sum(cgst), 0) as cgst,
    coalesce(sum(sgst), 0) as sgst,
    coalesce(sum(igst), 0) as igst,
    sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
    sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
from (
    select
        present.source_id,
        present.contract_id / 1000 as bucket,
        present.ordered_qty,
        present.unit_price,
        present.line_value,
        present.taxable_value,
        present.cgst,
        present.sgst,
        present.igst,
        md5(
            coalesce(cast(present.contract_item_id as varchar), '-') || ',' ||
            coalesce(cast(present.contract_id as varchar), '-') || ',' ||
            coalesce(cast(length(present.contract_number) as varchar) || ':' || present.contract_number, '-') || ',' ||
            coalesce(cast(present.line_no as varchar), '-') || ',' ||
            coalesce(cast(length(present.buy_mode) as varchar) || ':' || present.buy_mode, '-') || ',' ||
            coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
            coalesce(cast(length(present.cancelled_by) as varchar) || ':' || present.cancelled_by, '-') || ',' ||
            coalesce(cast(length(present.payment_mode) as varchar) || ':' || present.payment_mode, '-') || ',' ||
            coalesce(cast(present.bid_id as varchar), '-') || ',' ||
            coalesce(cast(present.comparison_id as varchar), '-') || ',' ||
            coalesce(cast(present.org_id as varchar), '-') || ',' ||
            coalesce(cast(present.buyer_user_id as varchar), '-') || ',' ||
            coalesce(cast(present.seller_id as varchar), '-') || ',' ||
            coalesce(cast(present.category_id as varchar), '-') || ',' ||
            coalesce(cast(present.product_id as varchar), '-') || ',' ||
            coalesce(cast(present.consignee_id as varchar), '-') || ',' ||
            coalesce(to_char(present.contract_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.accepted_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.rejected_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.cancelled_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
            coalesce(to_char(present.delivery_due_on, 'YYYY-MM-DD'), '-') || ',' ||
            coalesce(cast(present.ordered_qty as varchar), '-') || ',' ||
            coalesce(cast(present.unit_price as varchar), '-') || ',' ||
            coalesce(cast(present.line_value as varchar), '-') || ',' ||
            coalesce(cast(present.taxable_value as varchar), '-') || ',' ||
            coalesce(cast(present.cgst as varchar), '-') || ',' ||
            coalesce(cast(present.sgst as varchar), '-') || ',' ||
            coalesce(cast(present.igst as varchar), '-') || ',' ||
            coalesce(cast(present.gst_rate as varchar), '-') || ',' ||
            coalesce(cast(length(present.mii_class) as varchar) || ':' || present.mii_class, '-')
        ) as row_hash
    from mart.fact_order_line as present
) as hashed
group by source_id, bucket;
