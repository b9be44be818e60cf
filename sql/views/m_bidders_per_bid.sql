-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 20. Bidders per bid, in ratio. Participants not withdrawn before closing, by opened bid.
drop view if exists bi.m_bidders_per_bid;

create view bi.m_bidders_per_bid as
with figure as (
    select
      published_date.financial_year,
      sum(f.participants) as numerator,
      count(*) as denominator,
      cast(cast(sum(f.participants) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
    from mart.fact_bid f
      join mart.dim_date published_date on published_date.date_key = f.published_date_key
    where f.is_opened
    group by published_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
