-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 32. MSE price match awards, in share. Bids awarded to an MSE that matched, of those whose lowest offer was of no MSE while one had quoted within the price band.
drop view if exists bi.m_mse_price_match_awards;

create view bi.m_mse_price_match_awards as
with figure as (
    select
      published_date.financial_year,
      sum(case when f.is_mse_match then 1 when not (f.is_mse_match) then 0 end) as numerator,
      count(*) as denominator,
      cast(cast(sum(case when f.is_mse_match then 1 when not (f.is_mse_match) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
    from bi.v_mse_price_match f
      join mart.dim_date published_date on published_date.date_key = f.published_date_key
    group by published_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
