"""Runs the checks of sql/checks: what must hold in whole tables, and the rows for which it does not."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from gem.contracts.errors import TerminalError
from gem.warehouse.check_scripts import CHECK, CheckQuery
from gem.warehouse.connection import Connection, execute
from gem.warehouse.scripts import statements

PARAMETER = "%s"


@dataclass(frozen=True)
class CheckResult:
    """One check: how many faults it found, and some of them by key."""

    check: str
    meaning: str
    faults: int
    examples: tuple[str, ...]


def run_checks(
    connection: Connection, *, table: str | None = None, examples: int = 5, max_lag_hours: int | None = None
) -> list[CheckResult]:
    """Run every check, or those of one file of sql/checks: one query each, that names at most `examples` faults.

    How old the newest snapshot is gets judged only by `max_lag_hours`. Reads only, work proportional to the tables. The
    caller ends the transaction. Raises TerminalError for a table that has no checks.
    """
    chosen = [query for query in check_queries(table) if max_lag_hours is not None or PARAMETER not in query.sql]
    return [_run(connection, query, examples, max_lag_hours) for query in chosen]


def check_queries(table: str | None = None) -> list[CheckQuery]:
    """The checks in the order of their files, each named <file>.<check>."""
    names = sorted(entry.name for entry in files("sql").joinpath("checks").iterdir() if entry.name.endswith(".sql"))
    chosen = [name for name in names if table in (None, name.removesuffix(".sql"))]
    if not chosen:
        known = ", ".join(name.removesuffix(".sql") for name in names)
        raise TerminalError(f"no checks for {table!r}: name one of {known}")
    return [query for name in chosen for query in _queries(name)]


def _queries(name: str) -> Iterator[CheckQuery]:
    text = files("sql").joinpath("checks").joinpath(name).read_text(encoding="utf-8")
    for chunk in text.split(CHECK)[1:]:
        check, meaning, body = chunk.split("\n", 2)
        (sql,) = statements(body + "\n")
        yield CheckQuery(f"{name.removesuffix('.sql')}.{check}", meaning.removeprefix("-- "), sql)


def _run(connection: Connection, query: CheckQuery, examples: int, max_lag_hours: int | None) -> CheckResult:
    # Counted by a window: a plan made for finding the first rows early is the worst where there is none to find.
    limited = (
        f"select example, count(*) over () as faults\nfrom (\n{query.sql}\n) as fault\n"
        f"order by example\nlimit {int(examples)}"
    )
    rows = execute(connection, limited, [max_lag_hours] if PARAMETER in query.sql else [])
    faults = int(rows[0][1]) if rows else 0
    return CheckResult(query.name, query.meaning, faults, tuple(str(row[0]) for row in rows))
