"""The change log at the source: one table, and statement triggers that note which roots each statement touched."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from psycopg2 import sql

from extractor_ec2.postgres import Connection, source_errors
from extractor_ec2.roots import table_identifier
from gem.contracts.spec import SOURCE_SCHEMA, WHOLE_TABLE_ROOT, Aggregate, SourceTable

CHANGE_LOG = sql.Identifier(SOURCE_SCHEMA, "change_log")
DEFAULT_PARTITION = sql.Identifier(SOURCE_SCHEMA, "change_log_default")
FUNCTION_PREFIX = "log_changes_of_"
MONTHS_AHEAD = 3
LOCK_TIMEOUT = "10s"

# Trigger name → event and transition tables. TRUNCATE has none: it marks the aggregate for a sweep.
TRIGGERS = {
    "gem_log_insert": "insert on {table} referencing new table as new_rows",
    "gem_log_update": "update on {table} referencing old table as old_rows new table as new_rows",
    "gem_log_delete": "delete on {table} referencing old table as old_rows",
    "gem_log_truncate": "truncate on {table}",
}

CREATE_LOG = """
create table if not exists {log} (
  aggregate   text not null,
  root_id     bigint,
  change_xid  xid8 not null default pg_current_xact_id(),
  changed_at  timestamptz not null default clock_timestamp()
) partition by range (changed_at)
"""
COMMENT = (
    "Roots of aggregates touched by each statement, for the data pipeline; root_id NULL: any root (TRUNCATE)."
    " Owned by extractor_ec2: python -m extractor_ec2 changelog install|remove|status"
)

# The window of an aggregate is one index range; no root is fetched from the table itself.
CREATE_INDEX = "create index if not exists change_log_window_idx on {log} (aggregate, change_xid) include (root_id)"

# Runs as the owner of the log, so that whoever writes the table needs no right on the log.
CREATE_FUNCTION = """
create or replace function {function}() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as
$body$
begin
  if tg_op = 'INSERT' then
    insert into {log} (aggregate, root_id) {inserted};
  elsif tg_op = 'UPDATE' then
    insert into {log} (aggregate, root_id) {updated};
  elsif tg_op = 'DELETE' then
    insert into {log} (aggregate, root_id) {deleted};
  else
    insert into {log} (aggregate, root_id) values ({aggregate}, null);
  end if;
  return null;
end
$body$
"""

# A month whose rows are in the default partition already stays there. No write is refused for want of a partition.
CREATE_MONTH = """
do $body$
begin
  if not exists (select from {default} where changed_at >= {first} and changed_at < {end}) then
    create table if not exists {partition} partition of {log} for values from ({first}) to ({end});
  end if;
end
$body$
"""

OUR_TRIGGERS = """
select c.relname, t.tgname
  from pg_trigger t
  join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = to_regnamespace(%s) and t.tgname = any(%s) and not t.tgisinternal
"""

OUR_FUNCTIONS = """
select proname from pg_proc where pronamespace = to_regnamespace(%s) and starts_with(proname, %s)
"""

TRIGGERS_OF = """
select tgname
  from pg_trigger
 where tgrelid = to_regclass(%s) and tgname = any(%s) and tgenabled = 'A' and not tgisinternal
"""


def install(connection: Connection, aggregates: Sequence[Aggregate], today: datetime | None = None) -> list[str]:
    """Creates what is missing of the change log, in one transaction, and returns the aggregates that it marked.

    The connection comes without an open transaction, and leaves with autocommit off. An aggregate whose triggers were
    missing is marked for a sweep: what changed meanwhile was not seen. Run again, it adds the partitions of coming
    months and changes nothing else. Raises TransientError when a table is busy for longer than LOCK_TIMEOUT,
    TerminalError for a missing table or right.
    """
    connection.autocommit = False
    with source_errors("installing the change log"), connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
        marked = [aggregate for aggregate in aggregates if missing_triggers(connection, aggregate)]
        for statement in install_sql(aggregates, today or datetime.now(UTC)):
            cursor.execute(statement)
        for aggregate in marked:
            cursor.execute(sql.SQL("insert into {} (aggregate) values (%s)").format(CHANGE_LOG), (aggregate.name,))
    return [aggregate.name for aggregate in marked]


def remove(connection: Connection) -> None:
    """Drops the triggers, their functions and the log, in one transaction; nothing happens where there is none."""
    connection.autocommit = False
    with source_errors("removing the change log"), connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
        cursor.execute(OUR_TRIGGERS, (SOURCE_SCHEMA, [*TRIGGERS]))
        for table, trigger in cursor.fetchall():
            cursor.execute(
                sql.SQL("drop trigger {} on {}").format(sql.Identifier(trigger), sql.Identifier(SOURCE_SCHEMA, table))
            )
        cursor.execute(OUR_FUNCTIONS, (SOURCE_SCHEMA, FUNCTION_PREFIX))
        for (function,) in cursor.fetchall():
            cursor.execute(sql.SQL("drop function {}()").format(sql.Identifier(SOURCE_SCHEMA, function)))
        cursor.execute(sql.SQL("drop table if exists {}").format(CHANGE_LOG))


def missing_triggers(connection: Connection, aggregate: Aggregate) -> list[str]:
    """The triggers of the aggregate's tables that are absent or not ENABLE ALWAYS, as `trigger on table`."""
    missing: list[str] = []
    with source_errors("looking for the change log's triggers"), connection.cursor() as cursor:
        for table in aggregate.tables:
            cursor.execute(TRIGGERS_OF, (f"{SOURCE_SCHEMA}.{table.name}", [*TRIGGERS]))
            present = {name for (name,) in cursor.fetchall()}
            missing += [f"{name} on {SOURCE_SCHEMA}.{table.name}" for name in TRIGGERS if name not in present]
    return missing


def install_sql(aggregates: Sequence[Aggregate], today: datetime) -> Iterator[sql.Composable]:
    """Every statement of `install`, in order; each may be run again."""
    yield sql.SQL(CREATE_LOG).format(log=CHANGE_LOG)
    yield sql.SQL("comment on table {} is {}").format(CHANGE_LOG, sql.Literal(COMMENT))
    yield sql.SQL("create table if not exists {} partition of {} default").format(DEFAULT_PARTITION, CHANGE_LOG)
    for ahead in range(MONTHS_AHEAD + 1):
        yield _create_month(today.year, today.month + ahead)
    yield sql.SQL(CREATE_INDEX).format(log=CHANGE_LOG)
    for aggregate in aggregates:
        for table in aggregate.tables:
            yield _create_function(aggregate, table)
            yield from _create_triggers(table)


def _create_month(year: int, month: int) -> sql.Composable:
    first = datetime(year + (month - 1) // 12, (month - 1) % 12 + 1, 1, tzinfo=UTC)
    end = datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    return sql.SQL(CREATE_MONTH).format(
        partition=sql.Identifier(SOURCE_SCHEMA, f"change_log_{first:%Y_%m}"),
        log=CHANGE_LOG,
        default=DEFAULT_PARTITION,
        first=sql.Literal(first.isoformat()),
        end=sql.Literal(end.isoformat()),
    )


def _create_function(aggregate: Aggregate, table: SourceTable) -> sql.Composable:
    root = sql.Literal(WHOLE_TABLE_ROOT) if table.root_column is None else sql.Identifier(table.root_column)
    touched = sql.SQL("select distinct {aggregate}, {root}::bigint from {rows} where {root} is not null")

    def roots_of(rows: str) -> sql.Composable:
        return touched.format(aggregate=sql.Literal(aggregate.name), root=root, rows=sql.SQL(rows))

    return sql.SQL(CREATE_FUNCTION).format(
        function=_function(table),
        log=CHANGE_LOG,
        aggregate=sql.Literal(aggregate.name),
        inserted=roots_of("new_rows"),
        updated=sql.SQL("{} union {}").format(roots_of("old_rows"), roots_of("new_rows")),
        deleted=roots_of("old_rows"),
    )


def _create_triggers(table: SourceTable) -> Iterator[sql.Composable]:
    for name, event in TRIGGERS.items():
        yield sql.SQL(
            "create or replace trigger {name} after {event} for each statement execute function {f}()"
        ).format(
            name=sql.Identifier(name),
            event=sql.SQL(event).format(table=table_identifier(table)),
            f=_function(table),
        )
        # ALWAYS: also where a loader or a replica sets session_replication_role.
        yield sql.SQL("alter table {} enable always trigger {}").format(table_identifier(table), sql.Identifier(name))


def _function(table: SourceTable) -> sql.Identifier:
    return sql.Identifier(SOURCE_SCHEMA, FUNCTION_PREFIX + table.name)


def logged_changes(connection: Connection) -> int:
    """About how many rows the log holds, by the statistics of its partitions; 0 where there is no log."""
    query = """
        select coalesce(sum(n_live_tup), 0)::bigint
          from pg_stat_user_tables
         where relid in (select relid from pg_partition_tree(to_regclass(%s)))
    """
    with source_errors("looking at the change log"), connection.cursor() as cursor:
        cursor.execute(query, (f"{SOURCE_SCHEMA}.change_log",))
        (rows,) = cursor.fetchone() or (0,)
    return int(rows)
