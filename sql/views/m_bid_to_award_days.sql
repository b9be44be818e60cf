-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 25. Bid to award, in days. Median of the Indian days from publication to award.
drop view if exists bi.m_bid_to_award_days;

create view bi.m_bid_to_award_days as
with figure as (
    select
      published_date.financial_year,
      cast(percentile_cont(0.5) within group (order by f.days_to_award) as numeric(38,2)) as value
    from mart.fact_bid f
      join mart.dim_date published_date on published_date.date_key = f.published_date_key
    group by published_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.value as numeric(38,2)) as value
from figure;
