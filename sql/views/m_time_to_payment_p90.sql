-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 41. Time to payment, 90th percentile, in days. 90th percentile of the days from the CRAC to payment, by the day of payment.
drop view if exists bi.m_time_to_payment_p90;

create view bi.m_time_to_payment_p90 as
with figure as (
    select
      paid_date.financial_year,
      cast(percentile_cont(0.9) within group (order by f.days_crac_to_paid) as numeric(38,2)) as value
    from bi.v_payables f
      join mart.dim_date paid_date on paid_date.date_key = f.paid_date_key
    group by paid_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.value as numeric(38,2)) as value
from figure;
