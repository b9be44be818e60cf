-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 9. Procurement of states, in rupees. Net GMV of state and local bodies, by the state of the buying organisation.
drop view if exists bi.m_procurement_by_buyer_state;

create view bi.m_procurement_by_buyer_state as
with figure as (
    select
      contract_date.financial_year,
      buyer_org.state_code,
      cast(coalesce(sum(f.current_value), 0) as numeric(38,2)) as value
    from mart.fact_order_line f
      join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    where buyer_org.govt_tier in ('STATE', 'LOCAL')
    group by contract_date.financial_year, buyer_org.state_code
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.state_code as varchar(2)) as state_code,
    cast(figure.value as numeric(38,2)) as value
from figure;
