"""The lake as the driver sees it: manifests read and created once, and what lies under a prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from botocore.exceptions import ClientError

from gem.contracts.errors import ManifestError
from gem.contracts.keys import Attempt, RawManifestKey, S3Uri
from gem.contracts.manifest import CuratedManifest, RawManifest, manifest_body, parse_manifest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT = frozenset({"NoSuchKey", "404"})
_ALREADY_THERE = frozenset({"PreconditionFailed", "ConditionalRequestConflict"})


class StoredObject(NamedTuple):
    """An object of the lake."""

    key: str
    size_bytes: int
    etag: str


def read_raw_manifest(s3: S3Client, uri: S3Uri) -> RawManifest:
    """The raw manifest; ManifestError where it is absent, breaks its contract or speaks of another place."""
    try:
        body = s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            raise ManifestError(f"{uri}: no such object; was the batch removed?") from error
        raise
    manifest = parse_manifest(RawManifest, body, str(uri))
    named = S3Uri(manifest.bucket, str(manifest.key))
    if named != uri:
        raise ManifestError(f"{uri}: the manifest says of itself that it stands at {named}")
    return manifest


def read_curated_manifest(s3: S3Client, bucket: str, attempt: Attempt) -> CuratedManifest | None:
    """The manifest that closes an attempt, or None while the attempt is open."""
    uri = S3Uri(bucket, attempt.curated_manifest_key)
    try:
        body = s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] in _ABSENT:
            return None
        raise
    return parse_manifest(CuratedManifest, body, str(uri))


def create_curated_manifest(s3: S3Client, bucket: str, manifest: CuratedManifest) -> CuratedManifest:
    """Closes the attempt, once; whoever comes second gets back what the first one wrote."""
    key = manifest.attempt_key.curated_manifest_key
    try:
        s3.put_object(
            Bucket=bucket, Key=key, Body=manifest_body(manifest), ContentType="application/json", IfNoneMatch="*"
        )
    except ClientError as error:
        if error.response["Error"]["Code"] not in _ALREADY_THERE:
            raise
        closed = read_curated_manifest(s3, bucket, manifest.attempt_key)
        if closed is None:
            raise
        return closed
    return manifest


def objects_under(s3: S3Client, bucket: str, prefix: str) -> list[StoredObject]:
    """Every object under a prefix, sorted by key."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    found = [entry for page in pages for entry in page.get("Contents", ())]
    return sorted(StoredObject(entry["Key"], entry["Size"], entry["ETag"].strip('"')) for entry in found)


def manifest_uri(text: str) -> tuple[S3Uri, RawManifestKey]:
    """The place and the batch of a raw manifest; ManifestError where the text is no such URI."""
    uri = S3Uri.parse(text)
    return uri, RawManifestKey.parse(uri.key)
