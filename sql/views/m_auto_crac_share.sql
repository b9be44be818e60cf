-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 40. Automatic CRAC share, in share. CRACs that the system issued, of all.
drop view if exists bi.m_auto_crac_share;

create view bi.m_auto_crac_share as
with figure as (
    select
      issued_date.financial_year,
      sum(case when f.is_auto then 1 when not (f.is_auto) then 0 end) as numerator,
      count(*) as denominator,
      cast(cast(sum(case when f.is_auto then 1 when not (f.is_auto) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
    from mart.fact_receipt f
      join mart.dim_date issued_date on issued_date.date_key = f.issued_date_key
    where f.kind = 'CRAC'
    group by issued_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
