-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 48. Incident closure, in days. Median of the days from raising an incident to closing it.
drop view if exists bi.m_incident_closure_days;

create view bi.m_incident_closure_days as
with figure as (
    select
      raised_date.financial_year,
      f.severity,
      cast(percentile_cont(0.5) within group (order by f.days_to_close) as numeric(38,2)) as value
    from mart.fact_incident f
      join mart.dim_date raised_date on raised_date.date_key = f.raised_date_key
    group by raised_date.financial_year, f.severity
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.severity as varchar(32)) as severity,
    cast(figure.value as numeric(38,2)) as value
from figure;
