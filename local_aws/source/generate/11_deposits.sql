-- Earnest money of those who offered, and performance guarantees of those who won.

insert into gem.security_deposit (
  deposit_id, kind, bid_id, contract_id, seller_id, amount, mode, status, held_at, valid_until, released_at, created_at,
  updated_at
)
with earnest as (
  select
    participation_id * 10 + 1 as deposit_id,
    bid_id,
    seller_id,
    emd_amount as amount,
    case when emd_mode = 'BG' then 'BG' else 'ONLINE' end as mode,
    submitted_at as held_at,
    closes_at + interval '180 days' as valid_until,
    pg_temp.chance(participation_id, 'emd forfeited') < 0.004 as is_forfeited,
    -- Given back after the end of the bid; the winner's after the guarantee is there.
    coalesce(withdrawn_at, cancelled_at, awarded_at)
      + interval '1 day' * (5 + pg_temp.pick(participation_id, 'emd back', 20))
      + interval '20 days' * is_awarded::integer
      as ends_at
  from gem.bid_participation
  join gem.bid using (bid_id)
  where emd_amount > 0
    and emd_mode in ('PAID', 'BG')
),
guarantee as (
  select
    id * 1000 + 2 as deposit_id,
    id,
    seller_id,
    round(total_value * epbg_pct / 100, 2) as amount,
    case when pg_temp.chance(id, 'epbg mode') < 0.8 then 'BG' else 'FDR' end as mode,
    answered_at + interval '1 day' * (1 + pg_temp.pick(id, 'epbg day', 14)) as held_at,
    decided_at + interval '1 day' * (delivery_days + 425) as valid_until,
    is_terminated,
    -- Forfeited with the termination; else given back when the warranty is over.
    case
      when is_terminated then decided_at + interval '2 days' * delivery_days
      else decided_at + interval '1 day' * (delivery_days + 365 + pg_temp.pick(id, 'epbg back', 60))
    end as ends_at
  from deal
  join gem.bid on bid_id = id
  where epbg_pct > 0
    and (is_served or is_terminated)
)
select
  deposit_id,
  kind,
  bid_id,
  contract_id,
  seller_id,
  amount,
  mode,
  case
    when ends_at is null or ends_at >= pg_temp.data_end() then 'HELD'
    when is_forfeited then 'FORFEITED'
    else 'RELEASED'
  end,
  held_at,
  valid_until,
  case when ends_at < pg_temp.data_end() then ends_at end,
  held_at,
  case when ends_at < pg_temp.data_end() then ends_at else held_at end
from (
  select
    deposit_id, 'EMD' as kind, bid_id, null::bigint as contract_id, seller_id, amount, mode, held_at, valid_until,
    is_forfeited, ends_at
  from earnest
  union all
  select deposit_id, 'EPBG', id, id, seller_id, amount, mode, held_at, valid_until, is_terminated, ends_at
  from guarantee
) as deposit
where held_at < pg_temp.data_end();
