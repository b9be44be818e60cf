-- Days from publication to award, by financial year of publication.
select
  grouping(fy) as overall,
  fy as slice,
  percentile_cont(0.5) within group (order by oracle.day(awarded_at) - published_day) as median,
  percentile_cont(0.9) within group (order by oracle.day(awarded_at) - published_day) as p90
from oracle.bid
where awarded_at is not null
  and published_at is not null
group by grouping sets ((), (fy));
