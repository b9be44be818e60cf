-- Sellers come in blocks. Every block holds the same slots, each a class of seller in a state, so that a seller of a
-- given class and state is found by arithmetic. A seller's id grows with the day of registration.

-- The shares are of the orders that go to micro and small enterprises; they add up to the published shares of value.
-- Above `most_value` an order falls to a plain one, or a single order could outweigh a whole class.
create temporary table seller_class on commit drop as
select *
from (
  values
    ('women', true, 0.3, true, 'GEN', false, 0.000, 0.184, 250000000),
    ('startup', true, 0.2, false, 'GEN', true, 0.184, 0.314, 250000000),
    ('sc', true, 0.1, false, 'SC', false, 0.314, 0.359, 20000000),
    ('st', true, 0.1, false, 'ST', false, 0.359, 0.387, 20000000),
    ('women_sc', true, 0.1, true, 'SC', false, 0.387, 0.402, 20000000),
    ('plain', true, 1.0, false, 'GEN', false, 0.402, 1.000, 1000000000),
    ('large', false, 0.6, false, null, false, 0.000, 1.000, 1000000000)
) as class (class, is_mse, frequency, is_women_owned, social_category, is_startup, share_from, share_to, most_value);

create temporary table seller_slot on commit drop as
with slots as (
  select
    class.*,
    state.state_code,
    state.pin_prefix,
    ordinal,
    count(*) over (partition by class.class, state.state_code) as slots_alike,
    row_number() over (order by class.class collate "C", state.state_code collate "C", ordinal) as number
  from seller_class as class
  cross join market_state as state
  cross join lateral generate_series(1, greatest(1, round(state.weight * class.frequency)::integer)) as ordinal
),
shuffled as (
  select *, row_number() over (order by pg_temp.chance(number, 'slot'), number) - 1 as slot
  from slots
)
select
  *,
  case when not is_mse then row_number() over (partition by is_mse order by slot) - 1 end as large_rank,
  count(*) over () as slots
from shuffled;

create temporary table seller_block on commit drop as
select slots, large_slots, greatest(2, ceil(%(contracts)s / 8.0 / slots))::bigint as blocks
from (select count(*) as slots, count(large_rank) as large_slots from seller_slot) as counted;

create temporary table seller_made on commit drop as
with registered as (
  select
    block.block * block.slots + slot.slot + 1 as seller_id,
    slot.*,
    -- The first block was there before the first contract; the others arrived evenly until the last.
    case
      when block.block = 0 then date '2016-08-09' + floor(1500.0 * slot.slot / block.slots)::integer
      else date '2020-12-01'
        + floor(1946 * (block.block - 1 + slot.slot::double precision / block.slots) / (block.blocks - 1))::integer
    end as registered_on
  from (select *, generate_series(0, blocks - 1) as block from seller_block) as block
  cross join seller_slot as slot
),
constituted as (
  select
    *,
    case
      when not is_mse and pg_temp.chance(seller_id, 'constitution') < 0.5 then 'PUBLIC_LIMITED'
      when pg_temp.chance(seller_id, 'constitution') < 0.45 then 'PROPRIETORSHIP'
      when pg_temp.chance(seller_id, 'constitution') < 0.60 then 'PARTNERSHIP'
      when pg_temp.chance(seller_id, 'constitution') < 0.68 then 'LLP'
      when pg_temp.chance(seller_id, 'constitution') < 0.97 then 'PRIVATE_LIMITED'
      else 'SOCIETY'
    end as constitution,
    (registered_on + time '11:00') at time zone 'Asia/Kolkata' as registered_at,
    -- Some grow out of the class that they registered in.
    case
      when not is_mse then date '0001-01-01'
      when registered_on < date '2023-01-01' and pg_temp.chance(seller_id, 'grows') < 0.03
        then date '2023-04-01' + floor(1006 * pg_temp.chance(seller_id, 'grows when'))::integer
      else date '9999-12-31'
    end as mse_until
  from registered
),
numbered as (
  select
    *,
    chr(65 + mod(seller_id / 6760000, 26)::integer) || chr(65 + mod(seller_id / 260000, 26)::integer)
      || chr(65 + mod(seller_id / 10000, 26)::integer)
      || case constitution
        when 'PROPRIETORSHIP' then 'P'
        when 'PARTNERSHIP' then 'F'
        when 'LLP' then 'F'
        when 'SOCIETY' then 'A'
        else 'C'
      end
      || chr(65 + floor(26 * pg_temp.chance(seller_id, 'pan 5'))::integer)
      || lpad(mod(seller_id, 10000)::text, 4, '0')
      || chr(65 + floor(26 * pg_temp.chance(seller_id, 'pan 10'))::integer) as pan
  from constituted
)
select *, state_code || pan || '1Z' || pg_temp.gstin_check(state_code || pan || '1Z') as gstin
from numbered;

analyze seller_slot, seller_made;

insert into gem.seller (
  seller_id, legal_name, pan, constitution, seller_type, status, registered_on, registered_state_code, pincode,
  avg_rating, created_at, updated_at
)
select
  seller_id,
  case
    when pg_temp.chance(seller_id, 'hindi') < 0.05
      then concat_ws(
        ' ',
        (array['गंगा', 'कावेरी', 'हिमालय', 'विंध्य', 'नर्मदा'])[1 + floor(5 * pg_temp.chance(seller_id, 'name'))::integer],
        (array['भंडार', 'विद्युत', 'वस्त्रालय', 'उद्योग'])[1 + floor(4 * pg_temp.chance(seller_id, 'trade'))::integer],
        seller_id
      )
    else concat_ws(
      ' ',
      (array['Ganga', 'Kaveri', 'Himalaya', 'Vindhya', 'Narmada', 'Godavari', 'Aravalli', 'Nilgiri'])[
        1 + floor(8 * pg_temp.chance(seller_id, 'name'))::integer
      ],
      (array['Traders', 'Electricals', 'Textiles', 'Systems', 'Industries', 'Services', 'Supplies', 'Instruments'])[
        1 + floor(8 * pg_temp.chance(seller_id, 'trade'))::integer
      ],
      seller_id,
      case constitution
        when 'PRIVATE_LIMITED' then 'Private Limited'
        when 'PUBLIC_LIMITED' then 'Limited'
        when 'LLP' then 'LLP'
        when 'SOCIETY' then 'Society'
      end
    )
  end,
  pan,
  constitution,
  (array['OEM', 'RESELLER', 'RESELLER', 'SERVICE_PROVIDER'])[1 + floor(4 * pg_temp.chance(seller_id, 'type'))::integer],
  case
    when pg_temp.chance(seller_id, 'status') < 0.97 then 'ACTIVE'
    when pg_temp.chance(seller_id, 'status') < 0.985 then 'SUSPENDED'
    when pg_temp.chance(seller_id, 'status') < 0.99 then 'DEBARRED'
    when pg_temp.chance(seller_id, 'status') < 0.995 then 'MORATORIUM'
    else 'CLOSED'
  end,
  registered_on,
  state_code,
  pin_prefix || lpad(floor(10000 * pg_temp.chance(seller_id, 'pincode'))::text, 4, '0'),
  round((2.5 + 2.5 * pg_temp.chance(seller_id, 'rating'))::numeric, 1),
  registered_at,
  registered_at
from seller_made;

insert into gem.seller_classification (
  classification_id, seller_id, udyam_no, size, is_trader, is_women_owned, social_category, is_dpiit_startup, is_shg,
  is_artisan, valid_from, valid_to, verified_at, created_at, updated_at
)
select
  made.seller_id * 10 + period.number,
  made.seller_id,
  case
    when is_mse
      then 'UDYAM-' || market_state.short_name || '-' || lpad((1 + mod(made.seller_id, 75))::text, 2, '0')
        || '-' || lpad(made.seller_id::text, 7, '0')
  end,
  period.size,
  seller.seller_type = 'RESELLER',
  is_women_owned,
  coalesce(
    nullif(social_category, 'GEN'),
    case when is_mse and pg_temp.chance(made.seller_id, 'obc') < 0.3 then 'OBC' when is_mse then 'GEN' end
  ),
  is_startup,
  is_women_owned and seller.constitution = 'SOCIETY',
  is_mse and seller.constitution = 'PROPRIETORSHIP' and pg_temp.chance(made.seller_id, 'artisan') < 0.02,
  period.valid_from,
  period.valid_to,
  (period.valid_from + time '11:00') at time zone 'Asia/Kolkata',
  (period.valid_from + time '11:00') at time zone 'Asia/Kolkata',
  (coalesce(period.valid_to, period.valid_from) + time '11:00') at time zone 'Asia/Kolkata'
from seller_made as made
join gem.seller as seller on seller.seller_id = made.seller_id
join market_state on market_state.state_code = made.state_code
cross join lateral (
  select
    1 as number,
    case
      when not is_mse and pg_temp.chance(made.seller_id, 'size') < 0.4 then 'MEDIUM'
      when not is_mse then 'LARGE'
      when pg_temp.chance(made.seller_id, 'size') < 0.6 and mse_until = date '9999-12-31' then 'MICRO'
      else 'SMALL'
    end as size,
    made.registered_on as valid_from,
    case when is_mse and mse_until < date '9999-12-31' then mse_until end as valid_to
  union all
  select 2, 'MEDIUM', mse_until, null
  where is_mse and mse_until < date '9999-12-31'
) as period;

-- One registration in the seller's own state; large ones are registered in others too.
insert into gem.seller_gstin (gstin, seller_id, state_code, is_primary, created_at, updated_at)
with branch as (
  select distinct on (seller_id, other.state_code)
    seller_id,
    other.state_code,
    other.state_code || pan || '1Z' as head,
    least(
      registered_at + interval '1 day' * pg_temp.pick(seller_id * 4 + branch_no, 'branch day', 400),
      pg_temp.data_end() - interval '1 day'
    ) as opened_at
  from seller_made as made
  cross join lateral generate_series(1, case when is_mse then 1 else 3 end) as branch_no
  join state_slot as other on other.slot = pg_temp.pick(seller_id * 4 + branch_no, 'branch state', other.slots)
  where pg_temp.chance(seller_id * 4 + branch_no, 'branch') < case when is_mse then 0.08 else 0.5 end
    and other.state_code <> made.state_code
  order by seller_id, other.state_code, branch_no
)
select gstin, seller_id, state_code, true, registered_at, registered_at
from seller_made
union all
select head || pg_temp.gstin_check(head), seller_id, state_code, false, opened_at, opened_at
from branch;
