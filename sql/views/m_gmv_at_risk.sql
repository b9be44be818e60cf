-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 49. GMV at risk, in rupees. Value now of open orders with sellers who may not trade at present.
drop view if exists bi.m_gmv_at_risk;

create view bi.m_gmv_at_risk as
with figure as (
    select
      contract_date.financial_year,
      f.seller_status,
      cast(coalesce(sum(f.current_value), 0) as numeric(38,2)) as value
    from bi.v_open_orders f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    where f.seller_status in ('SUSPENDED', 'DEBARRED', 'MORATORIUM')
    group by contract_date.financial_year, f.seller_status
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.seller_status as varchar(128)) as seller_status,
    cast(figure.value as numeric(38,2)) as value
from figure;
