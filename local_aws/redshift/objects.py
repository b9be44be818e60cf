"""The S3 objects a COPY names, by prefix or by a copy manifest, and how one is fetched."""

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.redshift.errors import RedshiftError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NAMES_OF_STATUS = {403: "AccessDenied", 503: "SlowDown"}


@dataclass(frozen=True)
class Part:
    """One data object; `size_bytes` is what the copy manifest promises, None when there is no manifest."""

    url: str
    size_bytes: int | None = None
    mandatory: bool = True


def parts_of(s3: "S3Client", source: str, *, manifest: bool, sized: bool = True) -> list[Part]:
    """The objects of a COPY source; `sized` says that a manifest has to name their sizes, as for Parquet.

    Raises RedshiftError when nothing is there or the manifest is broken.
    """
    return list(_manifest_parts(s3, source, sized)) if manifest else _prefix_parts(s3, source)


def open_part(s3: "S3Client", part: Part, file: IO[bytes]) -> bool:
    """Fetch the object into `file`, rewound; False for one that is missing and need not be there."""
    try:
        bucket, key = bucket_and_key(part.url)
        s3.download_fileobj(bucket, key, file)
    except ClientError as error:
        if _is_missing(error) and not part.mandatory:
            return False
        raise _unreadable(part.url, error) from error
    except BotoCoreError as error:
        raise _unreadable(part.url, error) from error
    # Not tell(): a large object comes in ranges, and the last one to come need not be the last of the file.
    size = file.seek(0, io.SEEK_END)
    if part.size_bytes is not None and size != part.size_bytes:
        raise RedshiftError(
            f"COPY: file {part.url} has {size} bytes, the copy manifest says content_length {part.size_bytes}"
        )
    file.seek(0)
    return True


def _prefix_parts(s3: "S3Client", source: str) -> list[Part]:
    bucket, prefix = bucket_and_key(source)
    try:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        found = [f"s3://{bucket}/{item['Key']}" for page in pages for item in page.get("Contents", []) if item["Size"]]
    except (ClientError, BotoCoreError) as error:
        raise _unreadable(source, error) from error
    # Files whose name begins with _ or . are no data, for Redshift as for Hadoop.
    parts = [Part(url) for url in found if not url.rpartition("/")[2].startswith(("_", "."))]
    if not parts:
        raise RedshiftError(f"The specified S3 prefix '{prefix}' does not exist: no data object under {source}")
    return parts


def _manifest_parts(s3: "S3Client", source: str, sized: bool) -> Iterator[Part]:
    bucket, key = bucket_and_key(source)
    try:
        entries = json.loads(s3.get_object(Bucket=bucket, Key=key)["Body"].read())["entries"]
    except (ClientError, BotoCoreError) as error:
        raise _unreadable(source, error) from error
    except (ValueError, TypeError, KeyError) as error:
        raise RedshiftError(f"COPY: {source} is not a copy manifest: {error!r}") from error
    if not isinstance(entries, list) or not entries:
        raise RedshiftError(f"COPY: the copy manifest {source} names no file")
    for entry in entries:
        yield _manifest_part(source, entry, sized)


def _manifest_part(source: str, entry: Any, sized: bool) -> Part:
    try:
        if not sized and "meta" not in entry:
            return Part(str(entry["url"]), None, bool(entry.get("mandatory", False)))
        return Part(str(entry["url"]), int(entry["meta"]["content_length"]), bool(entry.get("mandatory", False)))
    except (KeyError, TypeError, ValueError) as error:
        raise RedshiftError(
            f"COPY: the copy manifest {source} has the entry {entry!r}: "
            "url and meta.content_length are needed for Parquet"
        ) from error


def bucket_and_key(url: str) -> tuple[str, str]:
    """The parts of an S3 address. Raises RedshiftError when it is none."""
    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not url.startswith("s3://") or not bucket:
        raise RedshiftError(f"'{url}' is not an S3 address: s3://<bucket>/<key> expected")
    return bucket, key


def _is_missing(error: ClientError) -> bool:
    return error.response["Error"]["Code"] in ("404", "NoSuchKey", "NoSuchBucket")


def _unreadable(url: str, error: ClientError | BotoCoreError) -> RedshiftError:
    """In Redshift's words, by which a client knows what may pass."""
    if not isinstance(error, ClientError):
        return RedshiftError(f"S3CurlException: {url} cannot be read: {error}")
    answer = error.response.get("Error", {})
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    # What S3 answers to HEAD has no body, and so no name.
    code = NAMES_OF_STATUS.get(status, "") or answer.get("Code", "")
    return RedshiftError(f"S3ServiceException:{answer.get('Message', '')},Status {status},Error {code}: {url}")
