-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: grain_is_unique
-- No row stands twice: one contract.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(contract_id as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.fact_contract_lifecycle
group by source_id, contract_id
having count(*) > 1;

-- check: buyer_org_key_has_its_member
-- Every buyer_org_key stands in dim_buyer_org.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' buyer_org_key=' || coalesce(cast(fact.buyer_org_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_buyer_org as member
    on member.buyer_org_key = fact.buyer_org_key
where member.buyer_org_key is null;

-- check: buyer_org_key_is_of_its_event
-- Every buyer_org_key is the version that was valid at contract_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' org_id=' || coalesce(cast(fact.org_id as varchar), 'null')
    || ' contract_at=' || coalesce(cast(fact.contract_at as varchar), 'null')
    || ' buyer_org_key=' || coalesce(cast(fact.buyer_org_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
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
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_seller as member
    on member.seller_key = fact.seller_key
where member.seller_key is null;

-- check: seller_key_is_of_its_event
-- Every seller_key is the version that was valid at contract_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(fact.seller_id as varchar), 'null')
    || ' contract_at=' || coalesce(cast(fact.contract_at as varchar), 'null')
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_seller as member
    on member.source_id = fact.source_id
    and member.seller_id = fact.seller_id
    and member.valid_from <= fact.contract_at
    and member.valid_to > fact.contract_at
where fact.seller_key <> member.seller_key
    or (member.seller_key is null and fact.seller_key >= 0);

-- check: buyer_user_key_has_its_member
-- Every buyer_user_key stands in dim_buyer_user.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' buyer_user_key=' || coalesce(cast(fact.buyer_user_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_buyer_user as member
    on member.buyer_user_key = fact.buyer_user_key
where member.buyer_user_key is null;

-- check: buyer_user_key_is_of_its_event
-- Every buyer_user_key is that of its buyer_user_id; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' buyer_user_id=' || coalesce(cast(fact.buyer_user_id as varchar), 'null')
    || ' buyer_user_key=' || coalesce(cast(fact.buyer_user_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_buyer_user as member
    on member.source_id = fact.source_id
    and member.user_id = fact.buyer_user_id
where fact.buyer_user_key <> member.buyer_user_key
    or (member.buyer_user_key is null and fact.buyer_user_key >= 0);

-- check: bid_published_date_key_has_its_member
-- Every bid_published_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' bid_published_date_key=' || coalesce(cast(fact.bid_published_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.bid_published_date_key
where member.date_key is null;

-- check: bid_awarded_date_key_has_its_member
-- Every bid_awarded_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' bid_awarded_date_key=' || coalesce(cast(fact.bid_awarded_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.bid_awarded_date_key
where member.date_key is null;

-- check: contract_date_key_has_its_member
-- Every contract_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' contract_date_key=' || coalesce(cast(fact.contract_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.contract_date_key
where member.date_key is null;

-- check: accepted_date_key_has_its_member
-- Every accepted_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' accepted_date_key=' || coalesce(cast(fact.accepted_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.accepted_date_key
where member.date_key is null;

-- check: first_dispatched_date_key_has_its_member
-- Every first_dispatched_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' first_dispatched_date_key=' || coalesce(cast(fact.first_dispatched_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.first_dispatched_date_key
where member.date_key is null;

-- check: last_delivered_date_key_has_its_member
-- Every last_delivered_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' last_delivered_date_key=' || coalesce(cast(fact.last_delivered_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.last_delivered_date_key
where member.date_key is null;

-- check: first_prc_date_key_has_its_member
-- Every first_prc_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' first_prc_date_key=' || coalesce(cast(fact.first_prc_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.first_prc_date_key
where member.date_key is null;

-- check: last_crac_date_key_has_its_member
-- Every last_crac_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' last_crac_date_key=' || coalesce(cast(fact.last_crac_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.last_crac_date_key
where member.date_key is null;

-- check: first_invoiced_date_key_has_its_member
-- Every first_invoiced_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' first_invoiced_date_key=' || coalesce(cast(fact.first_invoiced_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.first_invoiced_date_key
where member.date_key is null;

-- check: last_paid_date_key_has_its_member
-- Every last_paid_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' last_paid_date_key=' || coalesce(cast(fact.last_paid_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.last_paid_date_key
where member.date_key is null;

-- check: rejected_date_key_has_its_member
-- Every rejected_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' rejected_date_key=' || coalesce(cast(fact.rejected_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.rejected_date_key
where member.date_key is null;

-- check: cancelled_date_key_has_its_member
-- Every cancelled_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' cancelled_date_key=' || coalesce(cast(fact.cancelled_date_key as varchar), 'null') as example
from mart.fact_contract_lifecycle as fact
left join mart.dim_date as member
    on member.date_key = fact.cancelled_date_key
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
        kept.total_value,
        kept.hash_1,
        kept.hash_2
    from ops.fact_contract_lifecycle_digest as kept
    union all
    select
        given.source_id,
        given.bucket,
        -given.row_count,
        -given.total_value,
        -given.hash_1,
        -given.hash_2
    from (
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
        group by source_id, bucket
    ) as given
) as held
group by source_id, bucket
having sum(row_count) <> 0
    or sum(total_value) <> 0
    or sum(hash_1) <> 0
    or sum(hash_2) <> 0;

-- check: rows_are_of_their_root_version
-- No row is of a deleted root, and none of another batch than the newest version of its root.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' contract_id=' || coalesce(cast(fact.contract_id as varchar), 'null')
    || ' batch_id=' || coalesce(cast(fact.batch_id as varchar), 'null')
    || ' newest_batch_seq=' || cast(newest.batch_seq as varchar) as example
from mart.fact_contract_lifecycle as fact
join ops.root_version as newest
    on newest.aggregate = 'contract'
    and newest.source_id = fact.source_id
    and newest.root_id = fact.contract_id
where newest.is_deleted
    or newest.batch_seq <> fact.source_version;

-- check: rows_are_of_a_logged_batch
-- Every row was brought by a batch that the load log holds.
select 'batch_id=' || fact.batch_id || ' rows=' || cast(count(*) as varchar) as example
from mart.fact_contract_lifecycle as fact
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
    where table_name = 'fact_contract_lifecycle'
    group by batch_id
), held as (
    select
        batch_id,
        count(*) as row_count
    from mart.fact_contract_lifecycle
    group by batch_id
)
select 'batch_id=' || held.batch_id || ' rows=' || cast(held.row_count as varchar)
    || ' brought=' || cast(coalesce(brought.row_count, 0) as varchar) as example
from held
left join brought
    on brought.batch_id = held.batch_id
where held.row_count > coalesce(brought.row_count, 0);
