-- Generated from gem.contracts by `gem contracts generate`; do not edit.
-- 48. Notices answered in time, in share. Incidents answered at most SCN_REPLY_DAYS after the show-cause notice, of those with a notice.
drop view if exists bi.m_notices_answered_in_time;

create view bi.m_notices_answered_in_time as
with figure as (
    select
      raised_date.financial_year,
      f.severity,
      sum(case when coalesce(f.responded_on <= f.reply_due_on, false) then 1 when not (coalesce(f.responded_on <= f.reply_due_on, false)) then 0 end) as numerator,
      count(*) as denominator,
      cast(cast(sum(case when coalesce(f.responded_on <= f.reply_due_on, false) then 1 when not (coalesce(f.responded_on <= f.reply_due_on, false)) then 0 end) as numeric(26,6)) / nullif(count(*), 0) as numeric(38,6)) as value
    from bi.v_notices f
      join mart.dim_date raised_date on raised_date.date_key = f.raised_date_key
    group by raised_date.financial_year, f.severity
)
select
    cast(figure.financial_year as varchar(7)) as financial_year,
    cast(figure.severity as varchar(128)) as severity,
    cast(figure.numerator as numeric(38,6)) as numerator,
    cast(figure.denominator as numeric(38,6)) as denominator,
    cast(figure.value as numeric(38,6)) as value
from figure;
