-- Orders that together look like one order split to stay below a limit, by mode.
with part as (
  select
    contract_id,
    buyer_user_id,
    category_id,
    buy_mode,
    contract_day,
    sum(line_value) as value,
    case
      when buy_mode = 'DIRECT' then oracle.param('DP_LIMIT', contract_day)
      else oracle.param('L1_LIMIT', contract_day)
    end as most
  from oracle.line
  where not is_void
    and buy_mode in ('DIRECT', 'L1')
  group by contract_id, buyer_user_id, category_id, buy_mode, contract_day
),
small as (
  select *
  from part
  where value <= most
),
split as (
  select
    first_one.buyer_user_id,
    first_one.category_id,
    first_one.buy_mode,
    array_agg(one.contract_id) as contract_ids
  from small as first_one
  join small as one
    on one.buyer_user_id = first_one.buyer_user_id
    and one.category_id = first_one.category_id
    and one.buy_mode = first_one.buy_mode
    and one.contract_day >= first_one.contract_day
    and one.contract_day
      < first_one.contract_day + oracle.param('SPLIT_WINDOW_DAYS', first_one.contract_day)::integer
  group by first_one.contract_id, first_one.buyer_user_id, first_one.category_id, first_one.buy_mode, first_one.most
  having count(*) >= 2
    and sum(one.value) > first_one.most
),
flagged as (
  select distinct small.*
  from split
  join small using (buyer_user_id, category_id, buy_mode)
  where small.contract_id = any (contract_ids)
)
select
  grouping(buy_mode) as overall,
  buy_mode as slice,
  count(distinct contract_id) as orders,
  coalesce(sum(value), 0) as value
from flagged
group by grouping sets ((), (buy_mode));
