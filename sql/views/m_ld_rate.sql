-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 46. Liquidated damages rate, in share. Liquidated damages that shipments state, of the value accepted by CRACs.
drop view if exists bi.m_ld_rate;

create view bi.m_ld_rate as
with figure as (
    select
      contract_date.financial_year,
      sum(f.ld_amount) as numerator,
      sum(f.accepted_value) as denominator,
      cast(cast(sum(f.ld_amount) as numeric(26,6)) / nullif(sum(f.accepted_value), 0) as numeric(38,6)) as value
    from mart.fact_contract_lifecycle f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
