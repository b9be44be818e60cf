-- The ground of the oracle: Indian days, parameters by day, and what the source showed round by round.
create schema oracle;

create function oracle.as_of() returns date language sql stable
return current_setting('oracle.as_of')::date;

create function oracle.day(instant timestamptz) returns date language sql immutable
return (instant at time zone 'Asia/Kolkata')::date;

create function oracle.fy_start(day date) returns date language sql immutable
return make_date(extract(year from day)::int - (extract(month from day) < 4)::int, 4, 1);

create function oracle.fy(day date) returns text language sql immutable
return extract(year from oracle.fy_start(day)) || '-' || right((extract(year from oracle.fy_start(day)) + 1)::text, 2);

create function oracle.fy_day_no(day date) returns integer language sql immutable
return day - oracle.fy_start(day) + 1;

create function oracle.param(code text, on_day date) returns numeric language sql stable
return (
  select num_value
  from gem.policy_parameter
  where param_code = code
    and (effective_from is null or effective_from <= on_day)
    and (effective_to is null or on_day < effective_to)
  order by effective_from desc nulls last
  limit 1
);

create function oracle.text_param(code text, on_day date) returns text language sql stable
return (
  select text_value
  from gem.policy_parameter
  where param_code = code
    and (effective_from is null or effective_from <= on_day)
    and (effective_to is null or on_day < effective_to)
  order by effective_from desc nulls last
  limit 1
);

-- A row's part of a numerator: nothing where it does not belong, unknown where that is unknown.
create function oracle.if_so(belongs boolean, amount numeric) returns numeric language sql immutable
return case when belongs then amount when not belongs then 0 end;

-- What the source showed in each round of those rows that other rows refer to. It keeps the present alone, so this is the
-- only memory of what an organisation or a category was, and of members that are gone.
create table oracle.seen_buyer (
  round integer, org_id bigint, govt_tier text, state_code text, is_bound boolean, ministry_id bigint,
  observed_at timestamptz
);
create table oracle.seen_category (round integer, category_id bigint, kind text, hsn_sac text, observed_at timestamptz);
create table oracle.seen_seller (
  round integer, seller_id bigint, status text, registered_on date, registered_state_code text
);
create table oracle.seen_consignee (round integer, consignee_id bigint, state_code text);
create table oracle.seen_classification (round integer, like gem.seller_classification);
