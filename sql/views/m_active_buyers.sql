-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 10. Active buyers, in count. Organisations with a valid order.
drop view if exists bi.m_active_buyers;

create view bi.m_active_buyers as
with figure as (
    select
      contract_date.financial_year,
      count(distinct case when f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED') then f.source_id || '/' || cast(f.org_id as varchar) end) as value
    from mart.fact_order_line f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.value as numeric(38,0)) as value
from figure;
