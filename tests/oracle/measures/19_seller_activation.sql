-- Seller activation: sellers whose first valid order came soon after registration, of those registered long enough before
-- D, by financial year of registration.
with cohort as (
  select
    seller_id,
    registered_on,
    oracle.fy(registered_on) as fy,
    oracle.param('ACTIVATION_DAYS', registered_on)::integer as days
  from oracle.seller
),
first_order as (
  select seller_id, min(contract_day) as first_day
  from oracle.line
  where not is_void
  group by seller_id
)
select
  grouping(fy) as overall,
  fy as slice,
  count(*) filter (where first_day <= registered_on + days) as numerator,
  count(*) as denominator
from cohort
left join first_order using (seller_id)
where registered_on <= oracle.as_of() - days
group by grouping sets ((), (fy));
