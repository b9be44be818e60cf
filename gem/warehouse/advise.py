"""`gem warehouse advise`: what svv_table_info says of each table, turned into what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from gem.contracts.errors import TerminalError
from gem.warehouse.connection import Connection, execute

LARGEST_COPIED_ROWS = 10_000_000
"""Rows above which a copy of a table on every node costs more at each load than it saves in joins."""
SKEWED = Decimal(4)
"""The fullest slice against the emptiest, from which on one slice keeps the others waiting."""
UNSORTED_PERCENT = Decimal(20)
STALE_PERCENT = Decimal(10)
SMALLEST_SORTED_ROWS = 100_000
"""A smaller table is read whole in any order."""

TABLES = """
select "schema" || '.' || "table", diststyle, sortkey1, sortkey1_enc, tbl_rows, skew_rows, unsorted, stats_off
from svv_table_info
where "schema" in ('mart', 'ops')
order by 1
"""


@dataclass(frozen=True)
class TableState:
    """A table as svv_table_info shows it; what it does not know is None. Percents are of rows."""

    name: str
    dist_style: str
    sort_key: str | None
    sort_key_encoding: str | None
    rows: int
    skew: Decimal | None
    unsorted_percent: Decimal | None
    stale_percent: Decimal | None


@dataclass(frozen=True)
class Advice:
    """What to do about a table, and why."""

    table: str
    finding: str
    action: str


def advise(connection: Connection) -> list[Advice]:
    """Advice on every table of mart and ops that holds rows; reads the system view only.

    The caller ends the transaction. Raises TerminalError where the warehouse has no svv_table_info or hides it.
    """
    try:
        states = [_state(*row) for row in execute(connection, TABLES)]
    except TerminalError as error:
        raise TerminalError(f"svv_table_info cannot be read, which superusers and sys:monitor may: {error}") from error
    return [advice for state in states for advice in advice_on(state)]


def _state(name: str, style: str, key: str | None, encoding: str | None, rows: object, *measures: object) -> TableState:
    skew, unsorted, stale = (None if value is None else Decimal(str(value)) for value in measures)
    # AUTO(SORTKEY) is Redshift's own choice, and no column. sortkey1_enc is CHAR(32), filled up with spaces.
    column = None if key is None or "(" in key or key == "INTERLEAVED" else key
    sort_key_encoding = encoding and encoding.strip()
    return TableState(name, style, column, sort_key_encoding, int(Decimal(str(rows or 0))), skew, unsorted, stale)


def advice_on(state: TableState) -> Iterator[Advice]:
    """What one table's state asks for; nothing where it is well."""
    yield from _upkeep(state)
    yield from _design(state)


def _upkeep(state: TableState) -> Iterator[Advice]:
    """What loads wear out."""
    if state.stale_percent is not None and state.stale_percent > STALE_PERCENT:
        yield Advice(state.name, f"statistics are {state.stale_percent} % off", f"analyze {state.name}")
    is_sorted = state.sort_key and state.rows >= SMALLEST_SORTED_ROWS
    if is_sorted and state.unsorted_percent is not None and state.unsorted_percent > UNSORTED_PERCENT:
        finding = f"{state.unsorted_percent} % of its rows are unsorted"
        yield Advice(state.name, finding, f"vacuum sort only {state.name}")


def _design(state: TableState) -> Iterator[Advice]:
    """What was chosen for other data than there is."""
    name = state.name
    if state.skew is not None and state.skew > SKEWED:
        finding = f"its fullest slice holds {state.skew} times the rows of its emptiest"
        yield Advice(name, finding, f"distribute it by a column of more values: alter table {name} alter distkey …")
    is_copied = state.dist_style.lower() in ("all", "auto(all)")
    if is_copied and state.rows > LARGEST_COPIED_ROWS:
        finding = f"{state.rows} rows are copied to every node"
        yield Advice(name, finding, f"distribute it by its natural key: alter table {name} alter distkey …")
    if state.sort_key and state.sort_key_encoding not in (None, "", "none", "raw"):
        finding = f"its first sort column is compressed ({state.sort_key_encoding}): a search reads more of the others"
        yield Advice(name, finding, f"alter table {name} alter column {state.sort_key} encode raw")
