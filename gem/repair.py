"""What repairs the differences that a comparison of source and warehouse found: the commands that read roots again."""

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from gem.contracts.source_spec import Aggregate
from gem.reconcile import (
    BUCKETS_LOOKED_INTO,
    Ask,
    Comparison,
    Difference,
    TableReport,
    compare,
    differences,
    root_span,
)

ROOTS_NAMED = 1_000
"""Roots that one command names; of more, it names the range."""


@dataclass(frozen=True)
class Finding:
    """A table's report, some of its differing rows, and what to read again."""

    comparison: Comparison
    report: TableReport
    shown: list[Difference]
    """The first differences, as many as were asked for."""
    roots: frozenset[int]
    """Every root at fault; none where `span` stands for them, or the aggregate travels whole."""
    span: tuple[int, int] | None = None
    """The least and the largest root to read again, both included, where there are too many to name."""

    @property
    def agrees(self) -> bool:
        """Whether both sides hold the same rows."""
        return not self.report.differing_buckets


def find(comparison: Comparison, source: Ask, warehouse: Ask, limit: int) -> Finding:
    """Compares one table; of its differing rows the first `limit`."""
    report = compare(comparison, source, warehouse)
    found = differences(comparison, source, warehouse, report.differing_buckets)
    shown: list[Difference] = []
    roots: set[int] = set()
    for difference in found:
        roots.update(difference.roots)
        if len(shown) < limit:
            shown.append(difference)
        elif len(report.differing_buckets) > BUCKETS_LOOKED_INTO:
            return Finding(comparison, report, shown, frozenset(), root_span(comparison, source, warehouse))
    if len(roots) > ROOTS_NAMED:
        return Finding(comparison, report, shown, frozenset(), (min(roots), max(roots)))
    return Finding(comparison, report, shown, frozenset(roots))


def repairs(findings: Iterable[Finding]) -> dict[str, str]:
    """By aggregate: the command that reads again what differs in any of its tables; none for one that agrees."""
    wrong = sorted((f for f in findings if not f.agrees), key=lambda f: f.comparison.aggregate.name)
    grouped = itertools.groupby(wrong, key=lambda finding: finding.comparison.aggregate.name)
    return {name: " ".join(_command(list(found))) for name, found in grouped}


def _command(findings: Sequence[Finding]) -> Iterator[str]:
    aggregate: Aggregate = findings[0].comparison.aggregate
    yield f"gem backfill --aggregate {aggregate.name}"
    roots = sorted(frozenset[int]().union(*(finding.roots for finding in findings)))
    spans = [finding.span for finding in findings if finding.span]
    if spans or len(roots) > ROOTS_NAMED:
        ends = [*roots, *itertools.chain.from_iterable(spans)]
        yield f"--from {min(ends)} --to {max(ends)}"
    elif roots:
        yield f"--roots {','.join(map(str, roots))}"
