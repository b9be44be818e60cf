-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 26. Bid cancellation rate, in share. Bids that were cancelled, of those published.
drop view if exists bi.m_bid_cancellation_rate;

create view bi.m_bid_cancellation_rate as
with figure as (
    select
      published_date.financial_year,
      sum(case when f.is_cancelled then 1 when not (f.is_cancelled) then 0 end) as numerator,
      count(*) as denominator,
      cast(cast(sum(case when f.is_cancelled then 1 when not (f.is_cancelled) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
    from mart.fact_bid f
      join mart.dim_date published_date on published_date.date_key = f.published_date_key
    where f.published_at is not null
    group by published_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
