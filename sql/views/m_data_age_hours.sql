-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 56. Data age in hours, in ratio. Hours since the newest snapshot that is loaded; gem reconcile compares its contents with the source.
drop view if exists bi.m_data_age_hours;

create view bi.m_data_age_hours as
with figure as (
    select
      f.table_name,
      cast(cast(datediff(second, max(f.snapshot_at), getdate()) as numeric(18,4)) / 3600 as numeric(38,6)) as value
    from bi.v_freshness f
    group by f.table_name
)
select
    cast(figure.table_name as varchar(128)) as table_name,
    cast(figure.value as numeric(38,6)) as value
from figure;
