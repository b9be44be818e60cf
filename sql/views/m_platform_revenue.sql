-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 55. Platform revenue, in rupees. What sellers were charged, without GST, by the financial year that the charge states.
drop view if exists bi.m_platform_revenue;

create view bi.m_platform_revenue as
with figure as (
    select
      f.financial_year,
      cast(coalesce(sum(f.charged), 0) as numeric(38,2)) as value
    from bi.v_charge_balance f
    group by f.financial_year
)
select
    cast(figure.financial_year as varchar(128)) as financial_year,
    cast(figure.value as numeric(38,2)) as value
from figure;
