-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: grain_is_unique
-- No row stands twice: one contract item (line and consignee).
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(contract_item_id as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.fact_order_line
group by source_id, contract_id, contract_item_id
having count(*) > 1;

-- check: buyer_org_key_has_its_member
-- Every buyer_org_key stands in dim_buyer_org.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' buyer_org_key=' || coalesce(cast(fact.buyer_org_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_buyer_org as member
    on member.buyer_org_key = fact.buyer_org_key
where member.buyer_org_key is null;

-- check: buyer_org_key_is_of_its_event
-- Every buyer_org_key is the version that was valid at contract_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' org_id=' || coalesce(cast(fact.org_id as varchar), 'null')
    || ' contract_at=' || coalesce(cast(fact.contract_at as varchar), 'null')
    || ' buyer_org_key=' || coalesce(cast(fact.buyer_org_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_buyer_org as member
    on member.source_id = fact.source_id
    and member.org_id = fact.org_id
    and member.valid_from <= fact.contract_at
    and member.valid_to > fact.contract_at
where fact.buyer_org_key <> member.buyer_org_key
    or (member.buyer_org_key is null and fact.buyer_org_key >= 0);

-- check: seller_key_has_its_member
-- Every seller_key stands in dim_seller.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_seller as member
    on member.seller_key = fact.seller_key
where member.seller_key is null;

-- check: seller_key_is_of_its_event
-- Every seller_key is the version that was valid at contract_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(fact.seller_id as varchar), 'null')
    || ' contract_at=' || coalesce(cast(fact.contract_at as varchar), 'null')
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_seller as member
    on member.source_id = fact.source_id
    and member.seller_id = fact.seller_id
    and member.valid_from <= fact.contract_at
    and member.valid_to > fact.contract_at
where fact.seller_key <> member.seller_key
    or (member.seller_key is null and fact.seller_key >= 0);

-- check: category_key_has_its_member
-- Every category_key stands in dim_category.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' category_key=' || coalesce(cast(fact.category_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_category as member
    on member.category_key = fact.category_key
where member.category_key is null;

-- check: category_key_is_of_its_event
-- Every category_key is the version that was valid at contract_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' category_id=' || coalesce(cast(fact.category_id as varchar), 'null')
    || ' contract_at=' || coalesce(cast(fact.contract_at as varchar), 'null')
    || ' category_key=' || coalesce(cast(fact.category_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_category as member
    on member.source_id = fact.source_id
    and member.category_id = fact.category_id
    and member.valid_from <= fact.contract_at
    and member.valid_to > fact.contract_at
where fact.category_key <> member.category_key
    or (member.category_key is null and fact.category_key >= 0);

-- check: seller_state_key_has_its_member
-- Every seller_state_key stands in dim_state.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' seller_state_key=' || coalesce(cast(fact.seller_state_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_state as member
    on member.state_key = fact.seller_state_key
where member.state_key is null;

-- check: seller_state_key_is_of_its_event
-- Every seller_state_key is that of its seller_state_code; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' seller_state_code=' || coalesce(cast(fact.seller_state_code as varchar), 'null')
    || ' seller_state_key=' || coalesce(cast(fact.seller_state_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_state as member
    on member.source_id = fact.source_id
    and member.state_code = fact.seller_state_code
where fact.seller_state_key <> member.state_key
    or (member.state_key is null and fact.seller_state_key >= 0);

-- check: product_key_has_its_member
-- Every product_key stands in dim_product.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' product_key=' || coalesce(cast(fact.product_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_product as member
    on member.product_key = fact.product_key
where member.product_key is null;

-- check: product_key_is_of_its_event
-- Every product_key is the version that was valid at contract_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' product_id=' || coalesce(cast(fact.product_id as varchar), 'null')
    || ' contract_at=' || coalesce(cast(fact.contract_at as varchar), 'null')
    || ' product_key=' || coalesce(cast(fact.product_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_product as member
    on member.source_id = fact.source_id
    and member.product_id = fact.product_id
    and member.valid_from <= fact.contract_at
    and member.valid_to > fact.contract_at
where fact.product_key <> member.product_key
    or (member.product_key is null and fact.product_key >= 0);

-- check: buyer_user_key_has_its_member
-- Every buyer_user_key stands in dim_buyer_user.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' buyer_user_key=' || coalesce(cast(fact.buyer_user_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_buyer_user as member
    on member.buyer_user_key = fact.buyer_user_key
where member.buyer_user_key is null;

-- check: buyer_user_key_is_of_its_event
-- Every buyer_user_key is that of its buyer_user_id; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' buyer_user_id=' || coalesce(cast(fact.buyer_user_id as varchar), 'null')
    || ' buyer_user_key=' || coalesce(cast(fact.buyer_user_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_buyer_user as member
    on member.source_id = fact.source_id
    and member.user_id = fact.buyer_user_id
where fact.buyer_user_key <> member.buyer_user_key
    or (member.buyer_user_key is null and fact.buyer_user_key >= 0);

-- check: consignee_key_has_its_member
-- Every consignee_key stands in dim_consignee.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' consignee_key=' || coalesce(cast(fact.consignee_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_consignee as member
    on member.consignee_key = fact.consignee_key
where member.consignee_key is null;

-- check: consignee_key_is_of_its_event
-- Every consignee_key is that of its consignee_id; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' consignee_id=' || coalesce(cast(fact.consignee_id as varchar), 'null')
    || ' consignee_key=' || coalesce(cast(fact.consignee_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_consignee as member
    on member.source_id = fact.source_id
    and member.consignee_id = fact.consignee_id
where fact.consignee_key <> member.consignee_key
    or (member.consignee_key is null and fact.consignee_key >= 0);

-- check: buy_mode_key_has_its_member
-- Every buy_mode_key stands in dim_buy_mode.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' buy_mode_key=' || coalesce(cast(fact.buy_mode_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_buy_mode as member
    on member.buy_mode_key = fact.buy_mode_key
where member.buy_mode_key is null;

-- check: payment_mode_key_has_its_member
-- Every payment_mode_key stands in dim_payment_mode.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' payment_mode_key=' || coalesce(cast(fact.payment_mode_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_payment_mode as member
    on member.payment_mode_key = fact.payment_mode_key
where member.payment_mode_key is null;

-- check: order_status_key_has_its_member
-- Every order_status_key stands in dim_order_status.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' order_status_key=' || coalesce(cast(fact.order_status_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_order_status as member
    on member.order_status_key = fact.order_status_key
where member.order_status_key is null;

-- check: order_flags_key_has_its_member
-- Every order_flags_key stands in dim_order_flags.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' order_flags_key=' || coalesce(cast(fact.order_flags_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_order_flags as member
    on member.order_flags_key = fact.order_flags_key
where member.order_flags_key is null;

-- check: contract_date_key_has_its_member
-- Every contract_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' contract_date_key=' || coalesce(cast(fact.contract_date_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_date as member
    on member.date_key = fact.contract_date_key
where member.date_key is null;

-- check: last_delivered_date_key_has_its_member
-- Every last_delivered_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' last_delivered_date_key=' || coalesce(cast(fact.last_delivered_date_key as varchar), 'null') as example
from mart.fact_order_line as fact
left join mart.dim_date as member
    on member.date_key = fact.last_delivered_date_key
where member.date_key is null;

-- check: digests_are_those_of_its_rows
-- What loads have kept of each bucket of roots is what its rows give now.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' bucket=' || coalesce(cast(bucket as varchar), 'null') as example
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
    union all
    select
        given.source_id,
        given.bucket,
        -given.row_count,
        -given.ordered_qty,
        -given.unit_price,
        -given.line_value,
        -given.taxable_value,
        -given.cgst,
        -given.sgst,
        -given.igst,
        -given.hash_1,
        -given.hash_2
    from (
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
        group by source_id, bucket
    ) as given
) as held
group by source_id, bucket
having sum(row_count) <> 0
    or sum(ordered_qty) <> 0
    or sum(unit_price) <> 0
    or sum(line_value) <> 0
    or sum(taxable_value) <> 0
    or sum(cgst) <> 0
    or sum(sgst) <> 0
    or sum(igst) <> 0
    or sum(hash_1) <> 0
    or sum(hash_2) <> 0;

-- check: rows_are_of_their_root_version
-- No row is of a deleted root, and none of another batch than the newest version of its root.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_item_id=' || coalesce(cast(fact.contract_item_id as varchar), 'null')
    || ' batch_id=' || coalesce(cast(fact.batch_id as varchar), 'null')
    || ' newest_batch_seq=' || cast(newest.batch_seq as varchar) as example
from mart.fact_order_line as fact
join ops.root_version as newest
    on newest.aggregate = 'contract'
    and newest.source_id = fact.source_id
    and newest.root_id = fact.contract_id
where newest.is_deleted
    or newest.batch_seq <> fact.source_version;

-- check: rows_are_of_a_logged_batch
-- Every row was brought by a batch that the load log holds.
select 'batch_id=' || fact.batch_id || ' rows=' || cast(count(*) as varchar) as example
from mart.fact_order_line as fact
left join ops.load_log as log
    on log.batch_id = fact.batch_id
where log.batch_id is null
group by fact.batch_id;

-- check: no_batch_has_more_rows_than_it_brought
-- Later batches replace rows of a batch; none can be added to it.
with brought as (
    select
        batch_id,
        sum(row_count) as row_count
    from ops.load_rows
    where table_name = 'fact_order_line'
    group by batch_id
), held as (
    select
        batch_id,
        count(*) as row_count
    from mart.fact_order_line
    group by batch_id
)
select 'batch_id=' || held.batch_id || ' rows=' || cast(held.row_count as varchar)
    || ' brought=' || cast(coalesce(brought.row_count, 0) as varchar) as example
from held
left join brought
    on brought.batch_id = held.batch_id
where held.row_count > coalesce(brought.row_count, 0);
