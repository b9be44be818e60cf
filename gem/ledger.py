"""The ledger: one DynamoDB item per batch, moved between states by conditional writes that name a fencing token."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any, TypedDict, Unpack

from boto3.dynamodb.conditions import ConditionBase, Key
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from gem.aws import aws_errors
from gem.contracts.errors import LeaseHeldError, LostRaceError, TransientError
from gem.contracts.keys import Attempt, BatchId
from gem.contracts.states import Mover, State, assert_move
from gem.fencing import claim_item

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table

MAX_ERROR_CHARACTERS = 4_000
"""An item may hold 400 KB; an error text is for people."""
MAX_NOTE_CHARACTERS = 500
"""Of each move in a history that grows with every replay."""


def utc_now() -> datetime:
    """The time of day, for those who are given no other clock."""
    return datetime.now(UTC)


class Moved(BaseModel):
    """One move of a batch: latency per hop is the difference between two of them."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    state: State
    at: AwareDatetime
    attempt: int
    by: Mover
    note: str = ""
    """The error that stopped the batch, or who moved it by hand and why."""


class Facts(TypedDict, total=False):
    """What a writer may put down beside the state."""

    attempt: int
    step_name: str
    cluster_id: str
    step_id: str
    raw_rows: dict[str, int]
    curated_rows: dict[str, int]
    loaded_rows: dict[str, int]
    released_attempt: int
    error: str


class BatchRecord(BaseModel):
    """A batch as the ledger knows it; a reader ignores what a newer release may have added."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    batch_id: str
    source_id: str
    batch_seq: int
    state: State
    token: int
    """The fencing token: increases with every claim, and every write names it."""
    lease_until: int = 0
    """Epoch seconds until which the claim holds; 0 when nobody claims it."""
    lease_owner: str = ""
    attempt: int = 0
    """The newest attempt, planned or submitted; 0 before the first."""
    step_name: str = ""
    cluster_id: str = ""
    step_id: str = ""
    """Empty while the step is planned but not known to be submitted."""
    raw_rows: dict[str, int] = Field(default_factory=dict)
    curated_rows: dict[str, int] = Field(default_factory=dict)
    loaded_rows: dict[str, int] = Field(default_factory=dict)
    released_attempt: int = 0
    """The attempt that a person released though Spark quarantined it; 0 for none."""
    error: str = ""
    created_at: AwareDatetime
    moved_at: AwareDatetime
    history: tuple[Moved, ...] = ()

    @property
    def id(self) -> BatchId:
        """The batch id, parsed."""
        return BatchId(self.source_id, self.batch_seq)

    @property
    def newest_attempt(self) -> Attempt:
        """The attempt that the record speaks of."""
        return Attempt(self.id, self.attempt)

    @property
    def is_planned(self) -> bool:
        """Whether a step was named for the newest attempt, but its submission was never confirmed."""
        return bool(self.step_name) and not self.step_id

    @property
    def tries(self) -> int:
        """Steps submitted since the batch is known, or since a person last moved it."""
        by_itself = takewhile(lambda move: move.by is not Mover.OPERATOR, reversed(self.history))
        return sum(move.state is State.SUBMITTED for move in by_itself)


class Ledger:
    """Batches in one DynamoDB table (key `batch_id`, index `by_state`).

    A batch is claimed, then moved or annotated by the one who holds its token; a writer whose token is stale gets
    LostRaceError and changes nothing. Every method raises TransientError when DynamoDB cannot be reached.
    """

    def __init__(self, table: "Table", lease_seconds: int, clock: Callable[[], datetime] = utc_now) -> None:
        self._table = table
        self._lease_seconds = lease_seconds
        self._clock = clock

    def get(self, batch_id: BatchId | str) -> BatchRecord | None:
        """The batch as of now (a consistent read), or None where the ledger does not know it."""
        with aws_errors(f"ledger: reading {batch_id}"):
            item = self._table.get_item(Key={"batch_id": str(batch_id)}, ConsistentRead=True).get("Item")
        return BatchRecord.model_validate(item) if item else None

    def in_state(self, state: State) -> Iterator[BatchRecord]:
        """Every batch in that state, each source's oldest first; by an index that may lag a moment behind."""
        query: dict[str, Any] = {
            "IndexName": "by_state",
            "KeyConditionExpression": "#state = :state",
            "ExpressionAttributeNames": {"#state": "state"},
            "ExpressionAttributeValues": {":state": state.value},
        }
        while True:
            with aws_errors(f"ledger: listing {state}"):
                page = self._table.query(**query)
            yield from (BatchRecord.model_validate(item) for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def newest(self, state: State, limit: int, source_id: str | None = None) -> list[BatchRecord]:
        """The newest batches in that state, at most `limit` of each source (or of the one named).

        Reads no more than it returns and one item per source, however many batches there are; by the same index.
        """
        if source_id:
            return self._newest(state, Key("batch_id").begins_with(f"{source_id}-"), limit)
        found: list[BatchRecord] = []
        below = Key("batch_id").lt("~")
        while last := self._newest(state, below, 1):
            source_id = last[0].source_id
            found += self._newest(state, Key("batch_id").begins_with(f"{source_id}-"), limit)
            # Index order is by source, then by seq: the next source's newest stands before all of this one's.
            below = Key("batch_id").lt(f"{source_id}-")
        return found

    def _newest(self, state: State, batches: ConditionBase, limit: int) -> list[BatchRecord]:
        with aws_errors(f"ledger: listing {state}"):
            page = self._table.query(
                IndexName="by_state",
                KeyConditionExpression=Key("state").eq(state.value) & batches,
                ScanIndexForward=False,
                Limit=limit,
            )
        return [BatchRecord.model_validate(item) for item in page["Items"]]

    def create(self, batch_id: BatchId, state: State, by: Mover, **facts: Unpack[Facts]) -> BatchRecord:
        """A batch new to the ledger; LostRaceError where it is known already, IllegalMoveError where `by` may not."""
        assert_move(None, state, by)
        now = self._clock().isoformat()
        item = {
            "batch_id": str(batch_id),
            "source_id": batch_id.source_id,
            "batch_seq": batch_id.batch_seq,
            "state": state.value,
            "token": 0,
            "created_at": now,
            "moved_at": now,
            "history": [{"state": state.value, "at": now, "attempt": 0, "by": by.value}],
            **_stored(facts),
        }
        with aws_errors(f"ledger: creating {batch_id} as {state}"):
            self._table.put_item(Item=item, ConditionExpression="attribute_not_exists(batch_id)")
        return BatchRecord.model_validate(item)

    def claim(self, batch_id: BatchId | str, owner: str) -> BatchRecord:
        """The batch with a new fencing token, held by `owner` for the lease; LeaseHeldError while another holds it.

        The owner may ask twice, since an answer may be lost.
        """
        try:
            item = claim_item(
                self._table,
                str(batch_id),
                owner,
                now=self._clock(),
                lease_seconds=self._lease_seconds,
                must_exist=True,
            )
        except LostRaceError as error:
            raise self._refused_claim(batch_id) from error
        return BatchRecord.model_validate(item)

    @contextmanager
    def lease(self, batch_id: BatchId | str, owner: str) -> Iterator[BatchRecord]:
        """A claim for the length of a `with` block."""
        record = self.claim(batch_id, owner)
        try:
            yield record
        finally:
            self.release(record)

    def release(self, record: BatchRecord) -> None:
        """Gives the claim back; without effect where somebody has taken it over."""
        try:
            self._update(record, "remove lease_until, lease_owner", "#token = :token", {"#token": "token"}, {})
        except LostRaceError:
            return

    def note(self, record: BatchRecord, **facts: Unpack[Facts]) -> BatchRecord:
        """Puts facts down without a move; LostRaceError where the token is stale."""
        names, values, sets = _assignments(facts)
        return self._update(record, f"set {sets}", "#token = :token", {"#token": "token", **names}, values)

    def move(self, record: BatchRecord, after: State, by: Mover, note: str = "", **facts: Unpack[Facts]) -> BatchRecord:
        """Moves the batch on from the record's state, with its time, mover and note (or error) in the history.

        LostRaceError where the token is stale or the state has changed; IllegalMoveError where no such move is allowed.
        """
        assert_move(record.state, after, by)
        now = self._clock().isoformat()
        entry = {
            "state": after.value,
            "at": now,
            "attempt": facts.get("attempt", record.attempt),
            "by": by.value,
            "note": (note or facts.get("error", ""))[:MAX_NOTE_CHARACTERS],
        }
        names, values, sets = _assignments(facts)
        return self._update(
            record,
            "set #state = :after, moved_at = :moved_at, history = list_append(history, :entry)"
            + (f", {sets}" if sets else ""),
            "#token = :token and #state = :before",
            {"#token": "token", "#state": "state", **names},
            {":after": after.value, ":before": record.state.value, ":moved_at": now, ":entry": [entry], **values},
        )

    def reconciled_seq(self, source_id: str) -> int:
        """The batch_seq up to which the reconciler need not look again; -1 at first."""
        key = {"batch_id": f"reconciled#{source_id}"}
        with aws_errors(f"ledger: reading {key['batch_id']}"):
            item = self._table.get_item(Key=key, ConsistentRead=True).get("Item", {})
        return int(str(item.get("batch_seq", -1)))

    def mark_reconciled(self, source_id: str, batch_seq: int) -> None:
        """Puts down that the reconciler need not look again at this batch_seq and those below."""
        item: dict[str, str | int] = {"batch_id": f"reconciled#{source_id}", "batch_seq": batch_seq}
        with aws_errors(f"ledger: writing {item['batch_id']}"):
            self._table.put_item(Item=item)

    def _update(
        self, record: BatchRecord, update: str, condition: str, names: dict[str, str], values: dict[str, Any]
    ) -> BatchRecord:
        with aws_errors(f"ledger: {record.batch_id} in {record.state} with token {record.token}"):
            answer = self._table.update_item(
                Key={"batch_id": record.batch_id},
                UpdateExpression=update,
                ConditionExpression=condition,
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={":token": record.token, **values},
                ReturnValues="ALL_NEW",
            )
        return BatchRecord.model_validate(answer["Attributes"])

    def _refused_claim(self, batch_id: BatchId | str) -> TransientError:
        held = self.get(batch_id)
        if held is None:
            return LostRaceError(f"ledger: {batch_id} cannot be claimed, the ledger does not know it")
        until = datetime.fromtimestamp(held.lease_until, UTC)
        return LeaseHeldError(
            f"ledger: {batch_id} is held by {held.lease_owner or 'nobody now'} until {until:%F %T} UTC"
        )


def _stored(facts: Facts) -> dict[str, Any]:
    stored: dict[str, Any] = dict(facts)
    if "error" in stored:
        stored["error"] = stored["error"][:MAX_ERROR_CHARACTERS]
    return stored


def _assignments(facts: Facts) -> tuple[dict[str, str], dict[str, Any], str]:
    stored = _stored(facts)
    names = {f"#{name}": name for name in stored}
    values = {f":{name}": value for name, value in stored.items()}
    return names, values, ", ".join(f"#{name} = :{name}" for name in stored)
