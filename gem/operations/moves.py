"""Redrive, replay and release: the moves that only a person makes, each with the message that carries it on."""

import uuid
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from gem.contracts.errors import TerminalError
from gem.contracts.frozen import Frozen
from gem.contracts.keys import BatchId
from gem.contracts.manifest import CuratedManifest, Verdict
from gem.contracts.states import TERMINAL_STATES, Mover, State
from gem.lake import curated_manifest
from gem.ledger import BatchRecord, Ledger
from gem.operations.messages import Messages
from gem.operations.reports import record_of

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

BEHIND = (State.CURATED, State.SUBMITTED, State.EXTRACTED)
"""States that a batch passes by itself, the nearest to its end first."""
CURATED_BEFORE = TERMINAL_STATES | {State.CURATED}
"""States in which no step is on its way to a verdict: a new attempt may be made."""


class Done(Frozen):
    """What a command did to a batch; `next` says what happens now without the person."""

    batch_id: str
    before: State
    after: State
    next: str


@dataclass(frozen=True)
class Operator:
    """A person at work; `name` stands in the history of every batch they move.

    Each method raises TerminalError where the batch is unknown or stands where the command means nothing, and
    LeaseHeldError while a function is at work on it. Ledger first, message second: where the message is lost, the
    reconciler does what it asks for once the batch is stale.
    """

    s3: "S3Client"
    ledger: Ledger
    messages: Messages
    lake_bucket: str
    name: str

    def redrive(self, batch_id: str) -> Done:
        """Pushes a batch on from where it stands; a FAILED one gets a new attempt."""
        record = record_of(self.ledger, batch_id)
        if record.state is State.FAILED:
            return self._curate_again(record.id, {State.FAILED}, "redrive")
        if record.state is State.QUARANTINED:
            raise TerminalError(
                f"{batch_id} is QUARANTINED: {record.error}. Load it without the rejected rows (gem release), or mend "
                "the cause and run it again (gem replay --recurate)"
            )
        if record.state is State.LOADED:
            raise TerminalError(f"{batch_id} is LOADED: nothing is stuck. To run it again: gem replay {batch_id}")
        return self._push(record)

    def redrive_all(self) -> list[Done]:
        """Pushes on every batch that stands before LOADED by itself; FAILED ones are redriven by name only."""
        return [self._push(record) for state in BEHIND for record in self.ledger.in_state(state)]

    def replay(self, batch_id: str, *, recurate: bool) -> Done:
        """Runs a batch again that has come to an end; with `recurate` also one that no load has time for.

        With `recurate` its raw rows are curated again, by the code that stands in the artifact bucket now, as a new
        attempt, and loaded; until then the warehouse keeps the old attempt, and the new one replaces it in one
        transaction. A load of the old one that runs meanwhile may end, and moves nothing. Without, the newest attempt
        is loaded again: a warehouse that holds it keeps every row as it is; one that lost it (a failed audit, a
        restored snapshot) gets it.
        """
        record = record_of(self.ledger, batch_id)
        if recurate:
            return self._curate_again(record.id, CURATED_BEFORE, "replay --recurate")
        return self._load_again(record.id, TERMINAL_STATES, "replay", self._assert_loadable)

    def release(self, batch_id: str, reason: str) -> Done:
        """Loads what passed of an attempt that Spark quarantined; rejected aggregates keep their old version."""
        record = record_of(self.ledger, batch_id)
        return self._load_again(
            record.id, {State.QUARANTINED}, f"release: {reason}", self._assert_quarantined, releases=True
        )

    def _push(self, record: BatchRecord) -> Done:
        if record.state is State.EXTRACTED:
            self.messages.ask_for_step(record)
            then = "on_raw_manifest submits its step"
        elif record.state is State.CURATED:
            self.messages.ask_for_load(record)
            then = "on_step_completed loads it"
        else:
            self.messages.wake_reconciler()
            then = f"on_schedule looks what became of step {record.step_id or record.step_name}, if it is stale"
        return Done(batch_id=record.batch_id, before=record.state, after=record.state, next=then)

    def _curate_again(self, batch_id: BatchId, allowed: Collection[State], why: str) -> Done:
        with self.ledger.lease(batch_id, f"{self.name} {uuid.uuid4()}") as held:
            _assert_state(held, allowed, why)
            note = f"{self.name}: {why}"
            moved = self.ledger.move(held, State.EXTRACTED, Mover.OPERATOR, note=note, error="")
        self.messages.ask_for_step(moved)
        then = "on_raw_manifest submits it as a new attempt"
        return Done(batch_id=held.batch_id, before=held.state, after=moved.state, next=then)

    def _load_again(
        self,
        batch_id: BatchId,
        allowed: Collection[State],
        why: str,
        assert_manifest: Callable[[BatchRecord, CuratedManifest | None], None],
        *,
        releases: bool = False,
    ) -> Done:
        with self.ledger.lease(batch_id, f"{self.name} {uuid.uuid4()}") as held:
            _assert_state(held, allowed, why)
            attempt = held.newest_attempt
            assert_manifest(held, curated_manifest(self.s3, self.lake_bucket, attempt) if held.attempt else None)
            released = attempt.number if releases else held.released_attempt
            note = f"{self.name}: {why}"
            moved = self.ledger.move(
                held, State.CURATED, Mover.OPERATOR, note=note, error="", released_attempt=released
            )
        self.messages.ask_for_load(moved)
        then = f"on_step_completed loads attempt {attempt.number}"
        return Done(batch_id=held.batch_id, before=held.state, after=moved.state, next=then)

    def _assert_loadable(self, record: BatchRecord, manifest: CuratedManifest | None) -> None:
        if manifest is None or manifest.verdict is Verdict.FAILED:
            raise TerminalError(
                f"{record.batch_id}: attempt {record.attempt} left nothing to load; curate it again: "
                f"gem replay --recurate {record.batch_id}"
            )
        if manifest.verdict is Verdict.QUARANTINED and record.released_attempt != record.attempt:
            raise TerminalError(
                f"{record.batch_id}: attempt {record.attempt} was quarantined: {manifest.error}. Load it all the same "
                "with gem release, or curate it again with --recurate"
            )

    def _assert_quarantined(self, record: BatchRecord, manifest: CuratedManifest | None) -> None:
        if manifest is None or manifest.verdict is not Verdict.QUARANTINED:
            raise TerminalError(
                f"{record.batch_id}: attempt {record.attempt} was not quarantined for its rows, but by the load: "
                f"{record.error}. Nobody can release that: mend the cause, then gem replay (--recurate where the rows "
                "themselves are wrong)"
            )


def _assert_state(record: BatchRecord, allowed: Collection[State], why: str) -> None:
    if record.state in allowed:
        return
    verb = why.partition(":")[0]
    advice = "gem redrive pushes it on" if record.state in BEHIND else "gem batch shows why"
    raise TerminalError(f"{record.batch_id} is {record.state}; {verb} is for {', '.join(sorted(allowed))}: {advice}")
