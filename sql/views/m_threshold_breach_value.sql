-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 53. Threshold breach value, in rupees. Value at award of the same orders.
drop view if exists bi.m_threshold_breach_value;

create view bi.m_threshold_breach_value as
with figure as (
    select
      contract_date.financial_year,
      f.buy_mode,
      cast(coalesce(sum(f.order_value), 0) as numeric(38,2)) as value
    from bi.v_threshold_breaches f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year, f.buy_mode
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.buy_mode as varchar(128)) as buy_mode,
    cast(figure.value as numeric(38,2)) as value
from figure;
