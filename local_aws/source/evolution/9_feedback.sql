-- Deposits, charges, ratings and incidents, as they follow from the deals.

-- kind: deposits given back or forfeited
with ended as (
  select
    deposit_id,
    pg_temp.chance(deposit_id, 'forfeited') < 0.05 as is_forfeited,
    greatest(held_at, pg_temp.moment(deposit_id, 'given back')) as ends_at
  from gem.security_deposit
  where status = 'HELD'
    and created_at < %(since)s
  order by pg_temp.chance(deposit_id, 'given back'), deposit_id
  limit (select pg_temp.share_of(count(*) / 4) from gem.security_deposit)
)
update gem.security_deposit as deposit
set
  status = case when is_forfeited then 'FORFEITED' else 'RELEASED' end,
  released_at = ends_at,
  updated_at = ends_at
from ended
where deposit.deposit_id = ended.deposit_id;

-- kind: charges billed
-- The share of the policy, for large orders accepted in this round.
insert into gem.platform_charge (
  charge_id, seller_id, contract_id, kind, fy, base_value, amount, gst, charged_at, status, created_at, updated_at
)
with charged as (
  select
    contract.*,
    extract(year from accepted_at at time zone 'Asia/Kolkata' - interval '3 months')::integer as fy_start,
    round(least(total_value * percent.num_value / 100, flat.num_value), 2) as amount
  from gem.contract
  join gem.policy_parameter as free on free.param_code = 'CHARGE_FREE_UP_TO' and free.effective_to is null
  join gem.policy_parameter as percent on percent.param_code = 'CHARGE_PCT' and percent.effective_to is null
  join gem.policy_parameter as flat on flat.param_code = 'CHARGE_FLAT' and flat.effective_to is null
  where accepted_at >= %(since)s
    and total_value > free.num_value / 10
)
select
  (select coalesce(max(charge_id), 0) from gem.platform_charge where charge_id < pg_temp.id_limit())
    + row_number() over (order by contract_id),
  seller_id,
  contract_id,
  'TRANSACTION',
  fy_start || '-' || lpad(mod(fy_start + 1, 100)::text, 2, '0'),
  total_value,
  amount,
  round(amount * 0.18, 2),
  accepted_at + interval '1 second',
  'BILLED',
  accepted_at + interval '1 second',
  accepted_at + interval '1 second'
from charged;

-- kind: charges paid or waived
update gem.platform_charge
set
  status = case when pg_temp.chance(charge_id, 'waived') < 0.1 then 'WAIVED' else 'PAID' end,
  updated_at = greatest(updated_at, pg_temp.moment(charge_id, 'charge paid'))
where charge_id in (
  select charge_id
  from gem.platform_charge
  where status = 'BILLED'
    and created_at < %(since)s
  order by pg_temp.chance(charge_id, 'charge paid'), charge_id
  limit (select pg_temp.share_of(count(*)) from gem.platform_charge)
);

-- kind: ratings given
insert into gem.rating (
  rating_id, contract_id, ratee_type, ratee_id, score, component_scores, rated_at, created_at, updated_at
)
select
  (select coalesce(max(rating_id), 0) from gem.rating where rating_id < pg_temp.id_limit())
    + row_number() over (order by contract_id),
  contract_id,
  'SELLER',
  seller_id,
  1 + pg_temp.pick(contract_id, 'stars', 5),
  jsonb_build_object('quality', 1 + pg_temp.pick(contract_id, 'stars', 5)),
  updated_at,
  updated_at,
  updated_at
from gem.contract
where status = 'COMPLETED'
  and updated_at >= %(since)s
  and seller_id is not null
  and pg_temp.chance(contract_id, 'rates') < 0.7;

-- kind: ratings taken back
delete from gem.rating
where rating_id in (
  select rating_id
  from gem.rating
  where created_at < %(since)s
  order by pg_temp.chance(rating_id, 'taken back'), rating_id
  limit (select pg_temp.share_of(count(*) / 50) from gem.rating)
);

-- kind: incidents raised
insert into gem.incident (
  incident_id, stage, raised_by_type, raised_by_id, against_type, against_id, contract_id, reason_code, severity,
  raised_at, created_at, updated_at
)
with chosen as (
  select *, pg_temp.moment(contract_id, 'raised') as raised_on
  from gem.contract
  where status in ('IN_DELIVERY', 'DELIVERED', 'COMPLETED')
    and contract_at < %(since)s
  order by pg_temp.chance(contract_id, 'raised'), contract_id
  limit (select pg_temp.share_of(count(*) / 20) from gem.contract)
)
select
  (select coalesce(max(incident_id), 0) from gem.incident where incident_id < pg_temp.id_limit())
    + row_number() over (order by contract_id),
  'POST_CONTRACT',
  'BUYER',
  org_id,
  'SELLER',
  seller_id,
  contract_id,
  (array['QUALITY', 'DELAY', 'NON_DELIVERY', 'OTHER'])[1 + pg_temp.pick(contract_id, 'complaint', 4)],
  (array['MILD', 'SERIOUS', 'SEVERE', 'GRAVE'])[1 + pg_temp.pick(contract_id, 'severity', 4)],
  raised_on,
  raised_on,
  raised_on
from chosen;

-- kind: incidents escalated or closed
-- One step of each a round: notice to the other side, its answer, the decision.
update gem.incident
set
  escalated_at = coalesce(escalated_at, moved_at),
  scn_at = coalesce(scn_at, moved_at),
  responded_at = case when scn_at is null then null else coalesce(responded_at, moved_at) end,
  closed_at = case when scn_at is not null then moved_at end,
  outcome = case
    when scn_at is null then null
    when severity in ('SEVERE', 'GRAVE') then 'SUSPENSION'
    when severity = 'SERIOUS' then 'WARNING'
    else 'RESOLVED'
  end,
  suspension_days = case when scn_at is not null and severity in ('SEVERE', 'GRAVE') then 30 end,
  updated_at = moved_at
from (
  select
    incident_id as moving_id,
    greatest(raised_at, escalated_at, scn_at, responded_at, pg_temp.moment(incident_id, 'moves on')) as moved_at
  from gem.incident
  where closed_at is null
    and created_at < %(since)s
  order by pg_temp.chance(incident_id, 'moves on'), incident_id
  limit (select pg_temp.share_of(count(*)) from gem.incident)
) as moving
where incident_id = moving_id;
