-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 31. L1 to L2 gap, in share. Median of how far the second lowest qualified price is above the lowest, by the lowest.
drop view if exists bi.m_l1_l2_gap;

create view bi.m_l1_l2_gap as
with figure as (
    select
      published_date.financial_year,
      cast(percentile_cont(0.5) within group (order by case when f.l1_value > 0 then (f.l2_value - f.l1_value) / f.l1_value end) as numeric(38,6)) as value
    from mart.fact_bid f
      join mart.dim_date published_date on published_date.date_key = f.published_date_key
    group by published_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.value as numeric(38,6)) as value
from figure;
