-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 16. Women above or below target, in points. Share of net GMV that buyers bound by the mandate bought from those owned by women, less the share they should: the target of the first day of each financial year, weighted by what was bought in it.
drop view if exists bi.m_mandate_gap_women;

create view bi.m_mandate_gap_women as
with figure as (
    select
      contract_date.financial_year,
      buyer_org.ministry_name,
      (sum(case when f.is_women_mse then f.current_value when not (f.is_women_mse) then 0 end) - sum(f.women_target)) as numerator,
      sum(f.current_value) as denominator,
      cast(cast((sum(case when f.is_women_mse then f.current_value when not (f.is_women_mse) then 0 end) - sum(f.women_target)) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as value
    from bi.v_mandate_lines f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
      join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
    group by contract_date.financial_year, buyer_org.ministry_name
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.ministry_name as varchar(1024)) as ministry_name,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
