-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 34. Acceptance rate, in share. Contracts that sellers accepted, of those accepted, rejected, or cancelled by the system unanswered.
drop view if exists bi.m_acceptance_rate;

create view bi.m_acceptance_rate as
with figure as (
    select
      contract_date.financial_year,
      sum(case when f.accepted_at is not null then 1 when not (f.accepted_at is not null) then 0 end) as numerator,
      count(*) as denominator,
      cast(cast(sum(case when f.accepted_at is not null then 1 when not (f.accepted_at is not null) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
    from mart.fact_contract_lifecycle f
      join mart.dim_date contract_date on contract_date.date_key = f.contract_date_key
    where f.accepted_at is not null or f.rejected_at is not null or coalesce(f.status, '') = 'REJECTED' or ((f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED') and f.cancelled_by = 'SYSTEM')
    group by contract_date.financial_year
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
