"""Reads manifests of the lake, and checks that what they name is what they say."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gem.aws import aws_errors, error_code
from gem.contracts.errors import ManifestError, PartError
from gem.contracts.keys import Attempt, RawManifestKey, S3Uri
from gem.contracts.manifest import CuratedManifest, RawManifest, parse_manifest

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

MAX_MANIFEST_BYTES = 32 * 1024 * 1024
"""Twenty thousand parts fit in a third of this; more is no manifest."""


def raw_manifest(s3: "S3Client", bucket: str, key: RawManifestKey) -> RawManifest:
    """The manifest of a raw batch, whose every part lies in S3 with the size it states.

    Raises ManifestError where it is absent, no JSON, breaks its contract or speaks of another place; PartError where a
    part is missing or has another size. The SHA-256 of the parts is checked by whoever reads them.
    """
    uri = S3Uri(bucket, str(key))
    body = _body(s3, uri)
    if body is None:
        raise ManifestError(f"{uri}: no such object")
    manifest = parse_manifest(RawManifest, body, str(uri))
    if (manifest.bucket, manifest.key) != (bucket, key):
        raise ManifestError(f"{uri}: this manifest is of s3://{manifest.bucket}/{manifest.key}")
    _assert_parts(s3, manifest, uri)
    return manifest


def curated_manifest(s3: "S3Client", bucket: str, attempt: Attempt) -> CuratedManifest | None:
    """The manifest that closes an attempt, or None where there is none; ManifestError where it is not usable."""
    uri = S3Uri(bucket, attempt.curated_manifest_key)
    body = _body(s3, uri)
    if body is None:
        return None
    manifest = parse_manifest(CuratedManifest, body, str(uri))
    said = (manifest.attempt_key, manifest.source_id, manifest.batch_seq)
    if said != (attempt, attempt.batch_id.source_id, attempt.batch_id.batch_seq):
        raise ManifestError(f"{uri}: this manifest is of {manifest.attempt_key.step_name}")
    return manifest


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


def _assert_parts(s3: "S3Client", manifest: RawManifest, uri: S3Uri) -> None:
    # One listing of a thousand objects costs what one look at a single object does.
    sizes = dict(_sizes(s3, manifest.bucket, manifest.key.prefix))
    for part in manifest.parts:
        size = sizes.get(part.key)
        if size is None:
            raise PartError(f"{uri}: part s3://{manifest.bucket}/{part.key} of {part.table} is missing")
        if size != part.size_bytes:
            raise PartError(
                f"{uri}: part s3://{manifest.bucket}/{part.key} of {part.table} has {size} bytes, "
                f"{part.size_bytes} are stated"
            )


def _sizes(s3: "S3Client", bucket: str, prefix: str) -> Iterator[tuple[str, int]]:
    with aws_errors(f"s3://{bucket}/{prefix}: listing"):
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
            yield from ((found["Key"], found["Size"]) for found in page.get("Contents", ()))
