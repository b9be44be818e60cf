"""The change log at the source: installed, looked at and removed; its triggers note which roots a statement touched."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

from psycopg2 import extensions, sql

from extractor_ec2.changelog_sql import CHANGE_LOG, FUNCTION_PREFIX, TRIGGERS, function_body, log_sql, trigger_sql
from extractor_ec2.postgres import Connection, source_errors
from gem.contracts.source_spec import SOURCE_SCHEMA, Aggregate, SourceTable

LOCK_TIMEOUT = "10s"

OUR_TRIGGERS = """
select c.relname, t.tgname
  from pg_trigger t
  join pg_class c on c.oid = t.tgrelid
 where c.relnamespace = to_regnamespace(%s) and t.tgname = any(%s) and not t.tgisinternal
"""

OUR_FUNCTIONS = """
select proname from pg_proc where pronamespace = to_regnamespace(%s) and starts_with(proname, %s)
"""

# A trigger whose function is not as declared notes something else: it counts as missing.
TRIGGERS_OF = """
select t.tgname
  from pg_trigger t
  join pg_proc f on f.oid = t.tgfoid
 where t.tgrelid = to_regclass(%s) and t.tgname = any(%s) and t.tgenabled = 'A' and not t.tgisinternal
   and f.prosrc = %s
"""

# Statement triggers belong to the table that a statement names, and a subscription's worker fires none at all.
BYPASSES = """
select exists (select from pg_inherits where to_regclass(%(table)s) in (inhrelid, inhparent)),
       exists (select from pg_subscription_rel where srrelid = to_regclass(%(table)s))
"""


def install(connection: Connection, aggregates: Sequence[Aggregate], today: datetime | None = None) -> list[str]:
    """Creates what is missing of the change log, in one transaction, and returns the aggregates that it marked.

    The connection comes without an open transaction, and leaves with autocommit off. An aggregate whose triggers were
    missing is marked for a sweep: what changed meanwhile was not seen. Run again, it adds the partitions of coming
    months and changes nothing else. Raises TransientError when a table is busy for longer than LOCK_TIMEOUT,
    TerminalError for a missing table or right.
    """
    with source_errors("installing the change log"), _alone(connection) as cursor:
        marked = [aggregate for aggregate in aggregates if missing_triggers(connection, aggregate)]
        for statement in log_sql(today or datetime.now(UTC)):
            cursor.execute(statement)
        for aggregate in marked:
            for table in aggregate.tables:
                for statement in trigger_sql(table, _body(connection, aggregate, table)):
                    cursor.execute(statement)
            cursor.execute(sql.SQL("insert into {} (aggregate) values (%s)").format(CHANGE_LOG), (aggregate.name,))
    return [aggregate.name for aggregate in marked]


def remove(connection: Connection) -> None:
    """Drops the triggers, their functions and the log, in one transaction; nothing happens where there is none."""
    with source_errors("removing the change log"), _alone(connection) as cursor:
        cursor.execute(OUR_TRIGGERS, (SOURCE_SCHEMA, [*TRIGGERS]))
        for table, trigger in cursor.fetchall():
            cursor.execute(
                sql.SQL("drop trigger {} on {}").format(sql.Identifier(trigger), sql.Identifier(SOURCE_SCHEMA, table))
            )
        cursor.execute(OUR_FUNCTIONS, (SOURCE_SCHEMA, FUNCTION_PREFIX))
        for (function,) in cursor.fetchall():
            cursor.execute(sql.SQL("drop function {}()").format(sql.Identifier(SOURCE_SCHEMA, function)))
        cursor.execute(sql.SQL("drop table if exists {}").format(CHANGE_LOG))


@contextmanager
def _alone(connection: Connection) -> Iterator[extensions.cursor]:
    """One transaction that no other `install` or `remove` runs beside; it gives up what is busy for too long."""
    connection.autocommit = False
    with connection, connection.cursor() as cursor:
        cursor.execute(sql.SQL("set local lock_timeout = {}").format(sql.Literal(LOCK_TIMEOUT)))
        cursor.execute("select pg_advisory_xact_lock(hashtext('gem.change_log'))")
        yield cursor


def missing_triggers(connection: Connection, aggregate: Aggregate) -> list[str]:
    """The triggers of the aggregate's tables that are absent, altered or not ENABLE ALWAYS, as `trigger on table`."""
    missing: list[str] = []
    with source_errors("looking for the change log's triggers"), connection.cursor() as cursor:
        for table in aggregate.tables:
            name = f"{SOURCE_SCHEMA}.{table.name}"
            cursor.execute(TRIGGERS_OF, (name, [*TRIGGERS], _body(connection, aggregate, table)))
            present = {trigger for (trigger,) in cursor.fetchall()}
            missing += [f"{trigger} on {name}" for trigger in TRIGGERS if trigger not in present]
    return missing


def bypasses(connection: Connection, aggregate: Aggregate) -> list[str]:
    """Why rows of the aggregate may change without any trigger of its tables being fired; mostly nothing."""
    found: list[str] = []
    with source_errors("looking for ways around the change log"), connection.cursor() as cursor:
        for table in aggregate.tables:
            name = f"{SOURCE_SCHEMA}.{table.name}"
            cursor.execute(BYPASSES, {"table": name})
            inherits, subscribes = cursor.fetchone() or (False, False)
            if inherits:
                found.append(f"{name} is partitioned or inherits, so it may be written under another table's name")
            if subscribes:
                found.append(f"{name} is filled by a subscription, which fires no statement trigger")
    return found


def _body(connection: Connection, aggregate: Aggregate, table: SourceTable) -> str:
    return function_body(aggregate, table).as_string(connection)


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
