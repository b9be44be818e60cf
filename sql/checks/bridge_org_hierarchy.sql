-- Generated from gem.contracts by `gem contracts generate`; do not edit.

-- check: grain_is_unique
-- No row stands twice: one pair of ancestor and descendant.
select
    'source_id=' || coalesce(cast(source_id as varchar), 'null')
    || ' root_id=' || coalesce(cast(root_id as varchar), 'null')
    || ' ancestor_org_id=' || coalesce(cast(ancestor_org_id as varchar), 'null')
    || ' descendant_org_id=' || coalesce(cast(descendant_org_id as varchar), 'null') || ' stands ' || cast(count(*) as varchar) || ' times' as example
from mart.bridge_org_hierarchy
group by source_id, root_id, ancestor_org_id, descendant_org_id
having count(*) > 1;

-- check: rows_are_of_their_root_version
-- No row is of a deleted root, and none of another batch than the newest version of its root.
select
    'source_id=' || coalesce(cast(fact.source_id as varchar), 'null')
    || ' root_id=' || coalesce(cast(fact.root_id as varchar), 'null')
    || ' ancestor_org_id=' || coalesce(cast(fact.ancestor_org_id as varchar), 'null')
    || ' descendant_org_id=' || coalesce(cast(fact.descendant_org_id as varchar), 'null')
    || ' batch_id=' || coalesce(cast(fact.batch_id as varchar), 'null')
    || ' newest_batch_seq=' || cast(newest.batch_seq as varchar) as example
from mart.bridge_org_hierarchy as fact
join ops.root_version as newest
    on newest.aggregate = 'buyer_organisation'
    and newest.source_id = fact.source_id
    and newest.root_id = fact.root_id
where newest.is_deleted
    or newest.batch_seq <> fact.source_version;

-- check: rows_are_of_a_logged_batch
-- Every row was brought by a batch that the load log holds.
select 'batch_id=' || fact.batch_id || ' rows=' || cast(count(*) as varchar) as example
from mart.bridge_org_hierarchy as fact
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
    where table_name = 'bridge_org_hierarchy'
    group by batch_id
), held as (
    select
        batch_id,
        count(*) as row_count
    from mart.bridge_org_hierarchy
    group by batch_id
)
select 'batch_id=' || held.batch_id || ' rows=' || cast(held.row_count as varchar)
    || ' brought=' || cast(coalesce(brought.row_count, 0) as varchar) as example
from held
left join brought
    on brought.batch_id = held.batch_id
where held.row_count > coalesce(brought.row_count, 0);
