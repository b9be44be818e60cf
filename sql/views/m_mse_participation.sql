-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 23. MSE participation, in share. Participations of sellers who were micro or small enterprises at submission, of all.
drop view if exists bi.m_mse_participation;

create view bi.m_mse_participation as
with figure as (
    select
      submitted_date.financial_year,
      sum(case when seller.is_mse then 1 when not (seller.is_mse) then 0 end) as numerator,
      count(*) as denominator,
      cast(cast(sum(case when seller.is_mse then 1 when not (seller.is_mse) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
    from mart.fact_bid_participation f
      join mart.dim_seller seller on seller.seller_key = f.seller_key
      join mart.dim_date submitted_date on submitted_date.date_key = f.submitted_date_key
    group by submitted_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
