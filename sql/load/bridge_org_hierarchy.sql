-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- step: create_stage
create temp table stage_bridge_org_hierarchy (
    source_id varchar(32),
    root_id bigint,
    ancestor_org_id bigint,
    descendant_org_id bigint,
    depth integer,
    batch_seq bigint,
    attempt integer
);

-- step: create_incoming
create temp table incoming_bridge_org_hierarchy (
    source_id varchar(32),
    root_id bigint,
    ancestor_org_id bigint,
    descendant_org_id bigint,
    depth integer
);

-- step: count_incoming
select
    count(*)
from incoming_bridge_org_hierarchy;

-- step: keep_incoming
insert into stage_bridge_org_hierarchy (
    source_id,
    root_id,
    ancestor_org_id,
    descendant_org_id,
    depth,
    batch_seq,
    attempt
)
select
    source_id,
    root_id,
    ancestor_org_id,
    descendant_org_id,
    depth,
    cast(%s as bigint),
    cast(%s as integer)
from incoming_bridge_org_hierarchy;

drop table incoming_bridge_org_hierarchy;

analyze stage_bridge_org_hierarchy;

-- step: check_stage
select 'the curated files hold one key twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(source_id as varchar), 'null') || ' ' || 'root_id=' || coalesce(cast(root_id as varchar), 'null') || ' ' || 'ancestor_org_id=' || coalesce(cast(ancestor_org_id as varchar), 'null') || ' ' || 'descendant_org_id=' || coalesce(cast(descendant_org_id as varchar), 'null') as example
    from stage_bridge_org_hierarchy
    group by source_id, root_id, ancestor_org_id, descendant_org_id, batch_seq, attempt
    having count(*) > 1
) as twice
having count(*) > 0;

select 'the row belongs to no root that the batch speaks of' as problem,
    min('source_id=' || coalesce(cast(stage_bridge_org_hierarchy.source_id as varchar), 'null') || ' ' || 'root_id=' || coalesce(cast(stage_bridge_org_hierarchy.root_id as varchar), 'null') || ' ' || 'ancestor_org_id=' || coalesce(cast(stage_bridge_org_hierarchy.ancestor_org_id as varchar), 'null') || ' ' || 'descendant_org_id=' || coalesce(cast(stage_bridge_org_hierarchy.descendant_org_id as varchar), 'null')) as example
from stage_bridge_org_hierarchy
left join stage_root
    on stage_root.source_id = stage_bridge_org_hierarchy.source_id
    and stage_root.batch_seq = stage_bridge_org_hierarchy.batch_seq
    and stage_root.attempt = stage_bridge_org_hierarchy.attempt
    and stage_root.aggregate = 'buyer_organisation'
    and stage_root.root_id = stage_bridge_org_hierarchy.root_id
    and not stage_root.is_deleted
where stage_root.root_id is null
having count(*) > 0;

-- step: remember_replaced
create temp table replaced_bridge_org_hierarchy
as
select
    present.source_id,
    present.root_id,
    present.ancestor_org_id,
    present.descendant_org_id,
    present.dw_inserted_at
from mart.bridge_org_hierarchy as present
join touched_root
    on touched_root.aggregate = 'buyer_organisation'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.root_id;

-- step: remove
delete from mart.bridge_org_hierarchy
using touched_root
where touched_root.aggregate = 'buyer_organisation'
    and touched_root.source_id = bridge_org_hierarchy.source_id
    and touched_root.root_id = bridge_org_hierarchy.root_id;

-- step: insert
insert into mart.bridge_org_hierarchy (
    source_id,
    root_id,
    ancestor_org_id,
    descendant_org_id,
    depth,
    batch_id,
    source_version,
    dw_inserted_at,
    dw_updated_at
)
select
    staged.source_id,
    staged.root_id,
    staged.ancestor_org_id,
    staged.descendant_org_id,
    staged.depth,
    staged.source_id || '-' || lpad(cast(staged.batch_seq as varchar), 10, '0') as batch_id,
    staged.batch_seq as source_version,
    coalesce(replaced.dw_inserted_at, getdate()) as dw_inserted_at,
    getdate() as dw_updated_at
from stage_bridge_org_hierarchy as staged
join touched_root
    on touched_root.aggregate = 'buyer_organisation'
    and touched_root.source_id = staged.source_id
    and touched_root.root_id = staged.root_id
    and touched_root.batch_seq = staged.batch_seq
    and touched_root.attempt = staged.attempt
left join replaced_bridge_org_hierarchy as replaced
    on replaced.source_id = staged.source_id
    and replaced.root_id = staged.root_id
    and replaced.ancestor_org_id = staged.ancestor_org_id
    and replaced.descendant_org_id = staged.descendant_org_id;

-- step: analyze
analyze mart.bridge_org_hierarchy;

-- step: check
select 'the key stands twice' as problem, min(example) as example
from (
    select 'source_id=' || coalesce(cast(present.source_id as varchar), 'null') || ' ' || 'root_id=' || coalesce(cast(present.root_id as varchar), 'null') || ' ' || 'ancestor_org_id=' || coalesce(cast(present.ancestor_org_id as varchar), 'null') || ' ' || 'descendant_org_id=' || coalesce(cast(present.descendant_org_id as varchar), 'null') as example
    from mart.bridge_org_hierarchy as present
join touched_root
    on touched_root.aggregate = 'buyer_organisation'
    and touched_root.source_id = present.source_id
    and touched_root.root_id = present.root_id
    group by present.source_id, present.root_id, present.ancestor_org_id, present.descendant_org_id
    having count(*) > 1
) as twice
having count(*) > 0;
