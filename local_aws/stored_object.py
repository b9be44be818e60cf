"""One version of an S3 object, between moto's memory and its file."""

import shutil
import uuid
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypedDict

from moto.s3.models import FakeDeleteMarker, FakeKey
from moto.s3.utils import _VersionedKeyStore

KEPT = (
    "encryption",
    "kms_key_id",
    "bucket_key_enabled",
    "lock_mode",
    "lock_legal_status",
    "lock_until",
    "checksum_algorithm",
    "checksum_value",
    "checksum_type",
    "checksum_parts",
    "website_redirect_location",
)
"""Attributes of moto's FakeKey that go to disk as they are."""


class Fields(TypedDict):
    """What the index knows of a version beside its bytes."""

    version: str
    last_modified: str
    is_marker: bool
    etag: str
    size: int
    storage: str
    metadata: dict[str, str]
    kept: dict[str, Any]


class WatchedKeys(_VersionedKeyStore):  # type: ignore[misc]  # moto carries no types
    """The keys of a bucket, noting each that is written or deleted."""

    bucket_name: str
    touched: set[tuple[str, str]]

    @classmethod
    def of(cls, keys: _VersionedKeyStore, bucket_name: str, touched: set[tuple[str, str]]) -> Self:
        """The same keys, all of them noted as written."""
        watched = cls()
        watched.bucket_name, watched.touched = bucket_name, touched
        for name in list(keys):
            watched.setlist(name, keys.getlist(name))
        return watched

    def setlist(self, key: Any, list_: Any) -> None:
        """The versions of a key are now these."""
        self.touched.add((self.bucket_name, key))
        super().setlist(key, list_)

    def __setitem__(self, key: str, value: Any) -> None:
        self.touched.add((self.bucket_name, key))
        super().__setitem__(key, value)

    def pop(self, key: str) -> None:
        """The key is gone with all its versions; KeyError where there was none."""
        self.touched.add((self.bucket_name, key))
        super().pop(key)


class StoredBytes:
    """The bytes of a version, left on disk; takes the place of the temporary file in moto's FakeKey.

    Holds no open file: moto keeps every object it ever saw, and a process may not open that many.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._position = 0

    def seek(self, position: int) -> None:
        """The next read begins there."""
        self._position = position

    def read(self, size: int = -1) -> bytes:
        """The bytes from the position on."""
        with self.path.open("rb") as file:
            file.seek(self._position)
            found = file.read(size)
        self._position += len(found)
        return found

    def close(self) -> None:
        """Nothing: the store removes files, when no row names them."""


def file_of(folder: Path, version: Any) -> str:
    """The name of the file with a version's bytes, empty for a delete marker.

    Written now if it is not there yet; from then on moto reads the bytes from there.
    """
    if isinstance(version, FakeDeleteMarker):
        return ""
    if isinstance(version._value_buffer, StoredBytes):
        return version._value_buffer.path.name
    path = folder / uuid.uuid4().hex
    with version.lock, path.open("wb") as file:
        version._value_buffer.seek(0)
        shutil.copyfileobj(version._value_buffer, file, 1 << 20)
        version._value_buffer.close()
        version._value_buffer = StoredBytes(path)
    if version.multipart is not None:
        # moto would keep the bytes of the parts beside the whole; the upload's id it needs for a repeated request.
        version.multipart.dispose()
    return path.name


def fields_of(version: Any) -> Fields:
    """What is to be known of a version when it comes back."""
    is_marker = isinstance(version, FakeDeleteMarker)
    return Fields(
        version=str(version.version_id),
        last_modified=version.last_modified.isoformat(),
        is_marker=is_marker,
        etag="" if is_marker else version.etag.strip('"'),
        size=0 if is_marker else version.contentsize,
        storage="" if is_marker else version.storage_class,
        metadata={} if is_marker else dict(version.metadata),
        kept={} if is_marker else {name: getattr(version, name) for name in KEPT},
    )


def object_of(bucket: Any, key: str, path: Path | None, fields: Fields, before: list[Any]) -> Any:
    """moto's version of those fields, whose bytes are read from `path`; `before` are the older versions of the key."""
    version = _marker(key, fields, before) if path is None else _key(bucket, key, path, fields)
    version.last_modified = datetime.fromisoformat(fields["last_modified"])
    return version


def _marker(key: str, fields: Fields, before: list[Any]) -> Any:
    marker = FakeDeleteMarker(before[-1]) if before else FakeDeleteMarker.__new__(FakeDeleteMarker)
    marker.name, marker._version_id = key, fields["version"]
    return marker


def _key(bucket: Any, key: str, path: Path, fields: Fields) -> Any:
    version = FakeKey(
        name=key,
        value=b"",
        account_id=bucket.account_id,
        region_name=bucket.region_name,
        storage=fields["storage"],
        etag=fields["etag"],
        is_versioned=bucket.is_versioned,
        version_id=fields["version"],
        bucket_name=bucket.name,
    )
    version._value_buffer.close()
    version._value_buffer = StoredBytes(path)
    version.contentsize = fields["size"]
    version.set_metadata(fields["metadata"])
    for name, value in fields["kept"].items():
        setattr(version, name, value)
    return version
