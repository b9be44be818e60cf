-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 17. Class I local share, in share. Share of the net GMV of products that were of Make in India class I at the order.
drop view if exists bi.m_class_1_local_share;

create view bi.m_class_1_local_share as
with figure as (
    select
      contract_date.financial_year,
      sum(case when f.mii_class = 'I' then f.current_value when not (f.mii_class = 'I') then 0 end) as numerator,
      sum(f.current_value) as denominator,
      cast(cast(sum(case when f.mii_class = 'I' then f.current_value when not (f.mii_class = 'I') then 0 end) as numeric(26,6)) / nullif(sum(f.current_value), 0) as numeric(38,6)) as value
    from mart.fact_order_line f
      join mart.dim_category category on category.category_key = f.category_key
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    where category.kind = 'PRODUCT'
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
