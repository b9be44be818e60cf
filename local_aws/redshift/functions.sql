-- What Redshift has and PostgreSQL has not, in pg_catalog, so that no search_path can hide it. Run once per database.
-- No literal here holds a backslash: sessions of the front read them the way Redshift does.

-- Character types count bytes. These take the place of the length casts of varchar and char.
create or replace function pg_catalog.rs_too_long(value text, bytes integer) returns text
language plpgsql immutable strict as $$
begin
  raise exception using errcode = '22001', message = 'value too long for type character varying(' || bytes || ')',
    detail = 'the value has ' || octet_length(value) || ' bytes';
end $$;

create or replace function pg_catalog.rs_cut(value text, bytes integer) returns text
language plpgsql immutable strict as $$
declare
  characters integer := bytes;
begin
  while octet_length(left(value, characters)) > bytes loop
    characters := characters - greatest(1, (octet_length(left(value, characters)) - bytes) / 4);
  end loop;
  return left(value, characters);
end $$;

create or replace function pg_catalog.rs_varchar(value varchar, typmod integer, explicit boolean) returns varchar
language sql immutable as $$
  select case
    when value is null or typmod < 4 or octet_length(value) <= typmod - 4 then value
    when explicit then pg_catalog.rs_cut(value, typmod - 4)
    else pg_catalog.rs_too_long(value, typmod - 4)
  end
$$;

create or replace function pg_catalog.rs_not_ascii(value text) returns text
language plpgsql immutable strict as $$
begin
  raise exception using errcode = '22021', message = 'CHAR string contains invalid ASCII character', detail = value;
end $$;

create or replace function pg_catalog.rs_char(value bpchar, typmod integer, explicit boolean) returns bpchar
language sql immutable as $$
  select case
    when octet_length(value::text) > char_length(value::text) then pg_catalog.rs_not_ascii(value::text)::bpchar
    else pg_catalog.bpchar(value, typmod, explicit)
  end
$$;

update pg_cast set castfunc = 'pg_catalog.rs_varchar(varchar, integer, boolean)'::regprocedure
where castsource = 'varchar'::regtype and casttarget = 'varchar'::regtype
  and castfunc <> 'pg_catalog.rs_varchar(varchar, integer, boolean)'::regprocedure;
update pg_cast set castfunc = 'pg_catalog.rs_char(bpchar, integer, boolean)'::regprocedure
where castsource = 'bpchar'::regtype and casttarget = 'bpchar'::regtype
  and castfunc <> 'pg_catalog.rs_char(bpchar, integer, boolean)'::regprocedure;

-- Identity of the service.
create or replace function pg_catalog.rs_version() returns text language sql immutable as $$
  select 'PostgreSQL 8.0.2 on i686-pc-linux-gnu, compiled by GCC gcc (GCC) 3.4.2, Redshift 1.0.117891 (local stand-in)'
$$;
create or replace function pg_catalog.pg_last_copy_count() returns bigint language sql stable as $$
  select coalesce(nullif(current_setting('redshift.last_copy_count', true), ''), '0')::bigint
$$;
create or replace function pg_catalog.pg_last_unload_count() returns bigint language sql stable as $$
  select coalesce(nullif(current_setting('redshift.last_unload_count', true), ''), '0')::bigint
$$;

-- Dates and times; TIMESTAMP has no zone, GETDATE and SYSDATE are in UTC.
create or replace function pg_catalog.getdate() returns timestamp language sql stable as $$
  select date_trunc('second', statement_timestamp() at time zone 'UTC')
$$;
create or replace function pg_catalog.rs_sysdate() returns timestamp language sql stable as $$
  select transaction_timestamp() at time zone 'UTC'
$$;
create or replace function pg_catalog.rs_part(part text) returns text
language plpgsql immutable strict as $$
begin
  return case
    when lower(part) in ('year', 'years', 'y', 'yr', 'yrs') then 'year'
    when lower(part) in ('quarter', 'quarters', 'qtr', 'qtrs') then 'quarter'
    when lower(part) in ('month', 'months', 'mon', 'mons') then 'month'
    when lower(part) in ('week', 'weeks', 'w') then 'week'
    when lower(part) in ('day', 'days', 'd') then 'day'
    when lower(part) in ('hour', 'hours', 'h', 'hr', 'hrs') then 'hour'
    when lower(part) in ('minute', 'minutes', 'm', 'min', 'mins') then 'minute'
    when lower(part) in ('second', 'seconds', 's', 'sec', 'secs') then 'second'
    when lower(part) in ('millisecond', 'milliseconds', 'ms', 'msec', 'msecs', 'msecond') then 'millisecond'
    when lower(part) in ('microsecond', 'microseconds', 'us', 'usec', 'usecs', 'microsec', 'microsecs') then 'microsecond'
    when lower(part) in ('dayofweek', 'dow', 'dw', 'weekday') then 'dow'
    when lower(part) in ('dayofyear', 'doy', 'dy', 'yearday') then 'doy'
    when lower(part) in ('epoch', 'decade', 'century', 'millennium') then lower(part)
  end;
end $$;
create or replace function pg_catalog.rs_step(part text) returns interval
language plpgsql immutable strict as $$
declare
  name text := pg_catalog.rs_part(part);
begin
  if name is null or name in ('dow', 'epoch') then
    raise exception 'unsupported date part: %', part using errcode = '22023';
  end if;
  return case name
    when 'quarter' then interval '3 months'
    when 'doy' then interval '1 day'
    when 'century' then interval '100 years'
    when 'millennium' then interval '1000 years'
    else ('1 ' || name)::interval
  end;
end $$;
create or replace function pg_catalog.dateadd(part text, amount bigint, value timestamp) returns timestamp
language sql immutable as $$ select value + amount * pg_catalog.rs_step(part) $$;
create or replace function pg_catalog.dateadd(part text, amount bigint, value timestamptz) returns timestamptz
language sql stable as $$ select value + amount * pg_catalog.rs_step(part) $$;
create or replace function pg_catalog.dateadd(part text, amount bigint, value date) returns timestamp
language sql immutable as $$ select value::timestamp + amount * pg_catalog.rs_step(part) $$;
create or replace function pg_catalog.dateadd(part text, amount bigint, value text) returns timestamp
language sql stable as $$ select value::timestamp + amount * pg_catalog.rs_step(part) $$;
create or replace function pg_catalog.datediff(part text, starts timestamp, ends timestamp) returns bigint
language sql immutable as $$
  select case pg_catalog.rs_part(part)
    when 'millennium' then floor((extract(year from ends) - 1) / 1000) - floor((extract(year from starts) - 1) / 1000)
    when 'century' then floor((extract(year from ends) - 1) / 100) - floor((extract(year from starts) - 1) / 100)
    when 'decade' then extract(decade from ends) - extract(decade from starts)
    when 'year' then extract(year from ends) - extract(year from starts)
    when 'quarter' then (extract(year from ends) - extract(year from starts)) * 4
      + extract(quarter from ends) - extract(quarter from starts)
    when 'month' then (extract(year from ends) - extract(year from starts)) * 12
      + extract(month from ends) - extract(month from starts)
    when 'week' then (date_trunc('week', ends)::date - date_trunc('week', starts)::date) / 7
    when 'microsecond' then extract(epoch from ends) * 1000000 - extract(epoch from starts) * 1000000
    when 'millisecond' then floor(extract(epoch from ends) * 1000) - floor(extract(epoch from starts) * 1000)
    when 'second' then floor(extract(epoch from ends)) - floor(extract(epoch from starts))
    when 'minute' then floor(extract(epoch from ends) / 60) - floor(extract(epoch from starts) / 60)
    when 'hour' then floor(extract(epoch from ends) / 3600) - floor(extract(epoch from starts) / 3600)
    when 'day' then ends::date - starts::date
    when 'doy' then ends::date - starts::date
    else extract(epoch from pg_catalog.rs_step('unsupported ' || part))
  end::bigint
$$;
create or replace function pg_catalog.datediff(part text, starts timestamptz, ends timestamptz) returns bigint
language sql stable as $$ select pg_catalog.datediff(part, starts at time zone 'UTC', ends at time zone 'UTC') $$;
-- PostgreSQL turns a date into a timestamp with time zone here; Redshift does not.
create or replace function pg_catalog.date_trunc(part text, value date) returns timestamp
language sql immutable as $$ select date_trunc(part, value::timestamp) $$;
-- EXTRACT is a whole number in Redshift, so that extract(month from d) / 4 is one, too.
create or replace function pg_catalog.rs_extract(part text, value timestamp) returns bigint
language sql immutable as $$ select trunc(date_part(coalesce(pg_catalog.rs_part(part), part), value))::bigint $$;
create or replace function pg_catalog.rs_extract(part text, value date) returns bigint
language sql immutable as $$ select trunc(date_part(coalesce(pg_catalog.rs_part(part), part), value))::bigint $$;
create or replace function pg_catalog.rs_extract(part text, value interval) returns bigint
language sql immutable as $$ select trunc(date_part(coalesce(pg_catalog.rs_part(part), part), value))::bigint $$;
create or replace function pg_catalog.rs_extract(part text, value timestamptz) returns double precision
language sql stable as $$ select date_part(coalesce(pg_catalog.rs_part(part), part), value) $$;
create or replace function pg_catalog.convert_timezone(source text, target text, value timestamp) returns timestamp
language sql immutable as $$ select value at time zone source at time zone target $$;
create or replace function pg_catalog.convert_timezone(target text, value timestamp) returns timestamp
language sql immutable as $$ select value at time zone 'UTC' at time zone target $$;
create or replace function pg_catalog.convert_timezone(target text, value timestamptz) returns timestamp
language sql immutable as $$ select value at time zone target $$;
create or replace function pg_catalog.last_day(value timestamp) returns date
language sql immutable as $$ select (date_trunc('month', value) + interval '1 month - 1 day')::date $$;
create or replace function pg_catalog.add_months(value timestamp, months bigint) returns timestamp
language sql immutable as $$
  select case
    when value::date = pg_catalog.last_day(value)
    then pg_catalog.last_day(date_trunc('month', value) + months * interval '1 month') + value::time
    else value + months * interval '1 month'
  end
$$;
create or replace function pg_catalog.trunc(value timestamp) returns date language sql immutable as $$
  select value::date
$$;

-- Text and numbers.
create or replace function pg_catalog.len(value text) returns integer language sql immutable as $$
  select char_length(value)
$$;
create or replace function pg_catalog.charindex(part text, value text) returns integer language sql immutable as $$
  select strpos(value, part)
$$;
create or replace function pg_catalog.rs_regexp_replace(value text, pattern text, replacement text default '')
returns text language sql immutable as $$ select regexp_replace(value, pattern, replacement, 'g') $$;
create or replace function pg_catalog.sha2(value text, bits integer) returns text language sql immutable as $$
  select case coalesce(nullif(bits, 0), 256)
    when 224 then encode(sha224(convert_to(value, 'UTF8')), 'hex')
    when 256 then encode(sha256(convert_to(value, 'UTF8')), 'hex')
    when 384 then encode(sha384(convert_to(value, 'UTF8')), 'hex')
    when 512 then encode(sha512(convert_to(value, 'UTF8')), 'hex')
  end
$$;
create or replace function pg_catalog.strtol(value text, base integer) returns bigint
language plpgsql immutable strict as $$
declare
  digits text := lower(ltrim(value, '+-'));
  digit integer;
  result numeric := 0;
begin
  -- What load SQL and digests ask for, a million times.
  if base = 16 and value ~ '^[0-9a-fA-F]{1,15}$' then
    return ('x' || lpad(value, 16, '0'))::bit(64)::bigint;
  end if;
  if base = 16 and left(digits, 2) = '0x' then
    digits := substr(digits, 3);
  end if;
  for position in 1 .. length(digits) loop
    digit := strpos('0123456789abcdefghijklmnopqrstuvwxyz', substr(digits, position, 1)) - 1;
    if digit < 0 or digit >= base then
      raise exception 'The input % is not valid to be converted to base %', value, base using errcode = '22P02';
    end if;
    result := result * base + digit;
  end loop;
  return case when left(value, 1) = '-' then -result else result end;
exception when numeric_value_out_of_range then
  raise exception 'The input % is out of range for BIGINT in base %', value, base using errcode = '22003';
end $$;
create or replace function pg_catalog.round(value double precision, digits integer) returns double precision
language sql immutable as $$ select round(value::numeric, digits)::double precision $$;

-- SUPER, kept as jsonb.
create or replace function pg_catalog.json_parse(value text) returns jsonb language sql immutable as $$
  select value::jsonb
$$;
create or replace function pg_catalog.rs_json_serialize(value jsonb) returns text language sql immutable as $$
  select value::text
$$;
create or replace function pg_catalog.json_extract_path_text(value text, variadic path text[]) returns text
language sql immutable as $$ select jsonb_extract_path_text(value::jsonb, variadic path) $$;
create or replace function pg_catalog.is_valid_json(value text) returns boolean language sql immutable as $$
  select value is json
$$;
create or replace function pg_catalog.json_array_length(value text) returns integer language sql immutable as $$
  select jsonb_array_length(value::jsonb)
$$;
create or replace function pg_catalog.json_extract_array_element_text(value text, place integer) returns text
language sql immutable as $$ select value::jsonb ->> place $$;
create or replace function pg_catalog.is_valid_json_array(value text) returns boolean language sql immutable as $$
  select value is json array
$$;
create or replace function pg_catalog.get_array_length(value jsonb) returns bigint language sql immutable as $$
  select jsonb_array_length(value)::bigint
$$;
create or replace function pg_catalog.json_typeof(value jsonb) returns text language sql immutable as $$
  select jsonb_typeof(value)
$$;
create or replace function pg_catalog.is_array(value jsonb) returns boolean language sql immutable as $$
  select jsonb_typeof(value) = 'array'
$$;
create or replace function pg_catalog.is_object(value jsonb) returns boolean language sql immutable as $$
  select jsonb_typeof(value) = 'object'
$$;

-- Functions of text and time that PostgreSQL has under another name or not at all.
create or replace function pg_catalog.months_between(later timestamp, earlier timestamp) returns double precision
language sql immutable as $$
  select case
    when date_part('day', later) = date_part('day', earlier)
      or (pg_catalog.last_day(later) = later::date and pg_catalog.last_day(earlier) = earlier::date)
    then whole
    else whole + (extract(epoch from later - date_trunc('month', later))
      - extract(epoch from earlier - date_trunc('month', earlier))) / (31 * 86400.0)
  end
  from (
    select (date_part('year', later) - date_part('year', earlier)) * 12
      + date_part('month', later) - date_part('month', earlier) as whole
  ) as months
$$;
create or replace function pg_catalog.next_day(value timestamp, day text) returns date language sql immutable as $$
  select value::date + 1 + ((strpos('sunmontuewedthufrisat', lower(left(day, 3))) - 1) / 3
    - date_part('dow', value)::integer + 6) % 7
$$;
create or replace function pg_catalog.strleft(value text, count integer) returns text language sql immutable as $$
  select left(value, count)
$$;
create or replace function pg_catalog.dlog10(value double precision) returns double precision
language sql immutable as $$ select log(value) $$;
create or replace function pg_catalog.dexp(value double precision) returns double precision
language sql immutable as $$ select exp(value) $$;
