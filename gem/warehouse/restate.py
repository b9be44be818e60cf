"""`gem restate`: what measures showed at a moment of the past, and which batches have moved them since.

Facts keep no history. The load log and the curated files do: the attempts that were loaded by then, loaded into a
scratch database by the very code of the load, give the warehouse of that moment, for loading commutes (DESIGN law 3).
Each later attempt is then added in the order of loading, and what moved is that attempt's doing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from gem.contracts.errors import TerminalError
from gem.contracts.manifest import CuratedManifest
from gem.contracts.measures.spec import Measure, Unit
from gem.settings import WarehouseSettings
from gem.warehouse.connection import Connection, abandon, execute, in_autocommit
from gem.warehouse.load import load_curated
from gem.warehouse.migrate import migrate
from gem.warehouse.replay import Loaded, load_log, replayable, transactions
from gem.warehouse.scratch import OpenDatabase, scratch_database

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

Figures = dict[str, Decimal | None]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Move:
    """An attempt that moved a measure: when it was loaded (UTC), and what the measure showed before it and after."""

    batch_id: str
    attempt: int
    loaded_at: datetime
    before: Decimal | None
    after: Decimal | None


@dataclass
class Restated:
    """A measure then and now, and what moved it in between; None where its denominator is 0."""

    measure: str
    unit: Unit
    then: Decimal | None
    replayed: Decimal | None
    """What the scratch database shows when every attempt stands in it."""
    shown: Decimal | None
    """What the warehouse shows, in the snapshot in which its load log was read."""
    moves: list[Move] = field(default_factory=list)

    @property
    def is_proved(self) -> bool:
        """Whether the attempts alone explain what the warehouse shows."""
        return self.replayed == self.shown


@dataclass(frozen=True)
class Restatement:
    """Measures as of a moment; how many attempts had been loaded by then, and how many since."""

    as_of: datetime
    loaded_then: int
    loaded_since: int
    measures: list[Restated]

    @property
    def is_proved(self) -> bool:
        """Whether every measure is proved."""
        return all(measure.is_proved for measure in self.measures)


@dataclass(frozen=True)
class Replay:
    """Where attempts are loaded again: how to reach the databases and the lake, and whom to tell of progress."""

    open_database: OpenDatabase
    s3: "S3Client"
    settings: WarehouseSettings
    tell: Tell

    def manifests(self, history: Sequence[Loaded]) -> list[CuratedManifest]:
        """What is to be loaded, looked through before anything is."""
        self.tell(f"looking for the curated files of {len(history)} attempts")
        return [replayable(self.s3, self.settings.lake_bucket, loaded.attempt) for loaded in history]

    def load(self, database: str, manifests: Sequence[CuratedManifest]) -> None:
        """Load into the scratch database; TerminalError where an attempt that was once loaded no longer can be."""
        for report in load_curated(lambda: self.open_database(database), self.s3, self.settings, manifests):
            if report.outcome == "quarantined":
                raise TerminalError(f"{report.error}: it was loaded once, and this release's load refuses it")

    def figures(self, database: str, measures: Sequence[Measure]) -> Figures:
        """Every measure in a database."""
        connection = self.open_database(database)
        try:
            return _figures(connection, measures)
        finally:
            abandon(connection)

    def migrate(self, database: str) -> None:
        """Give the scratch database the schema of this release."""
        connection = self.open_database(database)
        try:
            migrate(connection, lambda: in_autocommit(self.open_database(database)))
        finally:
            abandon(connection)


def restate(replay: Replay, as_of: datetime, measures: Sequence[Measure]) -> Restatement:
    """Each measure as the warehouse showed it at `as_of`, by the declarations of today, and what moved it since.

    Changes nothing that stays. Costs what loading everything anew costs, on the warehouse's cluster. Raises
    TerminalError where nothing had been loaded by then, ManifestError where a curated file is gone, and what a load
    raises.
    """
    history, shown = _standing(replay, measures)
    then = [loaded for loaded in history if loaded.loaded_at <= as_of]
    since = history[len(then) :]
    if not then:
        first = f"the first came at {history[0].loaded_at:%F %T} UTC" if history else "nor has it by now"
        raise TerminalError(f"the warehouse had loaded no batch by {as_of}: {first}")
    manifests = replay.manifests(history)
    with scratch_database(replay.open_database) as database:
        replay.migrate(database)
        _load_then(replay, database, manifests[: len(then)])
        figures = replay.figures(database, measures)
        restated = [Restated(m.name, m.unit, figures[m.name], figures[m.name], shown[m.name]) for m in measures]
        for number, (loaded, manifest) in enumerate(zip(since, manifests[len(then) :], strict=True), start=1):
            replay.tell(f"{number} of {len(since)} loaded since: {loaded.attempt.step_name}")
            replay.load(database, [manifest])
            _note(restated, loaded, replay.figures(database, measures))
    return Restatement(as_of, len(then), len(since), restated)


def _standing(replay: Replay, measures: Sequence[Measure]) -> tuple[list[Loaded], Figures]:
    """The load log of the warehouse and what it shows, in one snapshot."""
    connection = replay.open_database(None)
    try:
        return load_log(connection), _figures(connection, measures)
    finally:
        abandon(connection)


def _load_then(replay: Replay, database: str, manifests: Sequence[CuratedManifest]) -> None:
    done = 0
    for together in transactions(manifests, replay.settings.load_row_budget):
        replay.tell(f"{done} of {len(manifests)} attempts of then are loaded")
        replay.load(database, together)
        done += len(together)


def _note(restated: Sequence[Restated], loaded: Loaded, figures: Mapping[str, Decimal | None]) -> None:
    for one in restated:
        after = figures[one.measure]
        if after != one.replayed:
            attempt = loaded.attempt
            one.moves.append(Move(str(attempt.batch_id), attempt.number, loaded.loaded_at, one.replayed, after))
            one.replayed = after


def _figures(connection: Connection, measures: Sequence[Measure]) -> Figures:
    values = {measure.name: execute(connection, measure.sql())[0][0] for measure in measures}
    return {name: None if value is None else Decimal(str(value)) for name, value in values.items()}
