"""`gem trace`: the figures of one root, followed back from the warehouse to the source row, each link verified now."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from gem.contracts.errors import TerminalError
from gem.contracts.keys import Attempt, BatchId
from gem.contracts.mart_spec import MartTable
from gem.contracts.source_spec import SOURCE_SCHEMA
from gem.warehouse.connection import Connection, execute
from gem.warehouse.trace_lake import Lake, Load, curated_links, raw_links
from gem.warehouse.trace_link import Figure, Link, copied_money, facts_of, link, not_checked, source_of

Ask = Callable[[str], list[tuple[Any, ...]]]
"""Runs a query at the source, in a session whose time zone is UTC."""


@dataclass(frozen=True)
class _Version:
    """The batch that the warehouse has a root from; `attempt` is None where ops.root_version no longer says."""

    source_id: str
    batch_seq: int
    attempt: int | None
    is_deleted: bool


def trace(
    connection: Connection,
    lake: Lake,
    aggregate: str,
    root_id: int,
    *,
    source_id: str | None = None,
    source: Ask | None = None,
) -> list[Link]:
    """Fact rows → load → curated manifest and rows → snapshot → raw parts → source rows; read only.

    Every link is compared with the figures of the warehouse; a link that is missing ends the chain. The caller ends the
    transaction. Raises TerminalError where the warehouse knows no such root, or several sources have it.
    """
    version = _version(connection, aggregate, root_id, source_id)
    figures = {fact.name: _loaded(connection, fact, version.source_id, root_id) for fact in facts_of(aggregate)}
    links = [_fact_link(connection, fact, version, root_id, figures[fact.name]) for fact in facts_of(aggregate)]
    load, load_link = _load(connection, version)
    links.append(load_link)
    if load is not None:
        links += curated_links(lake, load, aggregate, root_id, figures)
        links += raw_links(lake, load, aggregate, root_id, figures)
        links += [_source_link(fact, root_id, figures[fact.name], load, source) for fact in facts_of(aggregate)]
    return links


def _version(connection: Connection, aggregate: str, root_id: int, source_id: str | None) -> _Version:
    found = [_Version(*row) for row in execute(connection, *_version_query(aggregate, root_id))]
    if not found:
        held = execute(connection, *_fact_query(aggregate, root_id))
        found = [_Version(source, int(seq), attempt=None, is_deleted=False) for source, seq in held]
    chosen = [version for version in found if source_id in (None, version.source_id)]
    if not chosen:
        raise TerminalError(
            f"the warehouse holds no {aggregate} {root_id}{f' of source {source_id}' * bool(source_id)}"
        )
    if len(chosen) > 1:
        names = ", ".join(sorted(version.source_id for version in chosen))
        raise TerminalError(f"{aggregate} {root_id} stands in several sources: add --source with one of {names}")
    return chosen[0]


def _version_query(aggregate: str, root_id: int) -> tuple[str, list[Any]]:
    query = (
        "select source_id, batch_seq, attempt, is_deleted\nfrom ops.root_version\nwhere aggregate = %s and root_id = %s"
    )
    return query, [aggregate, root_id]


def _fact_query(aggregate: str, root_id: int) -> tuple[str, list[Any]]:
    """The sources that have the root and its batch, for a root below the low-water mark."""
    facts = facts_of(aggregate)
    each = [f"select source_id, source_version\nfrom mart.{fact.name}\nwhere {fact.root_column} = %s" for fact in facts]
    rows = "\nunion all\n".join(each)
    query = f"select source_id, max(source_version)\nfrom (\n{rows}\n) as held\ngroup by source_id"
    return query, [root_id] * len(facts)


def _loaded(connection: Connection, fact: MartTable, source_id: str, root_id: int) -> Figure:
    sums = "".join(f", coalesce(sum({name}), 0)" for name in fact.money_columns)
    query = f"select count(*){sums}\nfrom mart.{fact.name}\nwhere source_id = %s and {fact.root_column} = %s"
    rows, *found = execute(connection, query, [source_id, root_id])[0]
    return Figure(int(rows), dict(zip(fact.money_columns, map(Decimal, found), strict=True)))


def _fact_link(connection: Connection, fact: MartTable, version: _Version, root_id: int, figure: Figure) -> Link:
    query = (
        f"select distinct batch_id\nfrom mart.{fact.name}\nwhere source_id = %s and {fact.root_column} = %s\norder by 1"
    )
    batches = [row[0] for row in execute(connection, query, [version.source_id, root_id])]
    expected = str(BatchId(version.source_id, version.batch_seq))
    problem = ""
    if version.is_deleted and figure.rows:
        problem = f"batch {expected} says that it was deleted at the source"
    elif batches not in ([], [expected]):
        problem = f"rows are of batch {', '.join(batches)}, the newest version of the root is of {expected}"
    return link("fact rows", f"mart.{fact.name}", problem, **{str(fact.root_column): root_id}, **figure.said)


def _load(connection: Connection, version: _Version) -> tuple[Load | None, Link]:
    batch = BatchId(version.source_id, version.batch_seq)
    query = "select attempt, snapshot_at, loaded_at\nfrom ops.load_log\nwhere batch_id = %s\norder by attempt desc"
    logged = [row for row in execute(connection, query, [str(batch)]) if version.attempt in (None, row[0])]
    if not logged:
        wanted = "" if version.attempt is None else f" attempt {version.attempt}"
        return None, link("load", "ops.load_log", f"it holds no batch {batch}{wanted}")
    attempt, snapshot_at, loaded_at = logged[0]
    query = "select table_name, row_count\nfrom ops.load_rows\nwhere batch_id = %s and attempt = %s"
    rows = {str(name): int(count) for name, count in execute(connection, query, [str(batch), attempt])}
    says = {"batch": str(batch), "attempt": attempt, "loaded_at": loaded_at, "deleted": version.is_deleted}
    return Load(Attempt(batch, attempt), snapshot_at, rows), link("load", "ops.load_log", "", **says)


def _source_link(fact: MartTable, root_id: int, loaded: Figure, load: Load, source: Ask | None) -> Link:
    """The rows as they are now: they may have changed since, and then a later batch brings them."""
    table = source_of(fact)
    name = f"{SOURCE_SCHEMA}.{table.name}"
    if source is None:
        return not_checked("source rows", name, "the source is not named: set GEM_SOURCE_DSN")
    money = copied_money(fact)
    sums = "".join(f", coalesce(sum({column}), 0)" for column in money)
    query = f"select count(*), max(updated_at){sums} from {name} where {table.root_column} = {int(root_id)}"
    rows, updated_at, *found = source(query)[0]
    figure = Figure(int(rows), dict(zip(money, map(Decimal, found), strict=True)))
    problem = figure.differs(loaded, money)
    if problem and _is_later(updated_at, load.snapshot_at, figure, loaded):
        return not_checked("source rows", name, f"changed since the snapshot: {problem}", updated_at=updated_at)
    return link("source rows", name, problem, updated_at=updated_at, **figure.said)


def _is_later(updated_at: datetime | None, snapshot_at: datetime, now: Figure, loaded: Figure) -> bool:
    """Whether the rows were changed after the snapshot; of rows that have gone no time is left."""
    return updated_at is None or updated_at.replace(tzinfo=None) > snapshot_at or now.rows < loaded.rows
