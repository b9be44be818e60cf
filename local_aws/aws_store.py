"""What AWS would never lose, on disk: the objects and items in moto's memory, written before their request is answered.

An index in SQLite names one file per object version. A file is written before the row that names it and removed after
it, so whenever the process ends there is a whole answered state, and at most files that no row names.
"""

import base64
import json
import logging
import sqlite3
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.s3.models import s3_backends

from local_aws.aws_endpoint import ACCOUNT_ID, REGION
from local_aws.errors import LocalCloudError
from local_aws.stored_object import Fields, WatchedKeys, fields_of, file_of, object_of

logger = logging.getLogger(__name__)

PARTITION = "aws"
INDEX = "index.sqlite"
BYTES = "base64"
READER_SECONDS = 120
"""So long may a reader hold an object that has just been replaced."""
DYNAMODB_WRITES = frozenset({"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"})
NOT_KEPT = frozenset({"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"})

SCHEMA = """
create table if not exists objects (
  bucket text not null,
  key text not null,
  version text not null,
  file text not null,
  fields text not null,
  primary key (bucket, key, version)
);
create table if not exists items (
  table_name text not null,
  key text not null,
  attributes text not null,
  primary key (table_name, key)
);
"""
# In the order in which they were written, which is the order of an object's versions.
VERSIONS = "select bucket, key, file, fields from objects order by rowid"
ITEMS = "select table_name, attributes from items"


class AwsStoreError(LocalCloudError):
    """The folder of the store cannot be used."""


@dataclass(frozen=True)
class Restored:
    """How much came back, and of which buckets and tables it did not, because nothing of that name is deployed."""

    objects: int
    items: int
    homeless: tuple[str, ...]


class AwsStore:
    """The S3 objects and DynamoDB items of one account, in `folder`, which one process may open at a time.

    Kept: every version of an object with its bytes, ETag, times, metadata, checksums and delete markers, and every
    item. Not kept: ACLs and tags of objects, the parts of an upload that is not complete, streams. What was answered
    survives the end of the process at any moment; a loss of power may cost the last answers, never the rest.
    """

    def __init__(self, folder: Path) -> None:
        self._files = folder / "objects"
        self._touched: set[tuple[str, str]] = set()
        self._touched_items: set[tuple[str, str]] = set()
        self._superseded: deque[tuple[float, str]] = deque()
        try:
            self._files.mkdir(parents=True, exist_ok=True)
            self._index = _opened(folder / INDEX)
        except (OSError, sqlite3.Error) as error:
            raise AwsStoreError(f"the store of the local AWS cannot be opened in {folder}: {error}") from error
        self._sweep()

    def close(self) -> None:
        """Let another process open it."""
        self._index.close()

    def watch(self) -> None:
        """Note from now on which keys of every bucket are written; for a bucket made since the last call, too."""
        for bucket in s3_backends[ACCOUNT_ID][PARTITION].buckets.values():
            if not isinstance(bucket.keys, WatchedKeys):
                bucket.keys = WatchedKeys.of(bucket.keys, bucket.name, self._touched)

    def keep(self, target: str, body: bytes) -> None:
        """Write what a request changed; `target` and `body` are the request's, where it was one to DynamoDB.

        Raises OSError or sqlite3.Error where the disk refuses; what could not be written is tried again with the next.
        """
        self.watch()
        self._touched_items |= {(table, json.dumps(key, sort_keys=True)) for table, key in _touched_items(target, body)}
        if not self._touched and not self._touched_items:
            return
        gone: list[str] = []
        with self._index:
            for bucket, key in self._touched:
                gone += self._keep_object(bucket, key)
            for table, primary_key in self._touched_items:
                self._keep_item(table, primary_key)
        self._touched.clear()
        self._touched_items.clear()
        now = time.monotonic()
        self._superseded.extend((now, name) for name in gone)
        self._remove_superseded(now)

    def restore(self) -> Restored:
        """Put everything back into the buckets and tables that stand now; no event is sent of it."""
        homeless: set[str] = set()
        self.watch()
        objects = sum(self._restore_version(*row, homeless=homeless) for row in self._rows(VERSIONS))
        items = sum(self._restore_item(*row, homeless=homeless) for row in self._rows(ITEMS))
        # What has just been read need not be written.
        self._touched.clear()
        for name in sorted(homeless):
            logger.warning("what the store keeps of %s stays there: nothing of that name is deployed", name)
        return Restored(objects, items, tuple(sorted(homeless)))

    def _rows(self, query: str) -> Iterator[tuple[str, ...]]:
        yield from self._index.execute(query)

    def _keep_object(self, bucket_name: str, key: str) -> Iterator[str]:
        """Bring the rows of a key to what moto holds; yields the files that no row names any more."""
        bucket = s3_backends[ACCOUNT_ID][PARTITION].buckets.get(bucket_name)
        versions = bucket.keys.getlist(key, []) if bucket else []
        where = "from objects where bucket = ? and key = ?"
        before = dict(self._index.execute(f"select version, file {where}", (bucket_name, key)))
        after: dict[str, str] = {}
        for version in versions:
            version_id = str(version.version_id)
            after[version_id] = file_of(self._files, version)
            if before.get(version_id) != after[version_id]:
                # Replaced means deleted and inserted: the row moves to the end, as the version did.
                row = (bucket_name, key, version_id, after[version_id], json.dumps(fields_of(version)))
                self._index.execute("insert or replace into objects values (?, ?, ?, ?, ?)", row)
        for version_id in before.keys() - after.keys():
            self._index.execute(f"delete {where} and version = ?", (bucket_name, key, version_id))
        yield from (set(before.values()) - set(after.values())) - {""}

    def _keep_item(self, table_name: str, key: str) -> None:
        backend = dynamodb_backends[ACCOUNT_ID][REGION]
        item = backend.get_item(table_name, json.loads(key)) if table_name in backend.tables else None
        if item is None:
            self._index.execute("delete from items where table_name = ? and key = ?", (table_name, key))
            return
        attributes = json.dumps(item.to_json()["Attributes"], default=_base64)
        self._index.execute("insert or replace into items values (?, ?, ?)", (table_name, key, attributes))

    def _restore_version(self, bucket_name: str, key: str, file: str, fields: str, *, homeless: set[str]) -> bool:
        bucket = s3_backends[ACCOUNT_ID][PARTITION].buckets.get(bucket_name)
        if bucket is None:
            homeless.add(f"bucket {bucket_name}")
            return False
        described: Fields = json.loads(fields)
        versions = bucket.keys.getlist(key, [])
        if any(str(version.version_id) == described["version"] for version in versions):
            return False
        path = self._files / file if file else None
        bucket.keys.setlist(key, [*versions, object_of(bucket, key, path, described, versions)])
        return True

    def _restore_item(self, table_name: str, attributes: str, *, homeless: set[str]) -> bool:
        table = dynamodb_backends[ACCOUNT_ID][REGION].tables.get(table_name)
        if table is None:
            homeless.add(f"table {table_name}")
            return False
        table.put_item(json.loads(attributes, object_hook=_without_base64))
        return True

    def _remove_superseded(self, now: float) -> None:
        while self._superseded and self._superseded[0][0] < now - READER_SECONDS:
            (self._files / self._superseded.popleft()[1]).unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove the files of requests that were never answered, and of replaced objects."""
        named = {name for (name,) in self._index.execute("select file from objects")}
        for path in self._files.iterdir():
            if path.name not in named:
                path.unlink()


def _opened(path: Path) -> sqlite3.Connection:
    # Every use is under the server's lock. Autocommit off: `with connection` is one transaction.
    index = sqlite3.connect(path, check_same_thread=False, timeout=1)
    try:
        index.execute("pragma locking_mode = exclusive")
        index.execute("pragma journal_mode = wal")
        index.execute("pragma synchronous = normal")
        index.executescript(SCHEMA)
        index.execute("pragma user_version = 1")
        index.commit()
    except sqlite3.Error:
        index.close()
        raise
    return index


def _base64(value: object) -> dict[str, str]:
    """moto holds binary values as bytes."""
    if not isinstance(value, bytes):
        raise TypeError(f"DynamoDB has no values of {type(value).__name__}")
    return {BYTES: base64.b64encode(value).decode()}


def _without_base64(node: dict[str, Any]) -> Any:
    # An attribute of that name holds a typed value, which is no text.
    return base64.b64decode(node[BYTES]) if isinstance(node.get(BYTES), str) else node


def _touched_items(target: str, body: bytes) -> Iterator[tuple[str, dict[str, Any]]]:
    """(table, primary key) of every item that a DynamoDB request names for writing."""
    operation = target.rpartition(".")[2]
    if not target.startswith("DynamoDB_") or operation not in DYNAMODB_WRITES:
        return
    request = json.loads(body)
    for table_name, key in _named_items(operation, request):
        table = dynamodb_backends[ACCOUNT_ID][REGION].tables.get(table_name)
        if table is not None:
            names = [each for each in (table.hash_key_attr, table.range_key_attr) if each]
            if all(name in key for name in names):
                yield table_name, {name: key[name] for name in names}


def _named_items(operation: str, request: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    if operation == "BatchWriteItem":
        for table, requests in request["RequestItems"].items():
            for each in requests:
                yield table, each["PutRequest"]["Item"] if "PutRequest" in each else each["DeleteRequest"]["Key"]
    elif operation == "TransactWriteItems":
        for each in request["TransactItems"]:
            for name, action in each.items():
                if name != "ConditionCheck":
                    yield action["TableName"], action.get("Key") or action["Item"]
    else:
        yield request["TableName"], request.get("Key") or request["Item"]


def is_refused(target: str) -> bool:
    """Whether a request writes to DynamoDB in a way that is not kept (PartiQL)."""
    return target.startswith("DynamoDB_") and target.rpartition(".")[2] in NOT_KEPT
