-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 54. Forfeiture rate, in share. Deposits forfeited, of those released or forfeited, by amount.
drop view if exists bi.m_forfeiture_rate;

create view bi.m_forfeiture_rate as
with figure as (
    select
      held_date.financial_year,
      f.kind,
      sum(case when f.status = 'FORFEITED' then f.amount when not (f.status = 'FORFEITED') then 0 end) as numerator,
      sum(f.amount) as denominator,
      cast(cast(sum(case when f.status = 'FORFEITED' then f.amount when not (f.status = 'FORFEITED') then 0 end) as numeric(26,6)) / nullif(sum(f.amount), 0) as numeric(38,6)) as value
    from mart.fact_security_deposit f
      join mart.dim_date held_date on held_date.date_key = f.held_date_key
    where f.status in ('RELEASED', 'FORFEITED')
    group by held_date.financial_year, f.kind
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.kind as varchar(32)) as kind,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
