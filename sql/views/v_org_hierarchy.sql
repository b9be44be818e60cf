-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Buying organisations with their ancestors, as the hierarchy is now: one pair of ancestor and descendant.
drop view if exists bi.v_org_hierarchy;

create view bi.v_org_hierarchy as
select
    cast(bridge_org_hierarchy.source_id as varchar(32)) as source_id,
    cast(bridge_org_hierarchy.root_id as bigint) as root_id,
    cast(bridge_org_hierarchy.ancestor_org_id as bigint) as ancestor_org_id,
    cast(bridge_org_hierarchy.descendant_org_id as bigint) as descendant_org_id,
    cast(bridge_org_hierarchy.depth as integer) as depth
from mart.bridge_org_hierarchy;
