"""Jobs of the warehouse: tables that it makes of its own others, period by period, apart from loads (sql/jobs)."""

from dataclasses import dataclass
from datetime import date

from gem.contracts.errors import TerminalError
from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import MartTable, TableKind
from gem.warehouse.connection import Connection, commit, execute
from gem.warehouse.hold import refuse_while_held
from gem.warehouse.scripts import steps_of

JOBS: dict[str, MartTable] = {table.name: table for table in MART_TABLES if table.kind is TableKind.PERIODIC}


@dataclass(frozen=True)
class JobReport:
    """What a job did to its table, which then holds `rows`: a row that changed is removed and inserted."""

    job: str
    as_of: date
    removed: int
    inserted: int
    rows: int


def job_named(name: str) -> MartTable:
    """The table that the job fills; TerminalError for an unknown one."""
    if name not in JOBS:
        raise TerminalError(f"no job {name!r}: there are {', '.join(JOBS)}")
    return JOBS[name]


def run_job(connection: Connection, table: MartTable, as_of: date) -> JobReport:
    """Make the table anew up to the day, in one transaction under the load mutex, writing only what differs.

    Idempotent, and a function of the tables it reads and the day; periods after the day stay as they are. Raises
    PublishHeldError while a hold is in force, TransientError where the same again may work.
    """
    # The first statement, as in a load: what another writer commits while this one waits must be seen.
    execute(connection, "lock table ops.load_mutex")
    refuse_while_held(connection)
    before = _count(connection, table)
    for step, statements in steps_of("jobs", table.name).items():
        for statement in statements:
            execute(connection, statement, [as_of.isoformat()] if "%s" in statement else [])
        if step == "remove":
            left = _count(connection, table)
    after = _count(connection, table)
    what = table.name.removeprefix("fact_")
    execute(connection, f"drop table job_day, computed_{what}, kept_{what}")
    commit(connection)
    return JobReport(table.name, as_of, removed=before - left, inserted=after - left, rows=after)


def _count(connection: Connection, table: MartTable) -> int:
    return int(execute(connection, f"select count(*) from mart.{table.name}")[0][0])  # noqa: S608 - a declared name
