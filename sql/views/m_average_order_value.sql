-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 4. Average order value, in rupees. Net GMV by valid order.
drop view if exists bi.m_average_order_value;

create view bi.m_average_order_value as
with figure as (
    select
      contract_date.financial_year,
      sum(f.current_value) as numerator,
      count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.source_id || '/' || cast(f.contract_id as varchar) end) as denominator,
      cast(cast(sum(f.current_value) as numeric(26,6)) / nullif(count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.source_id || '/' || cast(f.contract_id as varchar) end), 0) as numeric(38,2)) as value
    from mart.fact_order_line f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,2)) as value
from figure;
