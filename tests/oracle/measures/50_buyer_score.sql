-- Buyer score: four rates of promptness by their weights, by ministry.
with closing as (
  select
    ministry_id,
    oracle.day(closes_at) + oracle.param('BID_CLOSURE_DAYS', oracle.day(closes_at))::integer as due_day,
    least(oracle.day(awarded_at), oracle.day(cancelled_at)) as done_day
  from oracle.bid
  where published_at is not null
),
ordering as (
  select
    ministry_id,
    oracle.day(awarded_at) + oracle.param('ORDER_PLACING_DAYS', oracle.day(awarded_at))::integer as due_day,
    (select min(contract_day) from oracle.contract where contract.bid_id = bid.bid_id) as done_day
  from oracle.bid
),
accepting as (
  select ministry_id, delivered_day + oracle.param('CRAC_DAYS', delivered_day)::integer as due_day, crac_day as done_day
  from oracle.delivery
),
part as (
  select 'closing' as name, ministry_id, (done_day <= due_day)::integer::numeric as good, 1::numeric as total
  from closing
  where due_day < oracle.as_of()
  union all
  select 'ordering', ministry_id, (done_day <= due_day)::integer, 1
  from ordering
  where due_day < oracle.as_of()
  union all
  select 'accepting', ministry_id, (done_day <= due_day)::integer, 1
  from accepting
  where due_day <= oracle.as_of()
  union all
  select 'paying', ministry_id, payable_amount * (paid_day <= due_day)::integer, payable_amount
  from oracle.payment
  where due_day < oracle.as_of()
),
rate as (
  select
    grouping(ministry_id) as overall,
    ministry_id as slice,
    name,
    coalesce(sum(good), 0) / nullif(sum(total), 0) as rate
  from part
  group by grouping sets ((name), (ministry_id, name))
)
select
  overall,
  slice,
  oracle.param('BUYER_SCORE_CLOSURE_PCT', oracle.as_of()) / 100 * max(rate) filter (where name = 'closing')
    + oracle.param('BUYER_SCORE_PLACING_PCT', oracle.as_of()) / 100 * max(rate) filter (where name = 'ordering')
    + oracle.param('BUYER_SCORE_ACCEPTANCE_PCT', oracle.as_of()) / 100 * max(rate) filter (where name = 'accepting')
    + oracle.param('BUYER_SCORE_PAYMENT_PCT', oracle.as_of()) / 100 * max(rate) filter (where name = 'paying')
    as value
from rate
group by overall, slice;
