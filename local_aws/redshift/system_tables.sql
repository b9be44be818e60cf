-- The system tables and views of Redshift that clients, operators and tools ask for, over PostgreSQL's catalog.
set local allow_system_table_mods = on;

-- The sessions, by which a loader's abandoned one is found and ended. A relation in pg_catalog needs leave.
create or replace view pg_catalog.stv_sessions as
select
  backend_start at time zone 'UTC' as starttime,
  pid as process,
  usename::varchar(50) as user_name,
  datname::varchar(50) as db_name
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
grant select on pg_catalog.stv_sessions, pg_catalog.stl_load_errors, pg_catalog.sys_load_error_detail to public;
