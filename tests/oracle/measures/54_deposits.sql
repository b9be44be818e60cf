-- Deposits outstanding on D, and the amount forfeited of what was released or forfeited, by kind.
select
  grouping(kind) as overall,
  kind as slice,
  coalesce(
    sum(amount) filter (
      where oracle.day(held_at) <= oracle.as_of()
        and (status = 'HELD' or oracle.day(released_at) > oracle.as_of())
    ),
    0
  ) as outstanding,
  coalesce(sum(amount) filter (where status = 'FORFEITED'), 0) as numerator,
  sum(amount) filter (where status in ('RELEASED', 'FORFEITED')) as denominator
from gem.security_deposit
group by grouping sets ((), (kind));
