-- Penal interest accrued by D, by ministry.
select
  grouping(ministry_id) as overall,
  ministry_id as slice,
  sum(
    round(
      payable_amount
        * oracle.param('PENAL_INTEREST_PCT_MONTH', due_day)
        * greatest(0, least(coalesce(paid_day, oracle.as_of()), oracle.as_of()) - due_day)
        / 3000,
      2
    )
  ) as value
from oracle.payment
group by grouping sets ((), (ministry_id));
