-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 28. Reverse auction reduction, in share. Start price less lowest offer, by start price, over ended reverse auctions with an offer.
drop view if exists bi.m_ra_reduction;

create view bi.m_ra_reduction as
with figure as (
    select
      published_date.financial_year,
      sum(f.ra_start_value - f.ra_final_value) as numerator,
      sum(f.ra_start_value) as denominator,
      cast(cast(sum(f.ra_start_value - f.ra_final_value) as numeric(26,6)) / nullif(sum(f.ra_start_value), 0) as numeric(38,6)) as value
    from mart.fact_bid f
      join mart.dim_date published_date on published_date.date_key = f.published_date_key
    group by published_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
