-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: grain_is_unique
-- No row stands twice: one charge.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' charge_id=' || coalesce(cast(charge_id as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.fact_platform_charge
group by source_id, charge_id
having count(*) > 1;

-- check: seller_key_has_its_member
-- Every seller_key stands in dim_seller.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' charge_id=' || coalesce(cast(fact.charge_id as varchar), 'null')
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_platform_charge as fact
left join mart.dim_seller as member
    on member.seller_key = fact.seller_key
where member.seller_key is null;

-- check: seller_key_is_of_its_event
-- Every seller_key is the version that was valid at charged_at; below 0 only where there is none.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' charge_id=' || coalesce(cast(fact.charge_id as varchar), 'null')
    || ' seller_id=' || coalesce(cast(fact.seller_id as varchar), 'null')
    || ' charged_at=' || coalesce(cast(fact.charged_at as varchar), 'null')
    || ' seller_key=' || coalesce(cast(fact.seller_key as varchar), 'null') as example
from mart.fact_platform_charge as fact
left join mart.dim_seller as member
    on member.source_id = fact.source_id
    and member.seller_id = fact.seller_id
    and member.valid_from <= fact.charged_at
    and member.valid_to > fact.charged_at
where fact.seller_key <> member.seller_key
    or (member.seller_key is null and fact.seller_key >= 0);

-- check: charged_date_key_has_its_member
-- Every charged_date_key stands in dim_date.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' charge_id=' || coalesce(cast(fact.charge_id as varchar), 'null')
    || ' charged_date_key=' || coalesce(cast(fact.charged_date_key as varchar), 'null') as example
from mart.fact_platform_charge as fact
left join mart.dim_date as member
    on member.date_key = fact.charged_date_key
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
        kept.base_value,
        kept.amount,
        kept.gst,
        kept.hash_1,
        kept.hash_2
    from ops.fact_platform_charge_digest as kept
    union all
    select
        given.source_id,
        given.bucket,
        -given.row_count,
        -given.base_value,
        -given.amount,
        -given.gst,
        -given.hash_1,
        -given.hash_2
    from (
        select
            source_id,
            bucket,
            count(*) as row_count,
            coalesce(sum(base_value), 0) as base_value,
            coalesce(sum(amount), 0) as amount,
            coalesce(sum(gst), 0) as gst,
            sum(strtol(substring(row_hash, 1, 8), 16)) as hash_1,
            sum(strtol(substring(row_hash, 9, 8), 16)) as hash_2
        from (
            select
                present.source_id,
                present.charge_id / 1000 as bucket,
                present.base_value,
                present.amount,
                present.gst,
                md5(
                    coalesce(cast(present.charge_id as varchar), '-') || ',' ||
                    coalesce(cast(present.seller_id as varchar), '-') || ',' ||
                    coalesce(cast(present.contract_id as varchar), '-') || ',' ||
                    coalesce(cast(length(present.kind) as varchar) || ':' || present.kind, '-') || ',' ||
                    coalesce(cast(length(present.fy) as varchar) || ':' || present.fy, '-') || ',' ||
                    coalesce(to_char(present.charged_at, 'YYYY-MM-DD HH24:MI:SS.US'), '-') || ',' ||
                    coalesce(cast(length(present.status) as varchar) || ':' || present.status, '-') || ',' ||
                    coalesce(cast(present.base_value as varchar), '-') || ',' ||
                    coalesce(cast(present.amount as varchar), '-') || ',' ||
                    coalesce(cast(present.gst as varchar), '-')
                ) as row_hash
            from mart.fact_platform_charge as present
        ) as hashed
        group by source_id, bucket
    ) as given
) as held
group by source_id, bucket
having sum(row_count) <> 0
    or sum(base_value) <> 0
    or sum(amount) <> 0
    or sum(gst) <> 0
    or sum(hash_1) <> 0
    or sum(hash_2) <> 0;

-- check: rows_are_of_their_root_version
-- No row is of a deleted root, and none of another batch than the newest version of its root.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' charge_id=' || coalesce(cast(fact.charge_id as varchar), 'null')
    || ' batch_id=' || coalesce(cast(fact.batch_id as varchar), 'null')
    || ' newest_batch_seq=' || cast(newest.batch_seq as varchar) as example
from mart.fact_platform_charge as fact
join ops.root_version as newest
    on newest.aggregate = 'platform_charge'
    and newest.source_id = fact.source_id
    and newest.root_id = fact.charge_id
where newest.is_deleted
    or newest.batch_seq <> fact.source_version;

-- check: rows_are_of_a_logged_batch
-- Every row was brought by a batch that the load log holds.
select 'batch_id=' || fact.batch_id || ' rows=' || cast(count(*) as varchar) as example
from mart.fact_platform_charge as fact
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
    where table_name = 'fact_platform_charge'
    group by batch_id
), held as (
    select
        batch_id,
        count(*) as row_count
    from mart.fact_platform_charge
    group by batch_id
)
select 'batch_id=' || held.batch_id || ' rows=' || cast(held.row_count as varchar)
    || ' brought=' || cast(coalesce(brought.row_count, 0) as varchar) as example
from held
left join brought
    on brought.batch_id = held.batch_id
where held.row_count > coalesce(brought.row_count, 0);
