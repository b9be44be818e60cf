-- The people of every office that wants something, and the places where it receives.

create temporary table customer on commit drop as
select *
from office
where org_id in (select org_id from demand);

insert into gem.buyer_user (
  user_id, org_id, role, designation, name, email, mobile, is_active, created_at, updated_at
)
select
  user_id,
  org_id,
  role,
  designation,
  person,
  'user' || user_id || '@office' || org_id || '.example.in',
  '9' || lpad(pg_temp.pick(user_id, 'mobile', 1000000000)::text, 9, '0'),
  pg_temp.chance(user_id, 'left') >= 0.03,
  joined_at,
  joined_at
from customer
cross join (
  values
    (1, 'HOD', 'Head of Office'),
    (2, 'BUYER', 'Purchase Officer'),
    (3, 'BUYER', 'Assistant Director (Stores)'),
    (4, 'BUYER', 'क्रय अधिकारी'),
    (5, 'CONSIGNEE', 'Store Keeper'),
    (6, 'CONSIGNEE', 'भंडार पाल'),
    (7, 'PAO', 'Pay and Accounts Officer')
) as post (number, role, designation)
cross join lateral (select org_id * 10 + number as user_id) as identified
cross join lateral (
  select
    concat_ws(
      ' ',
      (array['Anil', 'Sunita', 'Rajesh', 'Meena', 'Imran', 'Lakshmi', 'Gurpreet', 'Joseph', 'अनिता', 'राजेश'])[
        1 + pg_temp.pick(user_id, 'first name', 10)
      ],
      (array['Sharma', 'Das', 'Reddy', 'Khan', 'Iyer', 'Singh', 'Bora', 'Patil'])[
        1 + pg_temp.pick(user_id, 'last name', 8)
      ]
    ) as person,
    (date '2017-01-02' + pg_temp.pick(user_id, 'joined', 1400) + time '10:00') at time zone 'Asia/Kolkata' as joined_at
) as made;

-- Two places in the office's own state, and a third that may be elsewhere.
insert into gem.consignee_location (
  consignee_id, org_id, user_id, address, pincode, district, state_code, created_at, updated_at
)
select
  consignee_id,
  org_id,
  org_id * 10 + 5 + mod(number, 2),
  (array['Central Store, Gate 2', 'Receipt Section, Ground Floor', 'केंद्रीय भंडार, द्वार 1'])[number],
  pin_prefix || lpad(pg_temp.pick(consignee_id, 'pincode', 10000)::text, 4, '0'),
  concat_ws(
    ' ',
    state.short_name,
    (array['North', 'South', 'East', 'West', 'Rural', 'सदर'])[1 + pg_temp.pick(consignee_id, 'district', 6)]
  ),
  state.state_code,
  opened_at,
  opened_at
from customer
cross join generate_series(1, 3) as number
cross join lateral (
  select
    org_id * 10 + number as consignee_id,
    case when number = 3 then third_state else customer.state_code end as place
) as identified
cross join lateral (
  select (date '2018-01-01' + pg_temp.pick(consignee_id, 'opened', 1000) + time '10:00') at time zone 'Asia/Kolkata'
    as opened_at
) as dated
join market_state as state on state.state_code = place;

analyze gem.consignee_location;
