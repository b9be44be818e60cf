-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 27. Savings against estimate, in share. Estimate less award, by estimate, over awarded bids where both are known and the estimate is above 0.
drop view if exists bi.m_savings_vs_estimate;

create view bi.m_savings_vs_estimate as
with figure as (
    select
      published_date.financial_year,
      category.category_name,
      sum(f.estimated_value - f.awarded_value) as numerator,
      sum(f.estimated_value) as denominator,
      cast(cast(sum(f.estimated_value - f.awarded_value) as numeric(26,6)) / nullif(sum(f.estimated_value), 0) as numeric(38,6)) as value
    from mart.fact_bid f
      join mart.dim_date published_date on published_date.date_key = f.published_date_key
      join mart.dim_category category on category.category_key = f.category_key
    where f.estimated_value > 0 and f.awarded_value is not null
    group by published_date.financial_year, category.category_name
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.category_name as varchar(512)) as category_name,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
