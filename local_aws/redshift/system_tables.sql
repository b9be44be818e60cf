-- The system tables and views of Redshift that clients, operators and tools ask for, over PostgreSQL's catalog.
set local allow_system_table_mods = on;

-- The sessions, as a provisioned cluster shows them. A relation in pg_catalog needs leave.
create or replace view pg_catalog.stv_sessions as
select
  backend_start at time zone 'UTC' as starttime,
  pid as process,
  usename::varchar(50) as user_name,
  datname::varchar(50) as db_name
from pg_catalog.pg_stat_activity
where backend_type = 'client backend';

-- The same for both kinds of warehouse; sessions that have ended are not kept.
create or replace view pg_catalog.sys_session_history as
select
  usesysid::char(50) as user_id,
  pid as session_id,
  datname::char(50) as database_name,
  'active'::char(10) as status,
  0 as session_timeout,
  backend_start at time zone 'UTC' as start_time,
  null::timestamp as end_time
from pg_catalog.pg_stat_activity
where backend_type = 'client backend';

-- What COPY could not load; the front writes it in transactions of its own.
create table if not exists pg_catalog.stl_load_errors (
  userid integer default 100,
  slice integer default 0,
  tbl integer,
  starttime timestamp default (statement_timestamp() at time zone 'UTC'),
  session integer,
  query integer,
  filename varchar(256),
  line_number bigint,
  colname varchar(127),
  type varchar(10),
  col_length varchar(10),
  position integer,
  raw_line varchar(1024),
  raw_field_value varchar(1024),
  err_code integer,
  err_reason varchar(100)
);
create or replace view pg_catalog.sys_load_error_detail as
select
  userid as user_id,
  query::bigint as query_id,
  session as session_id,
  current_database()::varchar(64) as database_name,
  tbl as table_id,
  starttime as start_time,
  filename as file_name,
  line_number,
  colname as column_name,
  type as column_type,
  col_length as column_length,
  position,
  err_code as error_code,
  err_reason as error_message
from pg_catalog.stl_load_errors;

-- Distribution, sorting and encoding as the DDL said them; columns by number, so that a new name keeps them.
create table if not exists pg_catalog.rs_design (
  table_id oid primary key,
  distribution text not null default '',
  distribution_key smallint,
  sort_keys smallint[] not null default '{}',
  interleaved boolean not null default false
);
create table if not exists pg_catalog.rs_encoding (
  table_id oid,
  column_number smallint,
  encoding text not null,
  primary key (table_id, column_number)
);
create or replace function pg_catalog.rs_column(relation oid, name text) returns smallint language sql stable as $$
  select attnum from pg_catalog.pg_attribute where attrelid = relation and attname = name and not attisdropped
$$;
create or replace function pg_catalog.rs_keep_design(
  relation oid, style text, key text, sorted text[], interleaves boolean, encodings text[]
) returns void language plpgsql security definer as $$
begin
  insert into pg_catalog.rs_design as kept values (
    relation,
    style,
    pg_catalog.rs_column(relation, key),
    array(select pg_catalog.rs_column(relation, name) from unnest(sorted) with ordinality as k (name, at) order by at),
    interleaves
  )
  on conflict (table_id) do update set
    distribution = case when style = '' then kept.distribution else style end,
    distribution_key = case when style = '' then kept.distribution_key else excluded.distribution_key end,
    sort_keys = case when sorted = '{}' then kept.sort_keys else excluded.sort_keys end,
    interleaved = case when sorted = '{}' then kept.interleaved else interleaves end;
  insert into pg_catalog.rs_encoding
  select relation, pg_catalog.rs_column(relation, encodings[i]), encodings[i + 1]
  from generate_series(1, coalesce(array_length(encodings, 1), 0), 2) as i
  on conflict (table_id, column_number) do update set encoding = excluded.encoding;
end $$;

-- Redshift's names of types.
create or replace function pg_catalog.rs_type(type oid, modifier integer) returns text language sql stable as $$
  select case format_type(type, modifier)
    when 'jsonb' then 'super'
    when 'bytea' then 'binary varying'
    else format_type(type, modifier)
  end
$$;
-- The encoding that ENCODE AUTO would give: sort keys, floats and booleans raw, numbers and times AZ64, text LZO.
create or replace function pg_catalog.rs_encoding_of(relation oid, number smallint, type oid) returns text
language sql stable as $$
  select coalesce(
    (select encoding from pg_catalog.rs_encoding where table_id = relation and column_number = number),
    case
      when number = any ((select sort_keys from pg_catalog.rs_design where table_id = relation)::smallint[]) then 'none'
      when type in ('bool'::regtype, 'float4'::regtype, 'float8'::regtype) then 'none'
      when type in ('varchar'::regtype, 'bpchar'::regtype, 'bytea'::regtype) then 'lzo'
      when type = 'jsonb'::regtype then 'zstd'
      else 'az64'
    end
  )
$$;
create or replace function pg_catalog.rs_encodings() returns text[] language sql immutable as $$
  select string_to_array(
    'none raw az64 bytedict delta delta32k lzo mostly8 mostly16 mostly32 runlength text255 text32k zstd', ' '
  )
$$;
create or replace function pg_catalog.format_encoding(number integer) returns text language sql immutable as $$
  select (pg_catalog.rs_encodings())[number]
$$;
create or replace function pg_catalog.rs_row_count(relation oid) returns bigint
language plpgsql stable security definer as $$
declare
  found bigint;
begin
  execute format('select count(*) from %s', relation::regclass) into found;
  return found;
end $$;

-- User tables and views with what this file knows of them.
create or replace view pg_catalog.rs_relations as
select
  c.oid,
  n.nspname as schema_name,
  c.relname as table_name,
  c.relkind,
  d.distribution,
  d.distribution_key,
  coalesce(d.sort_keys, '{}') as sort_keys,
  coalesce(d.interleaved, false) as interleaved
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
left join pg_catalog.rs_design as d on d.table_id = c.oid
where c.relkind in ('r', 'v', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast');

create or replace view pg_catalog.pg_table_def as
select
  r.schema_name as schemaname,
  r.table_name as tablename,
  a.attname as "column",
  pg_catalog.rs_type(a.atttypid, a.atttypmod) as type,
  pg_catalog.rs_encoding_of(r.oid, a.attnum, a.atttypid)::varchar(32) as encoding,
  coalesce(a.attnum = r.distribution_key, false) as distkey,
  coalesce(array_position(r.sort_keys, a.attnum), 0)
    * case when r.interleaved and array_position(r.sort_keys, a.attnum) % 2 = 0 then -1 else 1 end as sortkey,
  a.attnotnull as notnull
from pg_catalog.rs_relations as r
join pg_catalog.pg_attribute as a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
where r.relkind = 'r' and pg_catalog.pg_table_is_visible(r.oid);

create or replace view pg_catalog.svv_table_info as
select
  current_database()::text as database,
  r.schema_name::text as schema,
  r.oid as table_id,
  r.table_name::text as "table",
  case when e.encoded then 'Y' else 'N' end as encoded,
  case
    when r.distribution = 'key' then 'KEY(' || k.attname || ')'
    when r.distribution in ('even', 'all') then upper(r.distribution)
    else 'AUTO(ALL)'
  end as diststyle,
  case
    when s.attname is null then 'AUTO(SORTKEY)'
    when r.interleaved then 'INTERLEAVED'
    else s.attname::text
  end as sortkey1,
  w.widest as max_varchar,
  pg_catalog.rs_encoding_of(r.oid, r.sort_keys[1], s.atttypid)::char(32) as sortkey1_enc,
  coalesce(array_length(r.sort_keys, 1), 0) as sortkey_num,
  greatest(1, pg_total_relation_size(r.oid) / 1048576) as size,
  0::numeric(10, 4) as pct_used,
  0::bigint as empty,
  case when s.attname is null then null else 0::numeric(5, 2) end as unsorted,
  case when c.reltuples < 0 then 100 else 0 end::numeric(5, 2) as stats_off,
  t.counted::numeric(38, 0) as tbl_rows,
  null::numeric(19, 2) as skew_sortkey1,
  case when r.distribution = 'all' then null else 1::numeric(19, 2) end as skew_rows,
  t.counted::numeric(38, 0) as estimated_visible_rows,
  null::text as risk_event,
  null::numeric(12, 2) as vacuum_sort_benefit,
  null::timestamp as create_time
from pg_catalog.rs_relations as r
join pg_catalog.pg_class as c on c.oid = r.oid
left join pg_catalog.pg_attribute as k on k.attrelid = r.oid and k.attnum = r.distribution_key
left join pg_catalog.pg_attribute as s on s.attrelid = r.oid and s.attnum = r.sort_keys[1]
cross join lateral (
  select bool_or(pg_catalog.rs_encoding_of(r.oid, a.attnum, a.atttypid) not in ('none', 'raw')) as encoded
  from pg_catalog.pg_attribute as a where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
) as e
cross join lateral (
  select coalesce(max(a.atttypmod - 4), 0) as widest
  from pg_catalog.pg_attribute as a
  where a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped and a.atttypid = 'varchar'::regtype
) as w
cross join lateral (select pg_catalog.rs_row_count(r.oid) as counted) as t
where r.relkind in ('r', 'm') and c.relpersistence <> 't' and t.counted > 0;

create or replace view pg_catalog.svv_tables as
select
  current_database()::varchar(128) as table_catalog,
  table_schema::varchar(128) as table_schema,
  table_name::varchar(128) as table_name,
  table_type::varchar(128) as table_type,
  null::varchar(256) as remarks
from information_schema.tables
where table_name not like 'rs~_%' escape '~' or table_schema <> 'pg_catalog';

create or replace view pg_catalog.svv_columns as
select
  current_database()::varchar(128) as table_catalog,
  c.table_schema::varchar(128) as table_schema,
  c.table_name::varchar(128) as table_name,
  c.column_name::varchar(128) as column_name,
  c.ordinal_position::integer as ordinal_position,
  c.column_default::varchar(4000) as column_default,
  c.is_nullable::varchar(3) as is_nullable,
  case c.data_type when 'jsonb' then 'super' else c.data_type end::varchar(128) as data_type,
  c.character_maximum_length::integer as character_maximum_length,
  c.numeric_precision::integer as numeric_precision,
  c.numeric_precision_radix::integer as numeric_precision_radix,
  c.numeric_scale::integer as numeric_scale,
  c.datetime_precision::integer as datetime_precision,
  null::varchar(128) as interval_type,
  null::varchar(128) as interval_precision,
  null::varchar(128) as character_set_catalog,
  null::varchar(128) as character_set_schema,
  null::varchar(128) as character_set_name,
  null::varchar(128) as collation_catalog,
  null::varchar(128) as collation_schema,
  null::varchar(128) as collation_name,
  null::varchar(128) as domain_name,
  null::varchar(256) as remarks
from information_schema.columns as c
where c.table_name not like 'rs~_%' escape '~' or c.table_schema <> 'pg_catalog';

create or replace function pg_catalog.rs_isolation_level(database oid) returns text language sql stable as $$
  select case
    when exists (
      select from pg_catalog.pg_db_role_setting
      where setdatabase = database and 'redshift.isolation_level=serializable' = any (setconfig)
    ) then 'Serializable'
    else 'Snapshot Isolation'
  end
$$;
create or replace view pg_catalog.svv_redshift_databases as
select
  datname::varchar(128) as database_name,
  datdba::integer as database_owner,
  'local'::varchar(32) as database_type,
  null::varchar(128) as database_acl,
  ''::varchar(128) as database_options,
  pg_catalog.rs_isolation_level(oid)::varchar(128) as database_isolation_level
from pg_catalog.pg_database
where datallowconn and not datistemplate;
create or replace view pg_catalog.svv_all_schemas as
select
  current_database()::varchar(128) as database_name,
  nspname::varchar(128) as schema_name,
  nspowner::integer as schema_owner,
  'local'::varchar(128) as schema_type,
  null::varchar(128) as schema_acl,
  null::varchar(128) as source_database,
  null::varchar(128) as schema_option
from pg_catalog.pg_namespace
where nspname not like 'pg~_toast%' escape '~' and nspname not like 'pg~_temp%' escape '~';
create or replace view pg_catalog.svv_redshift_schemas as select * from pg_catalog.svv_all_schemas;
create or replace view pg_catalog.svv_all_tables as
select
  table_catalog as database_name,
  table_schema as schema_name,
  table_name,
  replace(table_type, 'BASE TABLE', 'TABLE')::varchar(128) as table_type,
  null::varchar(128) as table_acl,
  remarks
from pg_catalog.svv_tables
where table_schema not in ('pg_catalog', 'information_schema');
create or replace view pg_catalog.svv_redshift_tables as select * from pg_catalog.svv_all_tables;
create or replace view pg_catalog.svv_all_columns as
select
  table_catalog as database_name,
  table_schema as schema_name,
  table_name,
  column_name,
  ordinal_position,
  column_default,
  is_nullable,
  data_type,
  character_maximum_length,
  numeric_precision,
  numeric_scale,
  remarks
from pg_catalog.svv_columns
where table_schema not in ('pg_catalog', 'information_schema');
create or replace view pg_catalog.svv_redshift_columns as select * from pg_catalog.svv_all_columns;
create or replace view pg_catalog.svv_external_schemas as
select 0::oid as esoid, 0::smallint as eskind, ''::name as schemaname, 0 as esowner, ''::text as databasename,
  ''::text as esoptions where false;
create or replace view pg_catalog.svv_external_tables as
select ''::varchar(128) as redshift_database_name, ''::varchar(128) as schemaname, ''::varchar(128) as tablename,
  ''::varchar(128) as tabletype, ''::varchar(128) as location where false;

create or replace view pg_catalog.svv_external_columns as
select ''::varchar(128) as redshift_database_name, ''::varchar(128) as schemaname, ''::varchar(128) as tablename,
  ''::varchar(128) as columnname, ''::varchar(128) as external_type, 0 as columnnum, 0 as part_key where false;
create or replace function pg_catalog.pg_get_late_binding_view_cols() returns setof record language sql stable as $$
  select ''::name, ''::name, ''::name, ''::varchar, 0 where false
$$;

-- PostgreSQL's catalog with the columns that Redshift's has besides; catalog_queries.py puts them in its place.
create or replace view pg_catalog.rs_pg_class as
select
  c.*,
  case r.distribution when 'key' then 1 when 'all' then 8 when 'even' then 0 else 10 end as reldiststyle
from pg_catalog.pg_class as c
left join pg_catalog.rs_relations as r on r.oid = c.oid
where c.relkind <> 'i' or c.relnamespace = 'pg_catalog'::regnamespace;
create or replace view pg_catalog.rs_pg_attribute as
select
  a.attrelid, a.attname, a.atttypid, a.attlen, a.attnum, a.atttypmod, a.attnotnull, a.atthasdef, a.attisdropped,
  array_position(pg_catalog.rs_encodings(), pg_catalog.rs_encoding_of(r.oid, a.attnum, a.atttypid)) as attencodingtype,
  coalesce(a.attnum = r.distribution_key, false) as attisdistkey,
  coalesce(array_position(r.sort_keys, a.attnum), 0)
    * case when r.interleaved and array_position(r.sort_keys, a.attnum) % 2 = 0 then -1 else 1 end as attsortkeyord
from pg_catalog.pg_attribute as a
left join pg_catalog.rs_relations as r on r.oid = a.attrelid;
create or replace view pg_catalog.rs_pg_attrdef as
select d.*, pg_catalog.pg_get_expr(d.adbin, d.adrelid) as adsrc
from pg_catalog.pg_attrdef as d;

-- Locks and transactions of the database's sessions.
create or replace view pg_catalog.stv_locks as
select
  l.relation::integer as table_id,
  a.state_change at time zone 'UTC' as last_update,
  a.state_change at time zone 'UTC' as last_commit,
  l.pid as lock_owner_pid,
  l.mode::varchar(32) as lock_status,
  a.xact_start at time zone 'UTC' as lock_owner_start_ts
from pg_catalog.pg_locks as l
join pg_catalog.pg_stat_activity as a on a.pid = l.pid
where l.relation >= 16384 and a.datname = current_database();
create or replace view pg_catalog.svv_transactions as
select
  a.usename::text as txn_owner,
  a.datname::text as txn_db,
  coalesce(a.backend_xid::text, '0')::bigint as xid,
  a.pid,
  a.xact_start at time zone 'UTC' as txn_start,
  l.mode::text as lock_mode,
  case when l.locktype = 'relation' then 'relation' else 'transactionid' end as lockable_object_type,
  l.relation::integer as relation,
  l.granted
from pg_catalog.pg_stat_activity as a
join pg_catalog.pg_locks as l on l.pid = a.pid and l.locktype in ('relation', 'transactionid')
where a.datname = current_database() and a.xact_start is not null
  and (l.relation is null or l.relation >= 16384);
create or replace view pg_catalog.stv_db_isolation_level as
select
  datname::varchar(128) as db_name,
  pg_catalog.rs_isolation_level(oid)::varchar(20) as isolation_level
from pg_catalog.pg_database
where datallowconn and not datistemplate;
-- Statements that run now; no history is kept.
create or replace view pg_catalog.sys_query_history as
select
  a.usesysid::integer as user_id,
  a.pid::bigint as query_id,
  a.datname::varchar(128) as database_name,
  coalesce(a.backend_xid::text, '0')::bigint as transaction_id,
  a.pid as session_id,
  case when a.state = 'active' then 'running' else 'success' end::varchar(10) as status,
  a.query_start at time zone 'UTC' as start_time,
  case when a.state = 'active' then null else a.state_change at time zone 'UTC' end as end_time,
  left(a.query, 4000)::text as query_text
from pg_catalog.pg_stat_activity as a
where a.datname = current_database() and a.backend_type = 'client backend' and a.query <> '';

do $$
declare
  found record;
begin
  for found in
    select relname from pg_catalog.pg_class
    where relnamespace = 'pg_catalog'::regnamespace
      and (relname ~ '^(svv|stv|stl|sys)_' or relname in ('pg_table_def', 'rs_relations', 'rs_design', 'rs_encoding', 'rs_pg_class', 'rs_pg_attribute',
        'rs_pg_attrdef'))
  loop
    execute format('grant select on pg_catalog.%I to public', found.relname);
  end loop;
end $$;
