"""Two extractors of a source in every order of their steps, killed at each: nothing is lost, no number given twice."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any, ClassVar

import psycopg2
import pytest
from psycopg2 import sql

from extractor_ec2 import changelog, publication, snapshot
from extractor_ec2.detector import ChangelogDetector
from extractor_ec2.publication import Publisher
from extractor_ec2.state import Held, StateStore
from local_aws.source import schema
from tests.model.lab import Lab
from tests.model.race import AGGREGATE, SNAPSHOT, STATE, Site, TwoExtractors, ViolationError, Workload
from tests.model.race_lake import BUCKET, MemoryLake, MemoryS3
from tests.model.race_schedule import Runner, Schedule, every_schedule, interrupted_schedules

DATABASE = "raced_source"
Patch = pytest.MonkeyPatch


@pytest.fixture(scope="module")
def workload(lab: Lab) -> Iterator[Workload]:
    lab.postgres.create_database(DATABASE)
    dsn = lab.postgres.dsn(DATABASE)
    with closing(psycopg2.connect(dsn)) as connection:
        schema.install(connection)
        connection.commit()
        changelog.install(connection, [AGGREGATE])
        # A password that costs nothing to check: these tests connect thousands of times.
        connection.cursor().execute("set scram_iterations = 1; create role racer superuser login password 'racer'")
        connection.commit()
    workload = Workload(dsn.replace(dsn.split("@")[0], "postgresql://racer:racer"))
    workload.execute("insert into gem.seller (seller_id) values (1), (2)")
    workload.execute("insert into gem.seller_classification (classification_id, seller_id) values (1, 1), (2, 2)")
    yield workload
    workload.close()


@pytest.fixture
def unread_site(workload: Workload, monkeypatch: Patch) -> Site:
    """A source that nobody has extracted; every snapshot of an extractor in a race is a step of the schedule."""
    site = Site(workload, begins_anew=True)
    take = snapshot._take

    def step(connection: Any) -> snapshot.Snapshot:
        runner = threading.current_thread()
        if isinstance(runner, Runner):
            runner.before(SNAPSHOT)
            workload.go_on()
        taken = take(connection)
        site.snapshots.note(taken.text, workload.version)
        return taken

    monkeypatch.setattr(snapshot, "_take", step)
    monkeypatch.setattr(publication, "RACE_SECONDS", 0)
    return site


@pytest.fixture
def site(unread_site: Site) -> Site:
    """A source whose every root was extracted once."""
    lake = MemoryLake()
    unread_site.begins_anew = False
    unread_site.extract(MemoryS3(lake))
    unread_site.keep(lake, unread_site.workload.content())
    return unread_site


def times(schedule: Schedule, name: str, step: str) -> int:
    return schedule.count((name, step))


@pytest.mark.slow
def test_in_every_order_and_killed_at_every_step_nothing_is_lost_and_no_number_given_twice(site: Site) -> None:
    found = list(every_schedule(lambda: TwoExtractors(site)))
    assert len(set(found)) == len(found)
    assert any(times(one, "A", "snapshot") == 2 for one in found), "none began again after a lost reservation"
    assert any(times(one, "A", "put state") > times(one, "A", "snapshot") + 1 for one in found), "none merged windows"


@pytest.mark.slow
def test_nor_where_both_find_a_lake_without_a_state(unread_site: Site) -> None:
    found = list(every_schedule(lambda: TwoExtractors(unread_site)))
    assert any(times(one, "A", "snapshot") == 2 for one in found), "none began again after a lost reservation"


def test_nor_where_each_root_is_a_batch_and_one_waits_anywhere_while_the_other_goes_on(site: Site) -> None:
    site.max_rows = 1
    found = list(interrupted_schedules(lambda: TwoExtractors(site), 1))
    assert any(times(one, "A", "put manifest") > 1 for one in found), "no window was cut"


@pytest.mark.slow
def test_nor_where_each_root_is_a_batch_and_both_wait_anywhere(site: Site) -> None:
    site.max_rows = 1
    assert len(list(interrupted_schedules(lambda: TwoExtractors(site), 2))) > 50


def snapshot_after_reservation(site: Site, patch: Patch) -> None:
    reserve = Publisher.reserve

    def reserve_first(self: Publisher, held: Held, taken: snapshot.Snapshot) -> Any:
        reserved = reserve(self, held, taken)
        taken.connection.rollback()
        vars(taken).update(vars(snapshot._take(taken.connection)))
        return reserved

    patch.setattr(Publisher, "reserve", reserve_first)


def reservation_in_a_newer_state(site: Site, patch: Patch) -> None:
    reserve = StateStore.reserve
    patch.setattr(StateStore, "reserve", lambda self, _held, text=None: reserve(self, self.read(), text))


def windows_without_if_match(site: Site, patch: Patch) -> None:
    def advance(self: StateStore, held: Held, windows: Any) -> None:
        body = held.state.with_windows(windows).model_dump_json().encode()
        self._lake._client.put_object(Bucket=BUCKET, Key=STATE, Body=body)

    patch.setattr(StateStore, "advance", advance)


class ManifestLast(MemoryS3):
    """A client that holds a manifest back until the state was put once more."""

    held: ClassVar[list[dict[str, Any]]] = []

    def put_object(self, **arguments: Any) -> dict[str, Any]:
        if arguments["Key"].endswith("_manifest.json"):
            self.held.append(arguments)
            return {"ETag": ""}
        answer = super().put_object(**arguments)
        if self.held:
            super().put_object(**self.held.pop())
        return answer


def windows_before_manifest(site: Site, patch: Patch) -> None:
    patch.setattr(ManifestLast, "held", [])
    site.client = ManifestLast


def updated_at_after_the_highest_seen(site: Site, patch: Patch) -> None:
    changes = " union all ".join(
        f"select {table.root_column} as root_id, updated_at from gem.{table.name}" for table in AGGREGATE.tables
    )
    newest = f"select max(updated_at) from ({changes}) as change"
    highest: dict[str, Any] = {}
    [at_first] = site.workload.execute(newest).fetchone()

    def window_query(self: ChangelogDetector, _aggregate: Any, since: str, until: str) -> sql.Composable:
        with self._snapshot.connection.cursor() as cursor:
            cursor.execute(newest)
            [highest[until]] = cursor.fetchone() or ()
        query = sql.SQL(f"select root_id from ({changes}) as change where updated_at > {{}}")
        return query.format(sql.Literal(highest.get(since, at_first)))

    patch.setattr(ChangelogDetector, "window_query", window_query)


@pytest.mark.parametrize(
    ("plant", "violation"),
    [
        (snapshot_after_reservation, "a higher seq has an older snapshot"),
        (reservation_in_a_newer_state, "a higher seq has an older snapshot"),
        (windows_without_if_match, "the state went backwards"),
        (windows_before_manifest, "killed here and run again: lost"),
        (updated_at_after_the_highest_seen, "lost"),
    ],
)
def test_a_planted_mistake_shows(
    site: Site, monkeypatch: Patch, plant: Callable[[Site, Patch], None], violation: str
) -> None:
    plant(site, monkeypatch)
    with pytest.raises(ViolationError, match=violation):
        list(interrupted_schedules(lambda: TwoExtractors(site), 1))
