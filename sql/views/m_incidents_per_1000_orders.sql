-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 47. Incidents per 1,000 orders, in ratio. Incidents raised after the contract, by 1,000 valid orders, each by its own day.
drop view if exists bi.m_incidents_per_1000_orders;

create view bi.m_incidents_per_1000_orders as
with figure as (
    select
      event_date.financial_year,
      sum(1000 * f.incidents) as numerator,
      sum(f.orders) as denominator,
      cast(cast(sum(1000 * f.incidents) as numeric(26,6)) / nullif(sum(f.orders), 0) as numeric(38,6)) as value
    from bi.v_incident_rate f
      join mart.dim_date event_date on event_date.date_key = f.event_date_key
    group by event_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
