"""The lake as every runtime reads it: the manifests of a batch, and what lies under a prefix."""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from gem.aws import aws_errors, error_code
from gem.contracts.errors import ManifestError
from gem.contracts.keys import Attempt, BatchId, RawManifestKey, S3Uri, quiet_key
from gem.contracts.manifest import CuratedManifest, RawManifest, parse_manifest
from gem.contracts.quiet import QuietSign

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MAX_MANIFEST_BYTES = 32 * 1024 * 1024
"""Twenty thousand parts fit in a third of this; more is no manifest."""


class StoredObject(NamedTuple):
    """An object of the lake."""

    key: str
    size_bytes: int
    etag: str


def raw_manifest(s3: "S3Client", bucket: str, key: RawManifestKey) -> RawManifest:
    """The manifest of a raw batch; its parts are looked at by whoever needs them.

    Raises ManifestError where it is absent, no JSON, breaks its contract or speaks of another place, TransientError
    where S3 does not give it.
    """
    uri = S3Uri(bucket, str(key))
    body = _body(s3, uri)
    if body is None:
        raise ManifestError(f"{uri}: no such object; was the batch removed?")
    manifest = parse_manifest(RawManifest, body, str(uri))
    if (manifest.bucket, manifest.key) != (bucket, key):
        raise ManifestError(f"{uri}: this manifest is of s3://{manifest.bucket}/{manifest.key}")
    return manifest


def curated_manifest(s3: "S3Client", bucket: str, attempt: Attempt) -> CuratedManifest | None:
    """The manifest that closes an attempt, or None where there is none.

    Raises ManifestError where it is not usable, TransientError where S3 does not give it.
    """
    uri = S3Uri(bucket, attempt.curated_manifest_key)
    body = _body(s3, uri)
    if body is None:
        return None
    manifest = parse_manifest(CuratedManifest, body, str(uri))
    said = (manifest.attempt_key, manifest.source_id, manifest.batch_seq)
    if said != (attempt, attempt.batch_id.source_id, attempt.batch_id.batch_seq):
        raise ManifestError(f"{uri}: this manifest is of {manifest.attempt_key.step_name}")
    return manifest


def quiet_sign(s3: "S3Client", bucket: str, source_id: str) -> QuietSign | None:
    """The extractor's last sign of life where nothing had changed, or None where it never came to that.

    Raises ManifestError where it is not usable, TransientError where S3 does not give it.
    """
    uri = S3Uri(bucket, quiet_key(source_id))
    body = _body(s3, uri)
    return None if body is None else parse_manifest(QuietSign, body, str(uri))


def objects_under(s3: "S3Client", bucket: str, prefix: str) -> list[StoredObject]:
    """Every object under a prefix, sorted by key; TransientError where S3 does not list them."""
    with aws_errors(f"{S3Uri(bucket, prefix)}: listing"):
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        found = [entry for page in pages for entry in page.get("Contents", ())]
    return sorted(StoredObject(entry["Key"], entry["Size"], entry["ETag"].strip('"')) for entry in found)


def raw_folders(s3: "S3Client", bucket: str, source_id: str, after_seq: int) -> Iterator[str]:
    """The folders of a source's batches above a batch_seq (-1: of all), in their order; work by what they are.

    A folder is no batch yet: its manifest comes last. Raises TransientError where S3 does not list them.
    """
    # Folders sort as their batches do, since a seq has ten digits; `~` sorts behind every key of a folder.
    start = f"{RawManifestKey(BatchId(source_id, after_seq)).prefix}~" if after_seq >= 0 else ""
    yield from folders(s3, bucket, f"raw/{source_id}/", start)


def folders(s3: "S3Client", bucket: str, prefix: str, start_after: str = "") -> Iterator[str]:
    """The folders right under a prefix, in order; TransientError where S3 does not list them."""
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket=bucket, Prefix=prefix, Delimiter="/", StartAfter=start_after
    )
    with aws_errors(f"{S3Uri(bucket, prefix)}: listing"):
        for page in pages:
            yield from (found["Prefix"] for found in page.get("CommonPrefixes", ()))


def written_at(s3: "S3Client", bucket: str, key: str) -> datetime | None:
    """When an object was written, or None where there is none; TransientError where S3 does not say."""
    with aws_errors(f"{S3Uri(bucket, key)}: looking"):
        try:
            return s3.head_object(Bucket=bucket, Key=key)["LastModified"]
        except ClientError as error:
            if error_code(error) in {"404", "NoSuchKey"}:
                return None
            raise


def _body(s3: "S3Client", uri: S3Uri) -> bytes | None:
    with aws_errors(f"{uri}: reading"):
        try:
            answer = s3.get_object(Bucket=uri.bucket, Key=uri.key)
        except ClientError as error:
            if error_code(error) in {"NoSuchKey", "404"}:
                return None
            raise
        if answer["ContentLength"] > MAX_MANIFEST_BYTES:
            raise ManifestError(f"{uri}: {answer['ContentLength']} bytes; a manifest has {MAX_MANIFEST_BYTES} at most")
        return answer["Body"].read()
