"""The extractor's state of one source: the next batch_seq and each aggregate's window, in one S3 object."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Self

from pydantic import Field, ValidationError

from extractor_ec2.lake import Lake
from extractor_ec2.snapshot import Identity
from gem.contracts.errors import LostRaceError, TerminalError
from gem.contracts.frozen import Frozen
from gem.contracts.keys import BatchId, RawManifestKey, state_key

MERGE_ATTEMPTS = 20


class Window(Frozen):
    """Where the next window of an aggregate begins: after what batch `batch_seq` could see."""

    detector: Literal["changelog"] = "changelog"
    position: str
    batch_seq: int
    sweep_due: bool = False
    """Roots may have been deleted unseen (TRUNCATE): both sides are to be compared."""


class ExtractorState(Frozen):
    """What the extractor remembers of a source from one run to the next."""

    version: Literal[1] = 1
    source_id: str
    identity: Identity | None = None
    next_batch_seq: int = 1
    windows: dict[str, Window] = Field(default_factory=dict)

    def with_windows(self, windows: Mapping[str, Window]) -> Self:
        """The same with newer windows; of two windows of an aggregate the one of the higher seq stays."""
        newer = {
            name: window
            for name, window in windows.items()
            if name not in self.windows or self.windows[name].batch_seq < window.batch_seq
        }
        return self.model_copy(update={"windows": {**self.windows, **newer}})

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
        stored = self._lake.read(self._key)
        if stored is None:
            self._refuse_lost_state()
            return Held(ExtractorState(source_id=self._source_id), None)
        try:
            return Held(ExtractorState.model_validate_json(stored.body), stored.etag)
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise TerminalError(f"{self._lake.uri(self._key)} is no state of this extractor: {problems}") from error

    def reserve(self, held: Held) -> tuple[BatchId, Held]:
        """The next batch id, for the snapshot taken after `held` was read.

        Raises LostRaceError where somebody was faster, TerminalError where that number or a later one was used already.
        """
        batch_id = BatchId(self._source_id, held.state.next_batch_seq)
        self._refuse_old_state(held, batch_id)
        reserved = self._replace(held, held.state.model_copy(update={"next_batch_seq": batch_id.batch_seq + 1}))
        return batch_id, reserved

    def advance(self, held: Held, windows: Mapping[str, Window]) -> Held:
        """Moves the windows; where somebody else moved some meanwhile, the newer window of each aggregate stays."""
        for _ in range(MERGE_ATTEMPTS):
            try:
                return self._replace(held, held.state.with_windows(windows))
            except LostRaceError:
                held = self.read()
        raise LostRaceError(f"{self._lake.uri(self._key)} was replaced by others {MERGE_ATTEMPTS} times in a row")

    def _replace(self, held: Held, state: ExtractorState) -> Held:
        body = state.model_dump_json(indent=2).encode()
        if held.etag is None:
            return Held(state, self._lake.create(self._key, body))
        return Held(state, self._lake.replace(self._key, body, held.etag))

    def _refuse_lost_state(self) -> None:
        if self._lake.first_key(self._batches):
            raise TerminalError(
                f"{self._lake.uri(self._key)} is gone though {self._lake.uri(self._batches)} holds batches: a new state"
                " would give their numbers again. Restore its last version (the bucket keeps versions)"
            )

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
