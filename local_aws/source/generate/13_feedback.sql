-- What the parties think of one another: ratings after the deal, incidents before and after the contract. The buyer is
-- the organisation, whoever of it bought.

insert into gem.rating (
  rating_id, contract_id, ratee_type, ratee_id, score, component_scores, rated_at, created_at, updated_at
)
with rated as (
  select
    id * 10 + number as rating_id,
    id,
    ratee_type,
    case ratee_type when 'SELLER' then seller_id else org_id end as ratee_id,
    aspects,
    coalesce(settled_at, crac_at) + interval '1 hour' * (10 + pg_temp.pick(id * 10 + number, 'rated', 300)) as rated_at
  from progress
  join deal using (id)
  cross join (
    values
      (1, 'SELLER', 0.55, array['quality', 'delivery', 'service']),
      (2, 'BUYER', 0.2, array['acceptance', 'payment', 'clarity'])
  ) as side (number, ratee_type, share, aspects)
  where is_settled
    and pg_temp.chance(id * 10 + number, 'rates') < share
),
scored as (
  select
    *,
    5 - floor(4.5 * power(pg_temp.chance(rating_id, 'score 1'), 2.5))::integer as first,
    5 - floor(4.5 * power(pg_temp.chance(rating_id, 'score 2'), 2.5))::integer as second,
    5 - floor(4.5 * power(pg_temp.chance(rating_id, 'score 3'), 2.5))::integer as third
  from rated
)
select
  rating_id,
  id,
  ratee_type,
  ratee_id,
  round((first + second + third) / 3.0, 1),
  jsonb_build_object(aspects[1], first, aspects[2], second, aspects[3], third),
  rated_at,
  rated_at,
  rated_at
from scored
where rated_at < pg_temp.data_end();

insert into gem.incident (
  incident_id, stage, raised_by_type, raised_by_id, against_type, against_id, contract_id, bid_id, reason_code,
  severity, raised_at, escalated_at, scn_at, responded_at, closed_at, outcome, suspension_days, created_at, updated_at
)
with raised as (
  select
    id * 10 + 1 as incident_id,
    'POST_CONTRACT' as stage,
    pg_temp.chance(id, 'raised by') < 0.75 as by_buyer,
    (array['QUALITY', 'QUALITY', 'DELAY', 'DELAY', 'NON_DELIVERY', 'PAYMENT', 'PRICE', 'OTHER'])[
      1 + pg_temp.pick(id, 'complaint', 8)
    ] as reason_code,
    id as contract_id,
    null::bigint as bid_id,
    org_id,
    seller_id,
    answered_at + interval '1 hour' * (100 + pg_temp.pick(id, 'raised', 1400)) as raised_at
  from deal
  where (is_served or is_terminated)
    and pg_temp.chance(id, 'incident') < case when is_terminated then 0.6 else 0.008 end
  union all
  select
    participation_id * 10 + 2,
    'PRE_CONTRACT',
    true,
    (array['FORGED_DOCUMENT', 'CARTEL', 'PRICE', 'OTHER'])[1 + pg_temp.pick(participation_id, 'complaint', 4)],
    null,
    bid_id,
    org_id,
    seller_id,
    tech_evaluated_at + interval '1 hour' * (1 + pg_temp.pick(participation_id, 'raised', 40))
  from gem.bid_participation
  join gem.bid using (bid_id)
  where tech_status = 'DISQUALIFIED'
    and pg_temp.chance(participation_id, 'incident') < 0.03
),
judged as (
  select
    *,
    (array['MILD', 'MILD', 'MILD', 'SERIOUS', 'SERIOUS', 'SEVERE', 'GRAVE'])[
      1 + pg_temp.pick(incident_id, 'severity', 7)
    ] as severity,
    raised_at + interval '1 hour' * (170 + pg_temp.pick(incident_id, 'escalated', 60)) as escalates_at
  from raised
),
answered as (
  select
    *,
    case when severity <> 'MILD' then escalates_at + interval '20 hours' end as notified_at
  from judged
),
closed as (
  select
    *,
    case
      when pg_temp.chance(incident_id, 'answers') < 0.9
        then notified_at + interval '1 hour' * (6 + pg_temp.pick(incident_id, 'answered', 160))
    end as answers_at,
    coalesce(notified_at + interval '10 days', raised_at)
      + interval '1 hour' * (20 + pg_temp.pick(incident_id, 'closed', 500))
      as ends_at,
    case
      when severity = 'GRAVE' then 'DEBARMENT'
      when severity = 'SEVERE' then 'SUSPENSION'
      when severity = 'SERIOUS' then 'WARNING'
      when pg_temp.chance(incident_id, 'withdrawn') < 0.15 then 'WITHDRAWN'
      else 'RESOLVED'
    end as decided
  from answered
)
select
  incident_id,
  stage,
  case when by_buyer then 'BUYER' else 'SELLER' end,
  case when by_buyer then org_id else seller_id end,
  case when by_buyer then 'SELLER' else 'BUYER' end,
  case when by_buyer then seller_id else org_id end,
  contract_id,
  bid_id,
  reason_code,
  severity,
  raised_at,
  case when severity <> 'MILD' and escalates_at < pg_temp.data_end() then escalates_at end,
  case when notified_at < pg_temp.data_end() then notified_at end,
  case when answers_at < pg_temp.data_end() then answers_at end,
  case when ends_at < pg_temp.data_end() then ends_at end,
  case when ends_at < pg_temp.data_end() then decided end,
  case
    when ends_at < pg_temp.data_end() and decided in ('SUSPENSION', 'DEBARMENT')
      then 30 * (1 + pg_temp.pick(incident_id, 'suspension', 12))
  end,
  raised_at,
  case when ends_at < pg_temp.data_end() then ends_at else raised_at end
from closed
where raised_at < pg_temp.data_end();
