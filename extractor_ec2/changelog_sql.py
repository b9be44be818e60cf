"""The SQL of the change log: its table with monthly partitions, and the triggers of each source table."""

from collections.abc import Iterator
from datetime import UTC, datetime

from psycopg2 import sql

from extractor_ec2.roots import table_identifier
from gem.contracts.source_spec import SOURCE_SCHEMA, WHOLE_TABLE_ROOT, Aggregate, SourceTable

CHANGE_LOG = sql.Identifier(SOURCE_SCHEMA, "change_log")
DEFAULT_PARTITION = sql.Identifier(SOURCE_SCHEMA, "change_log_default")
FUNCTION_PREFIX = "log_changes_of_"
MONTHS_AHEAD = 3

# Trigger name → event and transition tables. TRUNCATE has none, so its rows are noted before they go.
TRIGGERS = {
    "gem_log_insert": "after insert on {table} referencing new table as new_rows",
    "gem_log_update": "after update on {table} referencing old table as old_rows new table as new_rows",
    "gem_log_delete": "after delete on {table} referencing old table as old_rows",
    "gem_log_truncate": "before truncate on {table}",
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
    "Roots of aggregates touched by each statement, for the data pipeline; root_id NULL: any root, deleted ones too."
    " Owned by extractor_ec2: python -m extractor_ec2 changelog install|remove|status"
)

# The window of an aggregate is one index range; no root is fetched from the table itself.
CREATE_INDEX = "create index if not exists change_log_window_idx on {log} (aggregate, change_xid) include (root_id)"

# Runs as the owner of the log, so that whoever writes the table needs no right on the log.
CREATE_FUNCTION = """
create or replace function {function}() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as {body}
"""
# Who may execute it may also put it on a table of their own, and note what never changed.
REVOKE_FUNCTION = "revoke all on function {function}() from public"

# TRUNCATE removes also what a transaction's older snapshot does not show: such a one asks for a sweep beside.
FUNCTION_BODY = """
begin
  if tg_op = 'INSERT' then
    insert into {log} (aggregate, root_id) {inserted};
  elsif tg_op = 'UPDATE' then
    insert into {log} (aggregate, root_id) {updated};
  elsif tg_op = 'DELETE' then
    insert into {log} (aggregate, root_id) {deleted};
  else
    insert into {log} (aggregate, root_id) {truncated};
    if current_setting('transaction_isolation') in ('repeatable read', 'serializable') then
      insert into {log} (aggregate, root_id) values ({aggregate}, null);
    end if;
  end if;
  return null;
end
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


def log_sql(today: datetime) -> Iterator[sql.Composable]:
    """The statements that create what is missing of the log and its partitions; they touch no source table."""
    yield sql.SQL(CREATE_LOG).format(log=CHANGE_LOG)
    yield sql.SQL("comment on table {} is {}").format(CHANGE_LOG, sql.Literal(COMMENT))
    yield sql.SQL("create table if not exists {} partition of {} default").format(DEFAULT_PARTITION, CHANGE_LOG)
    for ahead in range(MONTHS_AHEAD + 1):
        yield _create_month(today.year, today.month + ahead)
    yield sql.SQL(CREATE_INDEX).format(log=CHANGE_LOG)


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


def trigger_sql(table: SourceTable, body: str) -> Iterator[sql.Composable]:
    """The statements that put the triggers on a table, with `body` as their function; each may be run again."""
    function = sql.Identifier(SOURCE_SCHEMA, FUNCTION_PREFIX + table.name)
    yield sql.SQL(CREATE_FUNCTION).format(function=function, body=sql.Literal(body))
    yield sql.SQL(REVOKE_FUNCTION).format(function=function)
    for name, event in TRIGGERS.items():
        yield sql.SQL("create or replace trigger {name} {event} for each statement execute function {f}()").format(
            name=sql.Identifier(name),
            event=sql.SQL(event).format(table=table_identifier(table)),
            f=function,
        )
        # ALWAYS: also where a loader or a replica sets session_replication_role.
        yield sql.SQL("alter table {} enable always trigger {}").format(table_identifier(table), sql.Identifier(name))


def function_body(aggregate: Aggregate, table: SourceTable) -> sql.Composable:
    """What the triggers of a table do: note the roots of the rows that a statement touched."""
    root = sql.Literal(WHOLE_TABLE_ROOT) if table.root_column is None else sql.Identifier(table.root_column)
    touched = sql.SQL("select distinct {aggregate}, {root}::bigint from {rows} where {root} is not null")

    def roots_of(rows: sql.Composable) -> sql.Composable:
        return touched.format(aggregate=sql.Literal(aggregate.name), root=root, rows=rows)

    old, new = roots_of(sql.Identifier("old_rows")), roots_of(sql.Identifier("new_rows"))
    return sql.SQL(FUNCTION_BODY).format(
        log=CHANGE_LOG,
        aggregate=sql.Literal(aggregate.name),
        inserted=new,
        updated=sql.SQL("{} union {}").format(old, new),
        deleted=old,
        truncated=roots_of(table_identifier(table)),
    )
