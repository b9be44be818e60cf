"""Where UNLOAD writes: the prefix on S3, the names of its files as Redshift gives them, and its manifest."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.objects import bucket_and_key
from local_aws.redshift.unload_command import COMPRESSIONS, UnloadCommand

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

NOT_EMPTY = (
    "Specified unload destination on S3 is not empty. Consider using a different bucket / prefix, manually removing "
    "the target files in S3, or using the ALLOWOVERWRITE option."
)
DELETE_AT_ONCE = 1000


@dataclass(frozen=True)
class WrittenFile:
    """A file that UNLOAD has put on S3."""

    url: str
    size_bytes: int
    rows: int


class UnloadTarget:
    """The prefix of one UNLOAD on S3."""

    def __init__(self, s3: S3Client, command: UnloadCommand) -> None:
        self._s3 = s3
        self._command = command
        self._bucket, self._prefix = bucket_and_key(command.target)
        if command.partition_by and not self._prefix.endswith("/"):
            self._prefix += "/"
        self._cleaned: set[str] = set()
        self.written: list[WrittenFile] = []

    def open(self) -> None:
        """Make the prefix ready. Raises RedshiftError when it holds files that nobody allowed to overwrite."""
        if self._command.clean_path:
            if not self._command.partition_by:
                self._clean(self._prefix)
        elif not self._command.allow_overwrite and self._keys(self._prefix, at_most=1):
            raise RedshiftError(f"{NOT_EMPTY} ({self._url(self._prefix)})")

    def put(self, folder: str, slice_number: int, part_number: int, file: IO[bytes], rows: int) -> None:
        """Write the next file of a partition's folder ("" without PARTITION BY); `file` is read from its start."""
        if self._command.clean_path and folder and folder not in self._cleaned:
            self._cleaned.add(folder)
            self._clean(self._prefix + folder)
        key = self._prefix + folder + self._file_name(slice_number, part_number)
        size_bytes = file.seek(0, 2)
        file.seek(0)
        try:
            self._s3.upload_fileobj(file, self._bucket, key, ExtraArgs=self._encryption())
        except (ClientError, BotoCoreError) as error:
            raise _refused_by_s3(self._url(key), error) from error
        self.written.append(WrittenFile(self._url(key), size_bytes, rows))

    def put_manifest(self, rows: int) -> None:
        """Write the manifest of all files written."""
        body = json.dumps(_manifest(self._command, sorted(self.written, key=lambda file: file.url), rows), indent=2)
        key = f"{self._prefix}manifest"
        try:
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=body.encode(), **self._encryption())
        except (ClientError, BotoCoreError) as error:
            raise _refused_by_s3(self._url(key), error) from error

    def _file_name(self, slice_number: int, part_number: int) -> str:
        command = self._command
        stem = f"{slice_number:04}_part_{part_number:02}" if command.parallel else f"{part_number:03}"
        ending = f".{command.extension}" if command.extension else ""
        if not ending:
            ending = ".parquet" if command.format == "parquet" else COMPRESSIONS.get(command.compression, "")
        return stem + ending

    def _encryption(self) -> Any:
        if self._command.kms_key_id:
            return {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": self._command.kms_key_id}
        return {"ServerSideEncryption": "AES256"}

    def _keys(self, prefix: str, at_most: int) -> list[str]:
        try:
            found = self._s3.list_objects_v2(Bucket=self._bucket, Prefix=prefix, MaxKeys=at_most)
        except (ClientError, BotoCoreError) as error:
            raise _refused_by_s3(self._url(prefix), error) from error
        return [item["Key"] for item in found.get("Contents", [])]

    def _clean(self, prefix: str) -> None:
        while keys := self._keys(prefix, DELETE_AT_ONCE):
            try:
                self._s3.delete_objects(Bucket=self._bucket, Delete={"Objects": [{"Key": key} for key in keys]})
            except (ClientError, BotoCoreError) as error:
                raise _refused_by_s3(self._url(prefix), error) from error

    def _url(self, key: str) -> str:
        return f"s3://{self._bucket}/{key}"


def _manifest(command: UnloadCommand, files: Sequence[WrittenFile], rows: int) -> dict[str, Any]:
    if not command.verbose:
        return {"entries": [{"url": file.url, "meta": {"content_length": file.size_bytes}} for file in files]}
    # With HEADER, the header line of each file is counted as a row (UNLOAD, MANIFEST VERBOSE).
    extra = 1 if command.header else 0
    elements = [{"name": column.name, "type": column.manifest_type} for column in command.file_columns]
    return {
        "entries": [
            {"url": file.url, "meta": {"content_length": file.size_bytes, "record_count": file.rows + extra}}
            for file in files
        ],
        "schema": {"elements": elements},
        "meta": {
            "content_length": sum(file.size_bytes for file in files),
            "record_count": rows + extra * len(files),
        },
        "author": {"name": "Amazon Redshift", "version": "1.0.0"},
    }


def _refused_by_s3(url: str, error: Exception) -> RedshiftError:
    return RedshiftError(f"S3ServiceException: {url} cannot be written: {error}")
