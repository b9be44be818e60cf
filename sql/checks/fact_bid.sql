-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: grain_is_unique
-- No row stands twice: one bid.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(bid_id as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.fact_bid
group by source_id, bid_id
having count(*) > 1;

-- check: buyer_org_key_has_its_member
-- Every buyer_org_key stands in dim_buyer_org.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' buyer_org_key=' || coalesce(cast(fact.buyer_org_key as varchar), 'null') as example
from mart.fact_bid as fact
left join mart.dim_buyer_org as member
    on member.buyer_org_key = fact.buyer_org_key
where member.buyer_org_key is null;

-- check: buyer_org_key_is_of_its_event
-- Every buyer_org_key is the version that was valid at published_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' org_id=' || coalesce(cast(fact.org_id as varchar), 'null')
    || ' published_at=' || coalesce(cast(fact.published_at as varchar), 'null')
    || ' buyer_org_key=' || coalesce(cast(fact.buyer_org_key as varchar), 'null') as example
from mart.fact_bid as fact
left join mart.dim_buyer_org as member
    on member.source_id = fact.source_id
    and member.org_id = fact.org_id
    and member.valid_from <= fact.published_at
    and member.valid_to > fact.published_at
where fact.buyer_org_key <> member.buyer_org_key
    or (member.buyer_org_key is null and fact.buyer_org_key >= 0);

-- check: category_key_has_its_member
-- Every category_key stands in dim_category.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' category_key=' || coalesce(cast(fact.category_key as varchar), 'null') as example
from mart.fact_bid as fact
left join mart.dim_category as member
    on member.category_key = fact.category_key
where member.category_key is null;

-- check: category_key_is_of_its_event
-- Every category_key is the version that was valid at published_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' category_id=' || coalesce(cast(fact.category_id as varchar), 'null')
    || ' published_at=' || coalesce(cast(fact.published_at as varchar), 'null')
    || ' category_key=' || coalesce(cast(fact.category_key as varchar), 'null') as example
from mart.fact_bid as fact
left join mart.dim_category as member
    on member.source_id = fact.source_id
    and member.category_id = fact.category_id
    and member.valid_from <= fact.published_at
    and member.valid_to > fact.published_at
where fact.category_key <> member.category_key
    or (member.category_key is null and fact.category_key >= 0);

-- check: buyer_user_key_has_its_member
-- Every buyer_user_key stands in dim_buyer_user.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' buyer_user_key=' || coalesce(cast(fact.buyer_user_key as varchar), 'null') as example
from mart.fact_bid as fact
left join mart.dim_buyer_user as member
    on member.buyer_user_key = fact.buyer_user_key
where member.buyer_user_key is null;

-- check: buyer_user_key_is_of_its_event
-- Every buyer_user_key is that of its buyer_user_id; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' buyer_user_id=' || coalesce(cast(fact.buyer_user_id as varchar), 'null')
    || ' buyer_user_key=' || coalesce(cast(fact.buyer_user_key as varchar), 'null') as example
from mart.fact_bid as fact
left join mart.dim_buyer_user as member
    on member.source_id = fact.source_id
    and member.user_id = fact.buyer_user_id
where fact.buyer_user_key <> member.buyer_user_key
    or (member.buyer_user_key is null and fact.buyer_user_key >= 0);

-- check: published_date_key_has_its_member
-- Every published_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' published_date_key=' || coalesce(cast(fact.published_date_key as varchar), 'null') as example
from mart.fact_bid as fact
left join mart.dim_date as member
    on member.date_key = fact.published_date_key
where member.date_key is null;

-- check: closes_date_key_has_its_member
-- Every closes_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' closes_date_key=' || coalesce(cast(fact.closes_date_key as varchar), 'null') as example
from mart.fact_bid as fact
left join mart.dim_date as member
    on member.date_key = fact.closes_date_key
where member.date_key is null;

-- check: awarded_date_key_has_its_member
-- Every awarded_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' awarded_date_key=' || coalesce(cast(fact.awarded_date_key as varchar), 'null') as example
from mart.fact_bid as fact
left join mart.dim_date as member
    on member.date_key = fact.awarded_date_key
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
        kept.estimated_value,
        kept.emd_amount,
        kept.hash_1,
        kept.hash_2
    from ops.fact_bid_digest as kept
    union all
    select
        given.source_id,
        given.bucket,
        -given.row_count,
        -given.estimated_value,
        -given.emd_amount,
        -given.hash_1,
        -given.hash_2
    from (
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
        group by source_id, bucket
    ) as given
) as held
group by source_id, bucket
having sum(row_count) <> 0
    or sum(estimated_value) <> 0
    or sum(emd_amount) <> 0
    or sum(hash_1) <> 0
    or sum(hash_2) <> 0;

-- check: rows_are_of_their_root_version
-- No row is of a deleted root, and none of another batch than the newest version of its root.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' bid_id=' || coalesce(cast(fact.bid_id as varchar), 'null')
    || ' batch_id=' || coalesce(cast(fact.batch_id as varchar), 'null')
    || ' newest_batch_seq=' || cast(newest.batch_seq as varchar) as example
from mart.fact_bid as fact
join ops.root_version as newest
    on newest.aggregate = 'bid'
    and newest.source_id = fact.source_id
    and newest.root_id = fact.bid_id
where newest.is_deleted
    or newest.batch_seq <> fact.source_version;

-- check: rows_are_of_a_logged_batch
-- Every row was brought by a batch that the load log holds.
select 'batch_id=' || fact.batch_id || ' rows=' || cast(count(*) as varchar) as example
from mart.fact_bid as fact
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
    where table_name = 'fact_bid'
    group by batch_id
), held as (
    select
        batch_id,
        count(*) as row_count
    from mart.fact_bid
    group by batch_id
)
select 'batch_id=' || held.batch_id || ' rows=' || cast(held.row_count as varchar)
    || ' brought=' || cast(coalesce(brought.row_count, 0) as varchar) as example
from held
left join brought
    on brought.batch_id = held.batch_id
where held.row_count > coalesce(brought.row_count, 0);
