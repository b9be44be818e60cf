"""The rows of the page of data quality: how fresh each table is, what was rejected or flagged, what is left out."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gem.powerbi.names import words
from gem.powerbi.tables import table_name
from gem.report.operators import FRESHNESS, fresh_listing, freshness
from gem.report.views import Listing, in_india
from gem.warehouse.connection import Connection, execute
from gem.warehouse.templates.views import VIEW_OF

MOST_ROWS = 40
"""Rows of a listing that are shown."""
KINDS = {"reject": "rejected", "warn": "flagged"}


@dataclass(frozen=True)
class _Shown:
    """A view of bi as a listing: its columns by their headings, and what is said where it has no rows."""

    title: str
    nothing: str
    columns: dict[str, str]


SHOWN = {
    "v_quality": _Shown(
        "Rejected and flagged rows of loaded batches",
        "No row was rejected or flagged in any loaded batch.",
        {
            "snapshot_at": "Snapshot",
            "batch_id": "Batch",
            "source_id": "Source",
            "table_name": "Table",
            "kind": "Rows were",
            "reason": "Why",
            "row_count": "Rows",
        },
    ),
    "v_open_rejects": _Shown(
        "Still left out: the newest version was rejected",
        "Nothing is left out: of everything the newest version is shown.",
        {
            "snapshot_at": "Snapshot",
            "source_id": "Source",
            "aggregate": "What",
            "root_id": "Its id at the source",
            "source_table": "Rejected in the table",
            "reason": "Why",
            "rejected_rows": "Rejected rows",
            "batch_id": "Batch",
        },
    ),
}


def called(table: str) -> str:
    """A table's name as Power BI has it: of the warehouse's or, as rejects have it, of the source's."""
    return table_name(VIEW_OF[table]) if table in VIEW_OF else words(table)


CALLED: dict[str, Callable[[Any], str]] = {
    "table_name": called,
    "source_table": words,
    "aggregate": words,
    "reason": words,
    "kind": lambda kind: KINDS.get(kind, kind),
}


def freshness_listing(connection: Connection, now: datetime) -> Listing:
    """As fresh as the operators' page says."""
    return fresh_listing(freshness(execute(connection, FRESHNESS)), now, called)


def listing(connection: Connection, view: str) -> Listing:
    """The newest rows of the view."""
    shown = SHOWN[view]
    query = f"select {', '.join(shown.columns)} from bi.{view} order by snapshot_at desc, 2, 3, 4 limit {MOST_ROWS + 1}"  # noqa: S608  (declared names)
    rows = execute(connection, query)
    note = f"the newest {MOST_ROWS} rows" if len(rows) > MOST_ROWS else ""
    texts = tuple(tuple(map(_cell, shown.columns, row)) for row in rows[:MOST_ROWS])
    return Listing(shown.title, tuple(shown.columns.values()), texts, note, shown.nothing)


def _cell(column: str, value: Any) -> str:
    if value is None:
        return "—"
    return in_india(value) if isinstance(value, datetime) else CALLED.get(column, str)(value)
