"""The quick reconciliation: the source against the digests that loads keep, and only what differs against the facts."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from dataclasses import replace

from gem.changes import changed
from gem.reconcile import Ask, Comparison
from gem.warehouse.copies import copied_money
from gem.warehouse.templates.digests import HASH_COLUMNS, ROOTS_OF_A_BUCKET, keeps_digests


def quickly(comparison: Comparison, source: Ask, source_id: str, since_hours: int | None) -> Comparison:
    """The comparison by digest, of all buckets or of those whose roots changed in the last hours."""
    quick = by_digest(comparison, source_id)
    return quick if since_hours is None else of_changed_roots(quick, source, since_hours)


def by_digest(comparison: Comparison, source_id: str) -> Comparison:
    """The comparison of a fact by what loads have kept of its buckets; that of a dimension as it is.

    Dimensions keep no digests: they are small, and hold members that their source no longer has (ADR 10).
    """
    table = comparison.table
    if not keeps_digests(table):
        return comparison
    columns = ["cast(bucket as varchar)", "row_count", *copied_money(table), *HASH_COLUMNS]
    kept = f"select {', '.join(columns)} from ops.{table.name}_digest where source_id = '{source_id}'"
    return replace(comparison, kept=kept)


def of_changed_roots(comparison: Comparison, source: Ask, since_hours: int) -> Comparison:
    """The comparison restricted to buckets of roots that the source's change log names since then.

    Where it says that any root may have changed, as after a TRUNCATE, the comparison stays whole. What nobody logged
    (triggers that were off) and what changed in the warehouse alone it does not see.
    """
    if comparison.kept is None:
        return comparison
    since = f"changed_at >= now() - {int(since_hours)} * interval '1 hour'"
    buckets = changed(source, comparison.aggregate.name, f"root_id / {ROOTS_OF_A_BUCKET}", since)
    return comparison if buckets is None else replace(comparison, only=tuple(sorted(buckets)))
