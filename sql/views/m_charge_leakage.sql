-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 55. Charge leakage, in rupees. Expected charges less platform revenue.
drop view if exists bi.m_charge_leakage;

create view bi.m_charge_leakage as
with figure as (
    select
      f.financial_year,
      cast(coalesce(sum(f.expected - f.charged), 0) as numeric(38,2)) as value
    from bi.v_charge_balance f
    group by f.financial_year
)
select
    cast(figure.financial_year as varchar(128)) as financial_year,
    cast(figure.value as numeric(38,2)) as value
from figure;
