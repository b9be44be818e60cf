-- Pseudo-random numbers that depend on nothing but the seed, an id and what they are for.

-- Days of business are Indian, and whatever is added to a time must not depend on the client's own zone.
set local timezone to 'Asia/Kolkata';

-- Uniform in [0, 1).
create or replace function pg_temp.chance(id bigint, purpose text) returns double precision
language sql immutable parallel safe
return (hashint8extended(id, hashtextextended(purpose, %(seed)s)) & 9007199254740991)::double precision
  / 9007199254740992;

-- Uniform in [0, 1) too, but evenly spread over neighbouring ranks: shares come out right even where a few ranks hold
-- most of the value. Each use takes an irrational step of its own.
create or replace function pg_temp.spread(rank bigint, step double precision, purpose text) returns double precision
language sql immutable parallel safe
return rank * step + pg_temp.chance(0, purpose) - floor(rank * step + pg_temp.chance(0, purpose));

-- The check character of the first fourteen of a GSTIN: modulus 36, weights 1 and 2 in turn.
create or replace function pg_temp.gstin_check(head text) returns text
language sql immutable parallel safe
return (
  with weighted as (
    select
      (strpos('0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ', substr(head, place, 1)) - 1) * (2 - mod(place, 2)) as product
    from generate_series(1, 14) as place
  )
  select
    substr(
      '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
      1 + mod(36 - mod(sum(product / 36 + mod(product, 36)), 36), 36)::integer,
      1
    )
  from weighted
);

-- One of so many, from 0 on, each as likely.
create or replace function pg_temp.pick(id bigint, purpose text, numbers bigint) returns integer
language sql immutable parallel safe
return floor(numbers * pg_temp.chance(id, purpose))::integer;

create or replace function pg_temp.indian_day(instant timestamptz) returns date
language sql immutable parallel safe
return (instant at time zone 'Asia/Kolkata')::date;

-- The first instant that the generated history does not tell of: the end of the financial year 2025-26.
create or replace function pg_temp.data_end() returns timestamptz
language sql immutable parallel safe
return timestamptz '2026-04-01 00:00:00+05:30';
