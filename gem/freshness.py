"""As of when the warehouse shows a source: its newest loaded batch, or a later look that found nothing to read."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gem.drift import newest_live
from gem.lake import quiet_sign
from gem.ledger import Ledger

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


@dataclass(frozen=True)
class Freshness:
    """The warehouse holds the source as it was at `at`; `by` says how that is known."""

    at: datetime
    by: str


def freshness(ledger: Ledger, s3: "S3Client", bucket: str, source_id: str) -> Freshness | None:
    """As of when; None where nothing is loaded. TransientError where ledger or lake cannot be read.

    A quiet look counts only once the batch after which it found nothing is loaded, or a newer one.
    """
    newest = newest_live(ledger, s3, bucket, source_id)
    if newest is None:
        return None
    quiet = quiet_sign(s3, bucket, source_id)
    if quiet and quiet.batch_seq <= newest.batch_seq and quiet.looked_at > newest.snapshot_at:
        return Freshness(quiet.looked_at, f"nothing had changed since {newest.batch_id}")
    return Freshness(newest.snapshot_at, newest.batch_id)
