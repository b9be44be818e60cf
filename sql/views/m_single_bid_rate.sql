-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 22. Single-bid rate, in share. Bids with exactly one qualified bidder, by bid technically evaluated.
drop view if exists bi.m_single_bid_rate;

create view bi.m_single_bid_rate as
with figure as (
    select
      published_date.financial_year,
      sum(case when f.is_single_bid then 1 when not (f.is_single_bid) then 0 end) as numerator,
      count(*) as denominator,
      cast(cast(sum(case when f.is_single_bid then 1 when not (f.is_single_bid) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
    from mart.fact_bid f
      join mart.dim_date published_date on published_date.date_key = f.published_date_key
    where f.is_evaluated
    group by published_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
