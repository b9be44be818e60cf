-- How far the second lowest qualified price lies above the lowest, by financial year of publication.
with ranked as (
  select bid_id, final_value, row_number() over (partition by bid_id order by final_value) as place
  from oracle.offer
  where is_qualified
    and final_value is not null
),
gap as (
  select bid_id, (l2.final_value - l1.final_value) / l1.final_value as gap
  from ranked as l1
  join ranked as l2 using (bid_id)
  where l1.place = 1
    and l2.place = 2
    and l1.final_value > 0
)
select grouping(fy) as overall, fy as slice, percentile_cont(0.5) within group (order by gap) as median
from gap
join oracle.bid using (bid_id)
group by grouping sets ((), (fy));
