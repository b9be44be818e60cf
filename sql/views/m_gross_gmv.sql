-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 1. Gross GMV, in rupees. Value of all order lines at award, with GST and orders cancelled later; rate contracts have none.
drop view if exists bi.m_gross_gmv;

create view bi.m_gross_gmv as
with figure as (
    select
      contract_date.financial_year,
      cast(coalesce(sum(f.line_value), 0) as numeric(38,2)) as value
    from mart.fact_order_line f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.value as numeric(38,2)) as value
from figure;
