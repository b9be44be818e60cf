"""A raw manifest whose parts are there: what hop 1 demands before it starts a step."""

from typing import TYPE_CHECKING

from gem.contracts.errors import PartError
from gem.contracts.keys import RawManifestKey, S3Uri
from gem.contracts.manifest import RawManifest
from gem.lake import objects_under, raw_manifest

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def complete_batch(s3: "S3Client", bucket: str, key: RawManifestKey) -> RawManifest:
    """The manifest of a raw batch, whose every part lies in S3 with the size it states.

    Raises ManifestError where it cannot be used (see gem.lake), PartError where a part is missing or has another size.
    The SHA-256 of the parts is checked by whoever reads them.
    """
    manifest = raw_manifest(s3, bucket, key)
    # One listing of a thousand objects costs what one look at a single object does.
    sizes = {stored.key: stored.size_bytes for stored in objects_under(s3, bucket, key.prefix)}
    for part in manifest.parts:
        what = f"{S3Uri(bucket, str(key))}: part {S3Uri(bucket, part.key)} of {part.table}"
        if part.key not in sizes:
            raise PartError(f"{what} is missing; put it there and replay, or extract the batch again")
        if sizes[part.key] != part.size_bytes:
            raise PartError(
                f"{what} has {sizes[part.key]} bytes, {part.size_bytes} are stated; extract the batch again"
            )
    return manifest
