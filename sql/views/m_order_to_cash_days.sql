-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 45. Order to cash, in days. Median of the days from contract to last payment, of contracts accepted in full and paid.
drop view if exists bi.m_order_to_cash_days;

create view bi.m_order_to_cash_days as
with figure as (
    select
      contract_date.financial_year,
      cast(percentile_cont(0.5) within group (order by f.order_to_cash_days) as numeric(38,2)) as value
    from mart.fact_contract_lifecycle f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.value as numeric(38,2)) as value
from figure;
