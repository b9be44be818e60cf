-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 9. Procurement by place of receipt, in rupees. Net GMV, by the state of the consignee.
drop view if exists bi.m_procurement_by_consignee_state;

create view bi.m_procurement_by_consignee_state as
with figure as (
    select
      contract_date.financial_year,
      consignee.state_code,
      cast(coalesce(sum(f.current_value), 0) as numeric(38,2)) as value
    from mart.fact_order_line f
      join mart.dim_consignee consignee on consignee.consignee_key = f.consignee_key
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year, consignee.state_code
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.state_code as varchar(2)) as state_code,
    cast(figure.value as numeric(38,2)) as value
from figure;
