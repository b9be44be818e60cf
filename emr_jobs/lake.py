"""The lake as the driver writes it: an attempt is closed once; and where a raw manifest stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gem.aws import aws_errors, error_code
from gem.contracts.keys import RawManifestKey, S3Uri
from gem.contracts.manifest import CuratedManifest, manifest_body
from gem.lake import curated_manifest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ALREADY_THERE = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


def create_curated_manifest(s3: S3Client, bucket: str, manifest: CuratedManifest) -> CuratedManifest:
    """Closes the attempt, once; whoever comes second gets back what the first one wrote.

    Raises TransientError where S3 takes it not now.
    """
    uri = S3Uri(bucket, manifest.attempt_key.curated_manifest_key)
    body = manifest_body(manifest)
    with aws_errors(f"{uri}: creating"):
        try:
            s3.put_object(Bucket=uri.bucket, Key=uri.key, Body=body, ContentType="application/json", IfNoneMatch="*")
        except ClientError as error:
            closed = None
            if error_code(error) in _ALREADY_THERE:
                closed = curated_manifest(s3, bucket, manifest.attempt_key)
            if closed is None:
                raise
            return closed
    return manifest


def manifest_uri(text: str) -> tuple[S3Uri, RawManifestKey]:
    """The place and the batch of a raw manifest; ManifestError where the text is no such URI."""
    uri = S3Uri.parse(text)
    return uri, RawManifestKey.parse(uri.key)
