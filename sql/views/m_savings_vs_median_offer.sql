-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 30. Savings against the median offer, in share. Median price of the offers compared less price paid, by the former, over L1 purchases.
drop view if exists bi.m_savings_vs_median_offer;

create view bi.m_savings_vs_median_offer as
with figure as (
    select
      contract_date.financial_year,
      sum(f.saving) as numerator,
      sum(f.median_value) as denominator,
      cast(cast(sum(f.saving) as numeric(26,6)) / nullif(sum(f.median_value), 0) as numeric(38,6)) as value
    from bi.v_l1_savings f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
