-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 16. Women shortfall, net of surpluses, in rupees. Rupees that buyers bound by the mandate should have bought from those owned by women and did not, all taken together: what one bought above its target makes up for what another did not.
drop view if exists bi.m_mandate_shortfall_women;

create view bi.m_mandate_shortfall_women as
with figure as (
    select
      contract_date.financial_year,
      buyer_org.ministry_name,
      cast(case when (sum(f.women_target) - sum(case when f.is_women_mse then f.current_value when not f.is_women_mse then 0 end)) < 0 then 0 else (sum(f.women_target) - sum(case when f.is_women_mse then f.current_value when not f.is_women_mse then 0 end)) end as numeric(38,2)) as value
    from bi.v_mandate_lines f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
      join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
    group by contract_date.financial_year, buyer_org.ministry_name
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.ministry_name as varchar(1024)) as ministry_name,
    cast(figure.value as numeric(38,2)) as value
from figure;
