"""The service levels by the ledger: what breaks them now, and a book of every breach from its beginning to its end."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Self

from boto3.dynamodb.conditions import Key
from pydantic import AwareDatetime

from gem.aws import aws_errors
from gem.contracts.frozen import Frozen
from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.mart_spec import MartTable
from gem.contracts.sla import AWAITED, HOP_SECONDS
from gem.contracts.states import State
from gem.freshness import freshness
from gem.ledger import BatchRecord, Ledger

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_s3.client import S3Client

OPEN = "SLA_OPEN"
STOPPED = (State.FAILED, State.QUARANTINED)


class Breach(Frozen):
    """A promise that is broken: `subject` names it, the same at every look, `message` says what and what to do."""

    subject: str
    since: AwareDatetime
    message: str


@dataclass(frozen=True)
class Promises:
    """What is promised: hours per table, seconds per hop."""

    tables: Mapping[str, int]
    hops: Mapping[State, int]

    @classmethod
    def declared(cls, tables: Sequence[MartTable] = CURATED_TABLES) -> Self:
        """As the declarations have it."""
        return cls({table.name: table.fresh_within_hours for table in tables}, HOP_SECONDS)


@dataclass(frozen=True)
class Service:
    """The promises to the readers of one source's data, held against ledger and lake; it only reads."""

    ledger: Ledger
    s3: "S3Client"
    bucket: str
    source_id: str
    promises: Promises

    def breaches(self, now: datetime) -> list[Breach]:
        """Every promise that is broken now, by subject; TransientError where ledger or lake cannot be read.

        A batch that stands too long, or has stopped; a table that shows the source as it was too long ago, whether a
        batch is late or nobody has looked at the source at all. A look that found nothing to read is no absence.
        """
        found = [*standing(self.ledger, self.promises, now, self.source_id), *self._stale(now)]
        return sorted(found, key=lambda breach: breach.subject)

    def _stale(self, now: datetime) -> Iterator[Breach]:
        known = freshness(self.ledger, self.s3, self.bucket, self.source_id)
        if known is None:
            message = f"no batch of source {self.source_id} is loaded: was it ever extracted? gem status"
            yield Breach(subject=f"absent/{self.source_id}", since=now, message=message)
            return
        for table, hours in self.promises.tables.items():
            if now - known.at > timedelta(hours=hours):
                yield Breach(
                    subject=f"stale/{self.source_id}/{table}",
                    since=known.at + timedelta(hours=hours),
                    message=f"{table} shows source {self.source_id} as of {known.at:%F %T} UTC ({known.by}), "
                    f"more than {hours} hours ago",
                )


def standing(ledger: Ledger, promises: Promises, now: datetime, source_id: str | None = None) -> Iterator[Breach]:
    """The batches of a source, or of all, that stand longer than a hop may take, and those that have stopped."""
    for state, awaited in AWAITED.items():
        limit = timedelta(seconds=promises.hops[awaited])
        for record in _in_state(ledger, state, source_id):
            if now - record.moved_at > limit:
                yield Breach(
                    subject=f"hop/{record.batch_id}/{awaited}",
                    since=record.moved_at + limit,
                    message=f"{record.batch_id} is {state} since {record.moved_at:%F %T} UTC, and was to be "
                    f"{awaited} within {limit}: gem batch {record.batch_id}, then gem redrive {record.batch_id}",
                )
    for state in STOPPED:
        for record in _in_state(ledger, state, source_id):
            yield Breach(
                subject=f"stopped/{record.batch_id}",
                since=record.moved_at,
                message=f"{record.batch_id} is {state} and waits for a person: {record.error}",
            )


def _in_state(ledger: Ledger, state: State, source_id: str | None) -> Iterator[BatchRecord]:
    return (record for record in ledger.in_state(state) if source_id in (None, record.source_id))


class Entry(Frozen):
    """A breach in the book: when it began, was told and ended; what is open has no end."""

    subject: str
    message: str
    began_at: AwareDatetime
    noted_at: AwareDatetime
    told: bool = False
    ended_at: AwareDatetime | None = None
    end_told: bool = False

    @classmethod
    def of(cls, breach: Breach, now: datetime) -> Self:
        """A breach that is seen for the first time."""
        return cls(subject=breach.subject, message=breach.message, began_at=breach.since, noted_at=now)

    @property
    def key(self) -> str:
        """Its item in the ledger's table: one for each time that the promise was broken."""
        return f"sla#{self.subject}#{self.noted_at:%Y%m%dT%H%M%S%f}"

    @property
    def shelf(self) -> str:
        """Where the table's index keeps it: what is open or untold apart, the rest by the month of its end."""
        if self.ended_at is None or not self.end_told:
            return OPEN
        return f"SLA_{self.ended_at:%Y-%m}"


@dataclass(frozen=True)
class SlaBook:
    """Every breach with its times, in the ledger's table beside the batches. One writer at a time.

    A telling that fails is made up for at the next look, and a telling is noted after it was made: so a person hears of
    each beginning and each end once, or twice where the writer is killed between the two.
    """

    table: "Table"

    def note(self, breaches: Sequence[Breach], now: datetime) -> list[Entry]:
        """Begin what is newly broken and end what is kept again; every entry of which somebody is still to be told."""
        broken = {breach.subject: breach for breach in breaches}
        entries = {entry.key: entry for entry in self._on(OPEN)}
        standing = {entry.subject: entry for entry in entries.values() if entry.ended_at is None}
        begun = [Entry.of(broken[subject], now) for subject in broken.keys() - standing.keys()]
        ended = [standing[name].model_copy(update={"ended_at": now}) for name in standing.keys() - broken.keys()]
        for entry in (*begun, *ended):
            self._put(entry)
            entries[entry.key] = entry
        return sorted((e for e in entries.values() if not e.told or e.ended_at), key=lambda entry: entry.key)

    def told(self, entry: Entry) -> None:
        """Somebody was told of its beginning, or of its end where it has one."""
        self._put(entry.model_copy(update={"told": True, "end_told": entry.ended_at is not None}))

    def open(self) -> list[Entry]:
        """What is broken, by the last look."""
        return [entry for entry in self._on(OPEN) if entry.ended_at is None]

    def ended_in(self, month: str) -> list[Entry]:
        """What ended in a month (`2026-11`), by subject: the history for a report."""
        return self._on(f"SLA_{month}")

    def _on(self, shelf: str) -> list[Entry]:
        query: dict[str, Any] = {"IndexName": "by_state", "KeyConditionExpression": Key("state").eq(shelf)}
        found: list[Entry] = []
        while True:
            with aws_errors(f"service levels: listing {shelf}"):
                page = self.table.query(**query)
            found += (Entry.model_validate_json(str(item["entry"])) for item in page["Items"])
            if "LastEvaluatedKey" not in page:
                return found
            query["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def _put(self, entry: Entry) -> None:
        with aws_errors(f"service levels: writing {entry.key}"):
            self.table.put_item(Item={"batch_id": entry.key, "state": entry.shelf, "entry": entry.model_dump_json()})
