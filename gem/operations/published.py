"""Which batches a source published within a time, by the lake: whoever extracted, and whatever was lost since."""

from datetime import datetime
from typing import TYPE_CHECKING

from gem.contracts.keys import BatchId, RawManifestKey
from gem.lake import raw_folders, written_at
from gem.ledger import Ledger

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def published_within(
    ledger: Ledger, s3: "S3Client", bucket: str, source_id: str, *, since: datetime, until: datetime
) -> list[BatchId]:
    """The source's batches whose manifest was written from `since` up to `until`, in order; the same if asked again.

    Looks at batches above the reconciler's position, which are those of the last week. A folder without a manifest is
    no batch. Raises TransientError where ledger or lake cannot be read.
    """
    known = ledger.reconciled_seq(source_id)
    keys = [RawManifestKey.parse(f"{each}_manifest.json") for each in raw_folders(s3, bucket, source_id, known)]
    # S3 keeps whole seconds.
    earliest = since.replace(microsecond=0)
    return [key.batch_id for key in keys if (at := written_at(s3, bucket, str(key))) and earliest <= at <= until]
