"""What differs between source and warehouse though nothing has changed since the last batch: that is drift."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gem.changes import changed
from gem.contracts.errors import ManifestError
from gem.contracts.keys import RawManifestKey
from gem.contracts.manifest import BatchKind, RawManifest
from gem.contracts.states import State
from gem.lake import raw_manifest
from gem.ledger import Ledger
from gem.reconcile import Ask
from gem.repair import Finding, repairs

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

LOOKED_AT = 50
"""Newest loaded batches among which the last one that read the live windows is looked for."""
LIVE_KINDS = frozenset({BatchKind.LIVE, BatchKind.RESYNC})


@dataclass(frozen=True)
class Drift:
    """What no later batch will bring by itself, and by aggregate the command that reads it again."""

    tables: tuple[str, ...]
    repairs: dict[str, str]
    awaited: tuple[str, ...]
    """Tables that differ only in roots which changed since the last batch: the next one brings them."""


def newest_live(ledger: Ledger, s3: "S3Client", bucket: str, source_id: str) -> RawManifest | None:
    """The manifest of the newest loaded batch that read the live windows; None where there is none.

    Of every aggregate the warehouse shows what its snapshot saw, also of those in which nothing had changed.
    """
    for record in ledger.newest(State.LOADED, LOOKED_AT, source_id):
        manifest = raw_manifest(s3, bucket, RawManifestKey(record.id))
        if manifest.kind in LIVE_KINDS:
            return manifest
    return None


def drift(findings: Iterable[Finding], source: Ask, snapshot: str | None) -> Drift:
    """The findings without the roots that the source has changed since that snapshot, as its change log knows."""
    differing = [finding for finding in findings if not finding.agrees]
    left = [finding for finding in differing if not _is_awaited(finding, source, snapshot)]
    names = tuple(sorted(finding.comparison.table.name for finding in left))
    awaited = {finding.comparison.table.name for finding in differing} - set(names)
    return Drift(names, repairs(left), tuple(sorted(awaited)))


def _is_awaited(finding: Finding, source: Ask, snapshot: str | None) -> bool:
    if snapshot is None:
        return False
    roots = _changed_roots(source, finding.comparison.aggregate.name, snapshot)
    if roots is None:
        return True
    # An aggregate that travels whole names no root: any change of it explains it.
    return finding.span is None and bool(roots) and finding.roots <= roots


def _changed_roots(source: Ask, aggregate: str, snapshot: str) -> set[int] | None:
    if re.fullmatch(r"\d+:\d+:[\d,]*", snapshot) is None:
        raise ManifestError(f"{snapshot!r} is no snapshot of PostgreSQL")
    xmin = snapshot.partition(":")[0]
    unseen = f"change_xid >= '{xmin}'::xid8 and not pg_visible_in_snapshot(change_xid, '{snapshot}'::pg_snapshot)"
    roots = changed(source, aggregate, "root_id", unseen)
    return None if roots is None else {int(root) for root in roots}
