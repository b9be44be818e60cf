-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 52. Possibly split orders, in count. Direct and L1 orders that together look like one that was split to stay below a limit.
drop view if exists bi.m_split_orders;

create view bi.m_split_orders as
with figure as (
    select
      contract_date.financial_year,
      f.buy_mode,
      count(distinct f.source_id || '/' || cast(f.contract_id as varchar)) as value
    from bi.v_split_orders f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year, f.buy_mode
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.buy_mode as varchar(128)) as buy_mode,
    cast(figure.value as numeric(38,0)) as value
from figure;
