-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 18. Interstate share, in share. Share of net GMV where the seller's GSTIN is of another state than the consignee.
drop view if exists bi.m_interstate_share;

create view bi.m_interstate_share as
with figure as (
    select
      contract_date.financial_year,
      sum(case when f.seller_state_code <> consignee.state_code then f.current_value when not (f.seller_state_code <> consignee.state_code) then 0 end) as numerator,
      sum(f.current_value) as denominator,
      cast(cast(sum(case when f.seller_state_code <> consignee.state_code then f.current_value when not (f.seller_state_code <> consignee.state_code) then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as value
    from mart.fact_order_line f
      join mart.dim_consignee consignee on consignee.consignee_key = f.consignee_key
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
