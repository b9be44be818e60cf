-- Days from raising an incident to closing it, and those answered in time, of those with a notice, by severity.
select
  grouping(severity) as overall,
  severity as slice,
  percentile_cont(0.5) within group (order by oracle.day(closed_at) - oracle.day(raised_at)) as median,
  count(*) filter (
    where oracle.day(responded_at)
      <= oracle.day(scn_at) + oracle.param('SCN_REPLY_DAYS', oracle.day(scn_at))::integer
  ) as numerator,
  count(scn_at) as denominator
from gem.incident
group by grouping sets ((), (severity));
