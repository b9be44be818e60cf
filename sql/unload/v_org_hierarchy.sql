-- Generated from gem.contracts by `gem contracts generate`; do not edit.
select
    exported.source_id,
    exported.root_id,
    exported.ancestor_org_id,
    exported.descendant_org_id,
    exported.depth
from bi.v_org_hierarchy as exported;
