"""The extractor's state of one source: the next batch_seq and each aggregate's window, in one S3 object."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Self

from pydantic import Field, ValidationError

from extractor_ec2.lake import Lake, StoredObject
from extractor_ec2.snapshot import Identity
from gem.contracts.errors import LostRaceError, TerminalError
from gem.contracts.frozen import Frozen
from gem.contracts.keys import BatchId, RawManifestKey, quiet_key, state_key
from gem.contracts.quiet import QuietSign

MERGE_ATTEMPTS = 20


class Cut(Frozen):
    """How far a window is read that is too large for one batch: every root of it up to `after`.

    `position` is of the snapshot of its first batch: where the next window begins once this one is finished.
    """

    after: int
    position: str
    every_root: bool = False
    """What the first batch found: whether the window asks for every root, or for the logged ones only."""


class Window(Frozen):
    """Where the next window of an aggregate begins: after what batch `batch_seq` could see.

    Without a position nothing was read yet, and the window asks for every root.
    """

    detector: Literal["changelog"] = "changelog"
    position: str | None = None
    batch_seq: int = 0
    cut: Cut | None = None
    is_resync: bool = False
    sweep_due: bool = False
    """Roots may have been deleted unseen (TRUNCATE): both sides are to be compared."""
    sweep_due_seq: int = 0
    """The batch that last found a sweep due: a reading begun before it does not settle it."""

    @property
    def newest_position(self) -> str | None:
        """The newest snapshot that this window speaks of."""
        return self.cut.position if self.cut else self.position

    def completed(self, position: str) -> Self:
        """The window once everything up to `position` is read; a resync has read what a sweep was due for."""
        settled: dict[str, object] = {"sweep_due": False} if self.is_resync else {}
        return self.model_copy(update={"position": position, "cut": None, "is_resync": False, **settled})


class Backfill(Frozen):
    """A backfill that is not finished: what was asked for, how far it is (`after`), and its first batch."""

    first: int | None
    last: int | None
    roots: tuple[int, ...] = ()
    after: int
    first_seq: int

    def asks_the_same(self, other: "Backfill") -> bool:
        """Whether both read the same roots."""
        return (self.first, self.last, self.roots) == (other.first, other.last, other.roots)


class ExtractorState(Frozen):
    """What the extractor remembers of a source from one run to the next."""

    version: Literal[1] = 1
    source_id: str
    identity: Identity | None = None
    next_batch_seq: int = 1
    snapshot: str | None = None
    """The snapshot of the newest number reserved: none that is older may have a higher one."""
    windows: dict[str, Window] = Field(default_factory=dict)
    backfills: dict[str, Backfill] = Field(default_factory=dict)

    def with_windows(self, windows: Mapping[str, Window]) -> Self:
        """The same with newer windows; of two windows of an aggregate the one of the higher seq stays."""
        newer = {
            name: window
            for name, window in windows.items()
            if name not in self.windows or self.windows[name].batch_seq < window.batch_seq
        }
        return self.model_copy(update={"windows": {**self.windows, **newer}})

    def with_backfill(self, aggregate: str, backfill: Backfill) -> Self:
        """The same with the progress of a backfill."""
        return self.model_copy(update={"backfills": {**self.backfills, aggregate: backfill}})

    def without_backfill(self, aggregate: str, finished: Backfill, *, settles_sweep: bool) -> Self:
        """The same without that backfill; one that read the whole aggregate settles a sweep due since before it."""
        backfills = {n: b for n, b in self.backfills.items() if n != aggregate or not b.asks_the_same(finished)}
        windows = dict(self.windows)
        window = windows.get(aggregate)
        if settles_sweep and window is not None and window.sweep_due_seq < finished.first_seq:
            windows[aggregate] = window.model_copy(update={"sweep_due": False})
        return self.model_copy(update={"backfills": backfills, "windows": windows})

    def resynced(self, identity: Identity | None, aggregates: Iterable[str]) -> Self:
        """The same, bound to that cluster, where each aggregate is to be read whole; numbers go on.

        A window that an extractor of before still moves has a number already reserved, and so it comes too late.
        """
        reserved = self.next_batch_seq - 1
        before = {name: self.windows.get(name, Window()) for name in aggregates}
        windows = {
            name: Window(batch_seq=reserved, is_resync=True, sweep_due=old.sweep_due, sweep_due_seq=old.sweep_due_seq)
            for name, old in before.items()
        }
        update = {"identity": identity, "snapshot": None, "windows": windows, "backfills": {}}
        return self.model_copy(update=update)

    def belongs_to(self, identity: Identity | None) -> Self:
        """The same, bound to that database cluster; TerminalError where it was bound to another.

        An identity that the role may not ask for (None) is not compared.
        """
        if identity is None or self.identity == identity:
            return self
        if self.identity is None:
            return self.model_copy(update={"identity": identity})
        raise TerminalError(
            f"source {self.source_id!r} is another database than before ({self.identity} became {identity}): it was"
            " restored, failed over or replaced, and its transaction ids mean something else now. Read every root"
            " again with `gem resync`, or point GEM_SOURCE_DSN at the right server"
        )


@dataclass(frozen=True)
class Held:
    """A state as it was read; `etag` is None where the source has none yet."""

    state: ExtractorState
    etag: str | None


class StateStore:
    """Reads and replaces the state of one source; a replacement never undoes what somebody else wrote."""

    def __init__(self, lake: Lake, source_id: str) -> None:
        self._lake = lake
        self._source_id = source_id
        self._key = state_key(source_id)
        self._batches = f"raw/{source_id}/"

    def read(self) -> Held:
        """The state, or a new one. Raises TerminalError where it is unreadable, or was lost though batches exist."""
        stored = self._lake.read(self._key) or self._created_meanwhile()
        if stored is None:
            return Held(ExtractorState(source_id=self._source_id), None)
        try:
            return Held(ExtractorState.model_validate_json(stored.body), stored.etag)
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise TerminalError(f"{self._lake.uri(self._key)} is no state of this extractor: {problems}") from error

    def reserve(self, held: Held, snapshot: str | None = None) -> tuple[BatchId, Held]:
        """The next batch id, for `snapshot` taken after `held` was read; a batch of files has none.

        Raises LostRaceError where somebody was faster, TerminalError where that number or a later one was used already.
        """
        batch_id = BatchId(self._source_id, held.state.next_batch_seq)
        self._refuse_old_state(held, batch_id)
        update = {"next_batch_seq": batch_id.batch_seq + 1, "snapshot": snapshot or held.state.snapshot}
        return batch_id, self._replace(held, held.state.model_copy(update=update))

    def note_quiet(self, held: Held, looked_at: datetime) -> None:
        """Leaves the sign that nothing was to be read at `looked_at` behind the windows of `held`."""
        newest = max((window.batch_seq for window in held.state.windows.values()), default=0)
        sign = QuietSign(source_id=self._source_id, batch_seq=newest, looked_at=looked_at)
        self._lake.write(quiet_key(self._source_id), sign.model_dump_json(indent=2).encode())

    def advance(self, held: Held, windows: Mapping[str, Window]) -> Held:
        """Moves the windows; where somebody else moved some meanwhile, the newer window of each aggregate stays."""
        return self.change(held, lambda state: state.with_windows(windows))

    def change(self, held: Held, changed: Callable[[ExtractorState], ExtractorState]) -> Held:
        """Replaces the state by what `changed` makes of it; where somebody else was faster, of what they left."""
        for _ in range(MERGE_ATTEMPTS):
            try:
                return self._replace(held, changed(held.state))
            except LostRaceError:
                held = self.read()
        raise LostRaceError(f"{self._lake.uri(self._key)} was replaced by others {MERGE_ATTEMPTS} times in a row")

    def _replace(self, held: Held, state: ExtractorState) -> Held:
        body = state.model_dump_json(indent=2).encode()
        if held.etag is None:
            return Held(state, self._lake.create(self._key, body))
        return Held(state, self._lake.replace(self._key, body, held.etag))

    def _created_meanwhile(self) -> StoredObject | None:
        """The state where batches show that there is one after all; TerminalError where it was lost."""
        if self._lake.first_key(self._batches) is None:
            return None
        # They may be a rival's first ones, of now: its state was there before them.
        stored = self._lake.read(self._key)
        if stored is None:
            raise TerminalError(
                f"{self._lake.uri(self._key)} is gone though {self._lake.uri(self._batches)} holds batches: a new state"
                " would give their numbers again. Restore its last version (the bucket keeps versions)"
            )
        return stored

    def _refuse_old_state(self, held: Held, batch_id: BatchId) -> None:
        # Keys sort by number: this one is the batch's own, or of a batch numbered later.
        used = self._lake.first_key(self._batches, after=RawManifestKey(batch_id).prefix)
        # It may be a rival's, of now: then the state has changed, and the reservation will be refused.
        if used is not None and self.read().etag == held.etag:
            raise TerminalError(stale_state(batch_id, self._lake.uri(used)))


def stale_state(batch_id: BatchId, uri: str) -> str:
    """What to say where a batch's number is the next one though the object at `uri` is of that batch or a later one."""
    return (
        f"{uri} exists already, though {batch_id} comes next: the state of source {batch_id.source_id!r} is older than"
        f" its batches; put back the version of {state_key(batch_id.source_id)} that was written last"
    )
