"""What differs is drift, unless the source has changed it since the last batch that is loaded."""

from collections.abc import Sequence
from typing import Any

import pytest

from gem.contracts.errors import ManifestError
from gem.drift import drift
from gem.reconcile import TableReport, comparisons
from gem.repair import Finding

SNAPSHOT = "754:756:754"
COMPARED = comparisons("gem")


def finding(table: str, *roots: int, span: tuple[int, int] | None = None, differs: bool = True) -> Finding:
    report = TableReport(table, differing_buckets=["07"] if differs else [])
    return Finding(COMPARED[table], report, [], frozenset(roots), span)


class Source:
    """The change log of a source: by aggregate the roots that changed since the snapshot, None for any root."""

    def __init__(self, **changed: Sequence[int | None]) -> None:
        self.changed = changed
        self.queries: list[str] = []

    def __call__(self, query: str) -> list[tuple[Any, ...]]:
        self.queries.append(query)
        logged = [root for name, roots in self.changed.items() if f"aggregate = '{name}'" in query for root in roots]
        return [(None if root is None else str(root),) for root in logged]


def test_what_agrees_is_neither() -> None:
    source = Source()
    found = drift([finding("fact_order_line", differs=False)], source, SNAPSHOT)
    assert (found.tables, found.awaited, found.repairs, source.queries) == ((), (), {}, [])


def test_roots_that_changed_since_the_last_batch_are_awaited() -> None:
    source = Source(contract=[4, 7, 9])
    found = drift([finding("fact_order_line", 7, 9)], source, SNAPSHOT)
    assert (found.tables, found.awaited) == ((), ("fact_order_line",))
    assert "change_xid >= '754'::xid8" in source.queries[0]
    assert "not pg_visible_in_snapshot(change_xid, '754:756:754'::pg_snapshot)" in source.queries[0]


def test_where_any_root_may_have_changed_all_is_awaited() -> None:
    differing = [finding("fact_order_line", 8), finding("fact_payment", span=(1, 9000))]
    found = drift(differing, Source(contract=[7, None]), SNAPSHOT)
    assert (found.tables, found.awaited) == ((), ("fact_order_line", "fact_payment"))


def test_one_root_that_nobody_touched_is_drift_with_its_repair() -> None:
    found = drift([finding("fact_order_line", 7, 8)], Source(contract=[7]), SNAPSHOT)
    assert found.tables == ("fact_order_line",)
    assert found.repairs == {"contract": "gem backfill --aggregate contract --roots 7,8"}


@pytest.mark.parametrize("snapshot", [SNAPSHOT, None])
def test_too_many_to_name_or_no_batch_at_all_is_drift(snapshot: str | None) -> None:
    several = finding("fact_order_line", span=(1, 9000)) if snapshot else finding("fact_order_line", 7)
    assert drift([several], Source(contract=[7]), snapshot).tables == ("fact_order_line",)


def test_a_snapshot_that_is_none_is_refused_before_it_gets_into_a_query() -> None:
    source = Source()
    with pytest.raises(ManifestError, match="is no snapshot"):
        drift([finding("fact_order_line", 7)], source, "1:1:'; drop table")
    assert source.queries == []
