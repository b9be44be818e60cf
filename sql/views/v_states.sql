-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- States and union territories of India: one state or union territory.
drop view if exists bi.v_states;

create view bi.v_states as
select
    cast(dim_state.state_key as bigint) as state_key,
    cast(dim_state.source_id as varchar(32)) as source_id,
    cast(dim_state.state_code as varchar(2)) as state_code,
    cast(dim_state.iso_code as varchar(8)) as iso_code,
    cast(dim_state.state_name as varchar(128)) as state_name,
    cast(dim_state.is_union_territory as boolean) as is_union_territory,
    cast(dim_state.zone as varchar(32)) as zone
from mart.dim_state;
