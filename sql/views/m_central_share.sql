-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 8. Central share, in share. Share of net GMV that bodies of the central government bought.
drop view if exists bi.m_central_share;

create view bi.m_central_share as
with figure as (
    select
      contract_date.financial_year,
      sum(case when buyer_org.govt_tier = 'CENTRAL' then f.current_value when not (buyer_org.govt_tier = 'CENTRAL') then 0 end) as numerator,
      sum(f.current_value) as denominator,
      cast(cast(sum(case when buyer_org.govt_tier = 'CENTRAL' then f.current_value when not (buyer_org.govt_tier = 'CENTRAL') then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as value
    from mart.fact_order_line f
      join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
