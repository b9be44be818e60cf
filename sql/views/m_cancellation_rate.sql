-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 35. Cancellation rate, in share. Value at award of orders cancelled since, of gross GMV.
drop view if exists bi.m_cancellation_rate;

create view bi.m_cancellation_rate as
with figure as (
    select
      contract_date.financial_year,
      buyer_org.ministry_name,
      sum(case when (f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') then f.line_value when not ((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED')) then 0 end) as numerator,
      sum(f.line_value) as denominator,
      cast(cast(sum(case when (f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') then f.line_value when not ((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED')) then 0 end) as numeric(26,6)) / nullif(sum(f.line_value), 0) as numeric(38,6)) as value
    from mart.fact_order_line f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
      join mart.dim_buyer_org buyer_org on buyer_org.buyer_org_key = f.buyer_org_key
    group by contract_date.financial_year, buyer_org.ministry_name
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.ministry_name as varchar(1024)) as ministry_name,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
