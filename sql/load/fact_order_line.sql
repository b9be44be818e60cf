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
    org_id bigint,
    seller_id bigint,
    category_id bigint,
    seller_state_code varchar(2),
    contract_date_key integer,
    contract_at timestamp,
    accepted_at timestamp,
    rejected_at timestamp,
    cancelled_at timestamp,
    delivery_due_on date,
    ordered_qty numeric(18,3),
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
    org_id bigint,
    seller_id bigint,
    category_id bigint,
    seller_state_code varchar(2),
    contract_date_key integer,
    contract_at timestamp,
    accepted_at timestamp,
    rejected_at timestamp,
    cancelled_at timestamp,
    delivery_due_on date,
    ordered_qty numeric(18,3),
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
    is_rate_contract boolean
)
diststyle key
distkey (contract_id);

-- step: count_incoming
select
    count(*),
    sum(ordered_qty),
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
    org_id,
    seller_id,
    category_id,
    seller_state_code,
    contract_date_key,
    contract_at,
    accepted_at,
    rejected_at,
    cancelled_at,
    delivery_due_on,
    ordered_qty,
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
    org_id,
    seller_id,
    category_id,
    seller_state_code,
    contract_date_key,
    contract_at,
    accepted_at,
    rejected_at,
    cancelled_at,
    delivery_due_on,
    ordered_qty,
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

-- step: remove
create temp table replaced_fact_order_line
distkey (contract_id) as
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
    org_id,
    seller_id,
    category_id,
    seller_state_code,
    buyer_org_key,
    seller_key,
    category_key,
    seller_state_key,
    contract_date_key,
    contract_at,
    accepted_at,
    rejected_at,
    cancelled_at,
    delivery_due_on,
    ordered_qty,
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
    staged.org_id,
    staged.seller_id,
    staged.category_id,
    staged.seller_state_code,
    case when staged.org_id is null then -2 else coalesce(buyer_org.buyer_org_key, -1) end as buyer_org_key,
    case when staged.seller_id is null then -2 else coalesce(seller.seller_key, -1) end as seller_key,
    case when staged.category_id is null then -2 else coalesce(category.category_key, -1) end as category_key,
    case when staged.seller_state_code is null then -2 else coalesce(seller_state.state_key, -1) end as seller_state_key,
    staged.contract_date_key,
    staged.contract_at,
    staged.accepted_at,
    staged.rejected_at,
    staged.cancelled_at,
    staged.delivery_due_on,
    staged.ordered_qty,
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
left join replaced_fact_order_line as replaced
    on replaced.source_id = staged.source_id
    and replaced.contract_id = staged.contract_id
    and replaced.contract_item_id = staged.contract_item_id;

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
        when contract_date.date_key is null then 'contract_date_key is not in dim_date'
    end as problem,
    min('source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'contract_id=' || coalesce(cast(present.contract_id as varchar), 'null') || ' ' || 'contract_item_id=' || coalesce(cast(present.contract_item_id as varchar), 'null') || ' ' || 'buyer_org_key=' || coalesce(cast(present.buyer_org_key as varchar), 'null') || ' ' || 'seller_key=' || coalesce(cast(present.seller_key as varchar), 'null') || ' ' || 'category_key=' || coalesce(cast(present.category_key as varchar), 'null') || ' ' || 'seller_state_key=' || coalesce(cast(present.seller_state_key as varchar), 'null') || ' ' || 'contract_date_key=' || coalesce(cast(present.contract_date_key as varchar), 'null')) as example
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
left join mart.dim_date as contract_date
    on contract_date.date_key = present.contract_date_key
where buyer_org.buyer_org_key is null
    or seller.seller_key is null
    or category.category_key is null
    or seller_state.state_key is null
    or contract_date.date_key is null
group by 1;
