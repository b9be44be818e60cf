-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- Targets of procurement from micro and small enterprises: one target of one bound organisation in one financial year.
drop view if exists bi.v_procurement_targets;

create view bi.v_procurement_targets as
select
    cast(fact_procurement_target.source_id as varchar(32)) as source_id,
    cast(fact_procurement_target.org_id as bigint) as org_id,
    cast(fact_procurement_target.buyer_org_key as bigint) as buyer_org_key,
    cast(fact_procurement_target.year_begins_date_key as integer) as year_begins_date_key,
    cast(fact_procurement_target.year_begins_at as timestamp) as year_begins_at,
    cast(fact_procurement_target.target_code as varchar(64)) as target_code,
    cast(fact_procurement_target.target_pct as numeric(7,3)) as target_pct,
    cast(year_begins_date.calendar_date as timestamp) as year_begins_date
from mart.fact_procurement_target
join mart.dim_date as year_begins_date
    on year_begins_date.date_key = fact_procurement_target.year_begins_date_key;
