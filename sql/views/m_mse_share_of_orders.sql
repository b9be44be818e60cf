-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 12. MSE share of orders, in share. Share of valid orders that went to micro and small enterprises on the day of the contract.
drop view if exists bi.m_mse_share_of_orders;

create view bi.m_mse_share_of_orders as
with figure as (
    select
      contract_date.financial_year,
      case when count(case when seller.is_mse then 1 when not (seller.is_mse) then 0 end) > 0 then count(distinct case when seller.is_mse then f.source_id || '/' || cast(f.contract_id as varchar) end) end as numerator,
      count(distinct f.source_id || '/' || cast(f.contract_id as varchar)) as denominator,
      cast(cast(case when count(case when seller.is_mse then 1 when not (seller.is_mse) then 0 end) > 0 then count(distinct case when seller.is_mse then f.source_id || '/' || cast(f.contract_id as varchar) end) end as numeric(26,6)) / nullif(count(distinct f.source_id || '/' || cast(f.contract_id as varchar)), 0) as numeric(38,6)) as value
    from mart.fact_order_line f
      join mart.dim_seller seller on seller.seller_key = f.seller_key
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    where f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED')
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
