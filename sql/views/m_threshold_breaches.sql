-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 53. Threshold breaches, in count. Direct and L1 orders above the limit of their day, and L1 orders with too few makers compared.
drop view if exists bi.m_threshold_breaches;

create view bi.m_threshold_breaches as
with figure as (
    select
      contract_date.financial_year,
      f.buy_mode,
      count(*) as value
    from bi.v_threshold_breaches f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year, f.buy_mode
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.buy_mode as varchar(128)) as buy_mode,
    cast(figure.value as numeric(38,0)) as value
from figure;
