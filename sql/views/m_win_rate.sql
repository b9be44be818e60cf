-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 24. Win rate, in share. Participations that won, by participation.
drop view if exists bi.m_win_rate;

create view bi.m_win_rate as
with figure as (
    select
      submitted_date.financial_year,
      seller.size,
      sum(case when f.is_awarded then 1 when not (f.is_awarded) then 0 end) as numerator,
      count(*) as denominator,
      cast(cast(sum(case when f.is_awarded then 1 when not (f.is_awarded) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
    from mart.fact_bid_participation f
      join mart.dim_date submitted_date on submitted_date.date_key = f.submitted_date_key
      join mart.dim_seller seller on seller.seller_key = f.seller_key
    group by submitted_date.financial_year, seller.size
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.size as varchar(32)) as size,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
