"""Two extractors and a source that is written all the while, run step by step in any order; what must hold, and when.

The extractors are the real ones and so is their PostgreSQL; the lake is in memory. They share the state, the keys of
the batches and the moment of each snapshot. Transactions at the source matter only by what a snapshot sees of them, so
they begin and commit right before each snapshot: one that was open during the snapshot before, and one at once.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import psycopg2
import pyarrow.parquet as pq

from extractor_ec2.extract import Extractor
from extractor_ec2.lake import Lake
from extractor_ec2.postgres import Source
from gem.contracts.keys import BatchId, RawManifestKey, state_key
from gem.contracts.manifest import PartKind, RawManifest, parse_manifest
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME
from gem.settings import BATCH_ROWS, ExtractorSettings
from tests.model.race_lake import BUCKET, MemoryLake, MemoryS3
from tests.model.race_schedule import Runner, Step

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

AGGREGATE = AGGREGATE_BY_NAME["seller"]
ROOTS = (1, 2)
STATE = state_key("gem")
RACERS = ("A", "B")
Content = dict[int, dict[str, list[tuple[Any, ...]]]]
"""By root, its rows by table."""


class ViolationError(AssertionError):
    """What must never happen, and after which steps it did."""


class Workload:
    """Two sellers, their classifications, and the transactions that change and move them."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self._late = psycopg2.connect(dsn)
        self._quick = psycopg2.connect(dsn)
        self._quick.autocommit = True
        self.version = 0

    def close(self) -> None:
        self._late.close()
        self._quick.close()

    def execute(self, statement: str) -> Any:
        cursor = self._quick.cursor()
        cursor.execute(statement)
        return cursor

    def go_on(self) -> None:
        """Commits what was open, begins to move a classification, and changes a seller at once, so stamped later."""
        self.version += 1
        number = self.version
        self._late.commit()
        self._late.cursor().execute(
            f"update gem.seller_classification set seller_id = 3 - seller_id, udyam_no = 'late {number}'"
            f" where classification_id = {1 + number // 2 % 2}"
        )
        self.execute(f"update gem.seller set legal_name = 'at once {number}' where seller_id = {1 + number % 2}")

    def finish(self) -> None:
        """Commits what is open."""
        self._late.commit()

    def content(self) -> Content:
        """What is committed."""
        rows: Content = {root: {table.name: [] for table in AGGREGATE.tables} for root in ROOTS}
        for table in AGGREGATE.tables:
            names = ", ".join(column.name for column in table.extracted_columns)
            for root, *values in self.execute(f"select {table.root_column}, {names} from gem.{table.name}").fetchall():
                rows[root][table.name].append(tuple(values))
        return _ordered(rows)


class Snapshots:
    """The order in which snapshots were taken, and how far the workload was then."""

    def __init__(self) -> None:
        self._taken: dict[str, tuple[int, int]] = {}

    def __contains__(self, text: object) -> bool:
        return text in self._taken

    def note(self, text: str, version: int) -> None:
        self._taken.setdefault(text, (len(self._taken), version))

    def place(self, text: str) -> int:
        return self._taken[text][0]

    def version(self, text: str) -> int:
        return self._taken[text][1]


@dataclass
class Site:
    """The source, its snapshots so far, and what the batches of all schedules before add up to.

    Where `begins_anew`, each schedule finds a lake without a state; else the state that the one before has left.
    """

    workload: Workload
    begins_anew: bool = False
    max_rows: int = BATCH_ROWS
    client: type[MemoryS3] = MemoryS3
    snapshots: Snapshots = field(default_factory=Snapshots)
    state: bytes | None = None
    loaded: Content = field(default_factory=dict)
    checked: set[str] = field(default_factory=set)
    """The states from which a new run was tried."""

    def extract(self, s3: MemoryS3) -> None:
        """One run of the extractor."""
        settings = ExtractorSettings(source_dsn=self.workload.dsn, lake_bucket=BUCKET)
        lake = Lake(cast("S3Client", s3), BUCKET)
        Extractor(Source(settings), lake, [AGGREGATE], part_rows=1000, max_rows=self.max_rows).extract()

    def extract_all(self, lake: MemoryLake) -> None:
        """Runs it until every change is read: a window that was cut leaves to the next one what came meanwhile."""
        self.extract(MemoryS3(lake))
        if self.max_rows < BATCH_ROWS:
            self.extract(MemoryS3(lake))

    def new_lake(self) -> MemoryLake:
        """What a schedule begins with."""
        return MemoryLake({} if self.begins_anew or self.state is None else {STATE: self.state})

    def keep(self, lake: MemoryLake, loaded: Content) -> None:
        """What the next schedule begins with."""
        if not self.begins_anew:
            self.state, self.loaded = lake.objects[STATE], loaded


class TwoExtractors:
    """One race on a lake that holds what earlier schedules left of the state; see tests.model.race_schedule.Race."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lake = site.new_lake()
        self._lake.on_put = self._on_put
        self._violations: list[str] = []
        self._has_written = False
        self._part_owner: dict[str, str] = {}
        self._first_version = site.workload.version
        self._next_seq = json.loads(self._lake.objects.get(STATE, b'{"next_batch_seq": 1}'))["next_batch_seq"]
        self.trail: list[str] = []
        self.runners = {name: Runner(name, self._program) for name in RACERS}
        for runner in self.runners.values():
            runner.start()
            runner.await_stop()
            runner.go()  # from its beginning to the first step that it shares with the other

    def next_steps(self) -> Mapping[str, Step]:
        return {name: runner.next_step for name, runner in self.runners.items() if runner.next_step is not None}

    def take(self, name: str) -> None:
        step = self.runners[name].next_step
        assert step is not None
        self.trail.append(f"{name}: {step.name}")
        self._has_written = False
        self.runners[name].go()
        error = self.runners[name].error
        if error is not None:
            self._violations.append(f"an extractor failed: {error!r}")
        self._raise_violations()

    def check(self) -> None:
        """Killed here, both of them, an extractor that starts anew brings everything that is committed.

        What it brings depends on the lake and on the snapshots; where both were alike before, it is not run again.
        """
        shape = self._shape()
        if self._has_written and shape not in self._site.checked:
            self._site.checked.add(shape)
            fork = self._lake.fork()
            self._site.extract_all(fork)
            self._compare(fork, "killed here and run again")

    def end(self) -> None:
        for runner in self.runners.values():
            if runner.is_alive():
                runner.kill()
        self._raise_violations()
        self._site.workload.finish()
        self._site.extract_all(self._lake)
        self._raise_violations()
        self._site.keep(self._lake, self._compare(self._lake, "after the last run"))

    def _program(self, runner: Runner) -> None:
        self._site.extract(self._site.client(self._lake, lambda call, key: self._gate(runner, call, key)))

    def _gate(self, runner: Runner, call: str, key: str) -> None:
        step = shared_step(call, key, self._next_seq)
        if call == "upload":
            folder = key.split("/")[2]
            is_first = folder not in self._part_owner
            owner = self._part_owner.setdefault(folder, runner.name)
            if owner != runner.name:
                self._violations.append(f"two extractors write parts of {folder}")
            if not is_first:
                return  # a batch that shows one part shows the others alike: nobody reads them before its manifest
        runner.before(step)

    def _on_put(self, key: str, before: bytes | None, after: bytes) -> None:
        self._has_written = True
        if key == STATE:
            self._violations += backward_moves(before, after)
        elif before is not None:
            self._violations.append(f"{key} was overwritten: its number is used twice")

    def _shape(self) -> str:
        """What a new run finds, with numbers and snapshots counted from those that this schedule began with."""
        found = {
            "state": json.loads(self._lake.objects.get(STATE, b"null")),
            "parts": [{"seq": int(folder[-10:])} for folder in sorted(self._part_owner)],
            "batches": [{"seq": batch.batch_seq, "snapshot": batch.snapshot} for batch in published(self._lake)],
            "version": self._site.workload.version - self._first_version,
        }
        return json.dumps(self._counted(found))

    def _counted(self, value: Any, name: str = "") -> Any:
        match value:
            case dict():
                return {key: self._counted(below, key) for key, below in value.items()}
            case list():
                return [self._counted(below) for below in value]
            case str() if value in self._site.snapshots:
                return f"snapshot {self._site.snapshots.version(value) - self._first_version}"
            case int() if name.endswith("seq"):
                return value - self._next_seq
        return value

    def _raise_violations(self) -> None:
        if self._violations:
            raise ViolationError("; ".join(self._violations) + " after " + ", ".join(self.trail))

    def _compare(self, lake: MemoryLake, when: str) -> Content:
        batches = published(lake)
        places = [self._site.snapshots.place(batch.snapshot) for batch in batches]
        if places != sorted(places):
            raise ViolationError(f"{when}: a higher seq has an older snapshot ({places}) after {', '.join(self.trail)}")
        loaded = newest_wins(self._site.loaded, lake, batches)
        wanted = self._site.workload.content()
        if loaded != wanted:
            raise ViolationError(f"{when}: lost: {_difference(loaded, wanted)} after {', '.join(self.trail)}")
        return loaded


def shared_step(call: str, key: str, next_seq: int) -> Step:
    """The step of one call of S3, and what it shares with the other extractor; seqs count from `next_seq`."""
    if key == STATE:
        touched = frozenset({"state"})
        return Step(f"{call} state", touched) if call == "get" else Step(f"{call} state", touched, touched)
    if call == "list":
        return Step("list batches", reads=frozenset({"batches"}))
    if call == "upload":
        return Step("parts", writes=frozenset({"batches"}))
    # Once its parts are there, a manifest changes no answer to "is there anything of this number or behind it".
    number = RawManifestKey.parse(key).batch_id.batch_seq - next_seq
    return Step(f"{call} manifest", writes=frozenset({f"manifest {number}"}))


SNAPSHOT = Step("snapshot", writes=frozenset({"source"}))


def backward_moves(before: bytes | None, after: bytes) -> list[str]:
    """In what the state went backwards from one version to the next."""
    if before is None:
        return []
    old, new = json.loads(before), json.loads(after)
    moved = [] if new["next_batch_seq"] >= old["next_batch_seq"] else ["next_batch_seq"]
    for name, window in old["windows"].items():
        if name not in new["windows"] or new["windows"][name]["batch_seq"] < window["batch_seq"]:
            moved.append(f"the window of {name}")
    return [f"the state went backwards: {what}" for what in moved]


def published(lake: MemoryLake) -> list[RawManifest]:
    """The batches that have a manifest, by seq."""
    keys = sorted(key for key in lake.objects if key.endswith("/_manifest.json"))
    batches = [parse_manifest(RawManifest, lake.objects[key], key) for key in keys]
    assert all(str(RawManifestKey(BatchId.parse(b.batch_id))) == key for b, key in zip(batches, keys, strict=True))
    return batches


def newest_wins(loaded: Content, lake: MemoryLake, batches: Sequence[RawManifest]) -> Content:
    """What stands in a warehouse after these batches: each root as the newest batch that holds it has it."""
    result = dict(loaded)
    for batch in batches:
        roots = [row["root_id"] for row in _rows(lake, batch, PartKind.ROOTS, AGGREGATE.name)]
        content: Content = {root: {table.name: [] for table in AGGREGATE.tables} for root in roots}
        for table in AGGREGATE.tables:
            for row in _rows(lake, batch, PartKind.ROWS, table.name):
                content[row[str(table.root_column)]][table.name].append(
                    tuple(row[column.name] for column in table.extracted_columns)
                )
        result.update(content)
    return _ordered(result)


def _ordered(content: Content) -> Content:
    return {root: {name: sorted(rows, key=repr) for name, rows in tables.items()} for root, tables in content.items()}


def _rows(lake: MemoryLake, batch: RawManifest, kind: PartKind, table: str) -> list[dict[str, Any]]:
    return [row for part in batch.parts_of(kind, table) for row in _part_rows(lake.objects[part.key])]


@cache
def _part_rows(body: bytes) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(io.BytesIO(body), use_threads=False).to_pylist()
    return rows


def _difference(loaded: Content, wanted: Content) -> str:
    for root in sorted(loaded.keys() | wanted.keys()):
        for table in (one.name for one in AGGREGATE.tables):
            left, right = loaded.get(root, {}).get(table), wanted.get(root, {}).get(table)
            if left != right:
                return f"{table} of root {root} is {left}, at the source {right}"
    return "nothing"
