"""A lake in memory: the S3 calls of the extractor with S3's exact conditions, each told of before and after."""

import hashlib
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

BUCKET = "lake"


def _ignore(_key: str, _what: str) -> None:
    """Nobody watches."""


@dataclass
class MemoryLake:
    """Objects by key; `on_put` hears of every write that took effect: the key, the bytes before (or None) and after."""

    objects: dict[str, bytes] = field(default_factory=dict)
    on_put: Callable[[str, bytes | None, bytes], None] = lambda _key, _before, _after: None

    def fork(self) -> "MemoryLake":
        """A lake of its own with what stands here now."""
        return MemoryLake(dict(self.objects))

    def put(self, key: str, body: bytes) -> None:
        before = self.objects.get(key)
        self.objects[key] = body
        self.on_put(key, before, body)


@dataclass(frozen=True)
class MemoryS3:
    """A client of the lake; `before` is told of each call, by its name and key, before it has any effect."""

    lake: MemoryLake
    before: Callable[[str, str], None] = _ignore

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.before("get", Key)
        body = self.lake.objects.get(Key)
        if body is None:
            raise _error("NoSuchKey", 404, "GetObject")
        return {"Body": io.BytesIO(body), "ETag": etag(body), "ContentLength": len(body)}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **conditions: str) -> dict[str, Any]:  # noqa: N803
        self.before("put", Key)
        found = self.lake.objects.get(Key)
        if "IfNoneMatch" in conditions and found is not None:
            raise _error("PreconditionFailed", 412, "PutObject")
        if "IfMatch" in conditions and found is None:
            raise _error("NoSuchKey", 404, "PutObject")
        if "IfMatch" in conditions and found is not None and conditions["IfMatch"] != etag(found):
            raise _error("PreconditionFailed", 412, "PutObject")
        self.lake.put(Key, Body)
        return {"ETag": etag(Body)}

    def upload_file(self, filename: str, bucket: str, key: str) -> None:
        self.before("upload", key)
        self.lake.put(key, Path(filename).read_bytes())

    def list_objects_v2(
        self,
        *,
        Bucket: str,  # noqa: N803
        Prefix: str,  # noqa: N803
        StartAfter: str = "",  # noqa: N803
        MaxKeys: int = 1000,  # noqa: N803
    ) -> dict[str, Any]:
        self.before("list", Prefix)
        found = sorted(key for key in self.lake.objects if key.startswith(Prefix) and key > StartAfter)
        return {"Contents": [{"Key": key} for key in found[:MaxKeys]]}


def etag(body: bytes) -> str:
    """As S3 quotes it."""
    return f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def _error(code: str, status: int, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, operation)
