"""What one stage hands to the next: the raw manifest of the extractor and the curated manifest of Spark."""

from collections import Counter
from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import AwareDatetime, Field, ValidationError, model_validator

from gem.contracts.errors import ManifestError
from gem.contracts.frozen import Frozen
from gem.contracts.keys import Attempt, BatchId, RawManifestKey
from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.root_tables import REJECTED_ROOTS, ROOTS
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME, SOURCE_TABLES

MAX_PARTS = 20_000
Count = Annotated[int, Field(ge=0, le=10**12)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class BatchKind(StrEnum):
    """Why a batch was read."""

    LIVE = "live"
    BACKFILL = "backfill"
    RESYNC = "resync"
    LANDED = "landed"
    """Not read but dropped: files that somebody else wrote. It repeats the snapshot of the batch before it."""


class PartKind(StrEnum):
    """What a raw part holds: rows of a source table, or the ids of an aggregate's changed roots."""

    ROWS = "rows"
    ROOTS = "roots"


class RawPart(Frozen):
    """One Parquet file of a batch. `table` is a source table, or for roots an aggregate (column `root_id`)."""

    kind: PartKind
    table: str
    key: str
    rows: Count
    size_bytes: Count
    sha256: Sha256

    @model_validator(mode="after")
    def _names_are_declared(self) -> Self:
        known = SOURCE_TABLES if self.kind is PartKind.ROWS else AGGREGATE_BY_NAME
        if self.table not in known:
            raise ValueError(f"part {self.key!r} holds {self.kind} of {self.table!r}, which is not declared")
        return self


class RawAggregate(Frozen):
    """What the batch says of one aggregate: how many roots changed, and whether the table travels whole."""

    name: str
    changed_roots: Count
    travels_whole: bool

    @model_validator(mode="after")
    def _name_is_declared(self) -> Self:
        if self.name not in AGGREGATE_BY_NAME:
            raise ValueError(f"aggregate {self.name!r} is not declared; those are {', '.join(AGGREGATE_BY_NAME)}")
        return self


class RawManifest(Frozen):
    """The extractor's last object of a batch: one snapshot of whole aggregates.

    `snapshot` is PostgreSQL's pg_current_snapshot() text; a higher batch_seq of a source never has an older one.
    """

    version: Annotated[int, Field(ge=1, le=1)] = 1
    batch_id: str
    source_id: str
    batch_seq: Count
    kind: BatchKind
    snapshot: str
    snapshot_at: AwareDatetime
    created_at: AwareDatetime
    bucket: str
    aggregates: Annotated[tuple[RawAggregate, ...], Field(max_length=1_000)]
    parts: Annotated[tuple[RawPart, ...], Field(max_length=MAX_PARTS)]

    @model_validator(mode="after")
    def _speaks_of_one_batch(self) -> Self:
        batch_id = BatchId.parse(self.batch_id)
        if (batch_id.source_id, batch_id.batch_seq) != (self.source_id, self.batch_seq):
            raise ValueError(f"batch_id {self.batch_id!r} is not source {self.source_id!r}, seq {self.batch_seq}")
        folder = RawManifestKey(batch_id)
        for part in self.parts:
            if not folder.holds(part.key):
                raise ValueError(
                    f"part {part.key!r} lies outside the batch's own folder {folder.prefix!r},"
                    " or its name has other characters than letters, digits and _ . = -"
                )
        return self

    @model_validator(mode="after")
    def _names_nothing_twice(self) -> Self:
        for names in ([part.key for part in self.parts], [aggregate.name for aggregate in self.aggregates]):
            twice = [name for name, times in Counter(names).items() if times > 1]
            if twice:
                raise ValueError(f"{twice[0]!r} is named twice")
        return self

    @property
    def key(self) -> RawManifestKey:
        """Where this manifest stands."""
        return RawManifestKey(BatchId.parse(self.batch_id))

    def parts_of(self, kind: PartKind, table: str) -> tuple[RawPart, ...]:
        """The parts of one source table or of one aggregate's roots."""
        return tuple(part for part in self.parts if part.kind is kind and part.table == table)


class Verdict(StrEnum):
    """What Spark found."""

    PASSED = "passed"
    QUARANTINED = "quarantined"
    FAILED = "failed"


class CuratedFile(Frozen):
    """One Parquet file of an attempt."""

    key: str
    size_bytes: Count
    etag: str


class CuratedTable(Frozen):
    """One curated mart table: its files, and the counts and sums that the load checks before COMMIT."""

    name: str
    rows: Count
    files: tuple[CuratedFile, ...]
    sums: dict[str, Decimal] = Field(default_factory=dict)
    warnings: dict[str, Count] = Field(default_factory=dict)
    """By column that warns, how many of the rows it is true of; a column of which it is true of none is left out."""

    @property
    def is_copied(self) -> bool:
        """Whether a load has anything to COPY of it."""
        return bool(self.rows or self.files)

    @model_validator(mode="after")
    def _name_is_declared(self) -> Self:
        if self.name not in {ROOTS.name, REJECTED_ROOTS.name, *MART_TABLE_BY_NAME}:
            raise ValueError(f"curated table {self.name!r} is not declared")
        return self


class Rejects(Frozen):
    """Rows rejected from one source table for one reason, and the aggregates that they took with them."""

    table: str
    reason: str
    rows: Count
    roots: Count


class CuratedManifest(Frozen):
    """The last object of an attempt: the verdict, and the files that may be loaded if it passed."""

    version: Annotated[int, Field(ge=1, le=1)] = 1
    batch_id: str
    attempt: Annotated[int, Field(ge=1, le=9999)]
    source_id: str
    batch_seq: Count
    snapshot_at: AwareDatetime
    created_at: AwareDatetime
    verdict: Verdict
    error: str = ""
    tables: tuple[CuratedTable, ...] = ()
    rejects: tuple[Rejects, ...] = ()
    raw_rows: dict[str, int] = Field(default_factory=dict)
    """By source table the rows read."""
    accepted_rows: dict[str, int] = Field(default_factory=dict)
    """By source table the rows left when every rejected aggregate was taken out."""

    @property
    def attempt_key(self) -> Attempt:
        """The attempt that this manifest closes."""
        return Attempt(BatchId.parse(self.batch_id), self.attempt)

    def table(self, name: str) -> CuratedTable | None:
        """The curated table of that name, if the attempt wrote one."""
        return next((table for table in self.tables if table.name == name), None)


M = TypeVar("M", bound=Frozen)


def parse_manifest(model: type[M], body: bytes, uri: str) -> M:
    """A manifest from its bytes; ManifestError names the object, the field and the value."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise ManifestError(f"{uri}: {_first_problem(error)}") from error
    except ManifestError as error:
        raise ManifestError(f"{uri}: {error}") from error


def _first_problem(error: ValidationError) -> str:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(step) for step in first["loc"]) or "the document"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    value = "" if isinstance(first["input"], dict | bytes) else f", got {str(first['input'])[:120]!r}"
    return f"{where}: {first['msg']}{value}{more}"


def manifest_body(manifest: RawManifest | CuratedManifest) -> bytes:
    """The bytes of a manifest, readable by people."""
    return manifest.model_dump_json(indent=2).encode()
