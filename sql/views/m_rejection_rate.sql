-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 38. Rejection rate, in share. Value that CRACs reject, of the value they received.
drop view if exists bi.m_rejection_rate;

create view bi.m_rejection_rate as
with figure as (
    select
      issued_date.financial_year,
      category.category_name,
      sum(f.rejected_value) as numerator,
      sum(f.received_value) as denominator,
      cast(cast(sum(f.rejected_value) as numeric(26,6)) / nullif(sum(f.received_value), 0) as numeric(38,6)) as value
    from mart.fact_receipt f
      join mart.dim_date issued_date on issued_date.date_key = f.issued_date_key
      join mart.dim_category category on category.category_key = f.category_key
    where f.kind = 'CRAC'
    group by issued_date.financial_year, category.category_name
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.category_name as varchar(512)) as category_name,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
