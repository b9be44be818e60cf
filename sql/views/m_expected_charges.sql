-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 55. Expected charges, in rupees. What the rules of the day of acceptance charge sellers.
drop view if exists bi.m_expected_charges;

create view bi.m_expected_charges as
with figure as (
    select
      f.financial_year,
      cast(coalesce(sum(f.expected), 0) as numeric(38,2)) as value
    from bi.v_charge_balance f
    group by f.financial_year
)
select
    cast(figure.financial_year as varchar(128)) as financial_year,
    cast(figure.value as numeric(38,2)) as value
from figure;
