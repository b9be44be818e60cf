-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 2. Net GMV, in rupees. Value of order lines now: after amendments, 0 for rejected and cancelled orders.
drop view if exists bi.m_net_gmv;

create view bi.m_net_gmv as
with figure as (
    select
      contract_date.financial_year,
      buyer_org.ministry_name,
      cast(coalesce(sum(f.current_value), 0) as numeric(38,2)) as value
    from mart.fact_order_line f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
      join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
    group by contract_date.financial_year, buyer_org.ministry_name
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.ministry_name as varchar(1024)) as ministry_name,
    cast(figure.value as numeric(38,2)) as value
from figure;
