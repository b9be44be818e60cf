"""A round of change touches every kind of row, keeps the rules of the domain, and is the same for the same seed."""

from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest

from extractor_ec2 import changelog
from gem.contracts.source.aggregates import AGGREGATES, SOURCE_TABLES
from local_aws.postgres import EmbeddedPostgres
from local_aws.source import generator, schema
from local_aws.source.evolve import changes, evolve, is_quiet
from tests.postgres.violations import REFERENCES, VIOLATIONS

SHARE = 0.05
ROUNDS = tuple(seed for seed in range(1, 9) if not is_quiet(seed))
QUIET_SEED = next(seed for seed in range(100) if is_quiet(seed))
Rows = dict[str, dict[Any, tuple[Any, ...]]]


@pytest.fixture
def source(source_db: str) -> Iterator[Any]:
    """A connection to 400 generated contracts whose changes are logged, and whose log is empty."""
    connection = psycopg2.connect(source_db)
    generator.generate(connection, 7, 400, lambda _: None)
    connection.commit()
    changelog.install(psycopg2.connect(source_db), AGGREGATES)
    with connection.cursor() as cursor:
        cursor.execute("delete from gem.change_log")
    connection.commit()
    yield connection
    connection.close()


@pytest.fixture(scope="module")
def evolved(source_server: EmbeddedPostgres) -> Iterator[Any]:
    """A connection to contracts that have lived through some rounds, and what these counted."""
    source_server.create_database("source_evolved")
    connection = psycopg2.connect(source_server.dsn("source_evolved"))
    schema.install(connection)
    generator.generate(connection, 7, 2_000, lambda _: None)
    connection.commit()
    counts = []
    for seed in ROUNDS:
        counts.append(evolve(connection, seed, SHARE, lambda _: None))
        connection.commit()
    with connection.cursor() as cursor:
        yield cursor, counts
    connection.close()


def everything(connection: Any) -> Rows:
    """Every row of every table by its primary key."""
    rows: Rows = {}
    with connection.cursor() as cursor:
        for name, table in SOURCE_TABLES.items():
            cursor.execute(f"select * from gem.{name}")
            names = [column.name for column in cursor.description]
            places = [names.index(key) for key in table.primary_key]
            rows[name] = {tuple(row[place] for place in places): row for row in cursor}
    return rows


def changed_roots(before: Rows, after: Rows) -> set[tuple[str, int]]:
    """The roots that a reader of both states sees as changed: a moved member changes two."""
    found = set()
    for aggregate in AGGREGATES:
        for table in aggregate.tables:
            names = [column.name for column in table.columns]
            for one, other in ((before, after), (after, before)):
                for key, row in one[table.name].items():
                    if other[table.name].get(key) != row:
                        root = 0 if table.root_column is None else row[names.index(table.root_column)]
                        found.add((aggregate.name, root))
    return found


def test_every_kind_of_change_occurs(evolved: Any) -> None:
    _, counts = evolved
    never = [kind for kind in counts[0] if not any(count[kind] for count in counts)]
    assert never == []


@pytest.mark.parametrize("what", sorted(VIOLATIONS.keys() - {"an order outside the financial years"}))
def test_a_source_that_evolved_still_has_no(evolved: Any, what: str) -> None:
    cursor, _ = evolved
    cursor.execute(f"select count(*) {VIOLATIONS[what]}")
    assert cursor.fetchone() == (0,)


@pytest.mark.parametrize(("child", "column", "parent", "key"), REFERENCES)
def test_no_reference_is_lost(evolved: Any, child: str, column: str, parent: str, key: str) -> None:
    cursor, _ = evolved
    cursor.execute(
        f"select count(*) from gem.{child} c where c.{column} is not null"
        f" and not exists (select from gem.{parent} p where p.{key} = c.{column})"
    )
    assert cursor.fetchone() == (0,)


def test_the_id_of_a_deleted_contract_comes_back(evolved: Any) -> None:
    cursor, _ = evolved
    cursor.execute(
        "select count(*) from gem.contract young join gem.contract old on old.contract_id = young.contract_id + 1"
        " where young.contract_at >= '2026-04-01 00:00+05:30' and old.contract_at < '2026-04-01 00:00+05:30'"
    )
    assert cursor.fetchone()[0] > 0


def test_a_bid_that_was_open_is_awarded_rounds_later_and_its_contract_comes_with_the_award(evolved: Any) -> None:
    cursor, counts = evolved
    cursor.execute(
        "select count(*) from gem.bid join gem.contract on contract_id = bid.bid_id and contract.bid_id = bid.bid_id"
        " where bid.status = 'AWARDED' and bid.created_at < contract.created_at - interval '1 day'"
        " and contract_at = awarded_at + interval '1 second'"
    )
    assert cursor.fetchone()[0] == sum(count["bids awarded, with their contracts"] for count in counts) > 10


def test_texts_that_are_hard_to_carry_and_empty_ones_stand_in_the_source(evolved: Any) -> None:
    cursor, _ = evolved
    for text in ("श्री गणेश", "😀", "drop table", "\n", "NULL", "\\N"):
        cursor.execute("select count(*) from gem.seller where strpos(legal_name, %s) > 0", (text,))
        assert cursor.fetchone()[0] > 0, text
    for column, table in (("legal_name", "seller"), ("udyam_no", "seller_classification"), ("hsn_sac", "category")):
        cursor.execute(f"select count(*) from gem.{table} where {column} = ''")
        assert cursor.fetchone()[0] > 0, column


def test_what_each_kind_has_written_adds_up_to_the_rows_that_are_there(source: Any) -> None:
    for seed in (1, 2):  # what the second does not write must not be counted from the first
        before = sum(map(len, everything(source).values()))
        made = changes(source, seed, SHARE, lambda _: None)
        after = sum(map(len, everything(source).values()))
        assert after - before == sum(change.inserted - change.deleted for change in made)
        by_kind = {change.kind: change for change in made}
        renamed = by_kind["sellers renamed"]
        assert (renamed.inserted, renamed.updated, renamed.deleted) == (0, renamed.count, 0)
        deleted = by_kind["sellers deleted"]
        assert deleted.deleted >= 2 * deleted.count > 0, "a seller goes with its classes"


def test_the_same_seed_makes_the_same_rows_and_another_seed_others(source: Any) -> None:
    results = {}
    for attempt, seed in (("first", 1), ("again", 1), ("other", 2)):
        evolve(source, seed, SHARE, lambda _: None)
        results[attempt] = everything(source)
        source.rollback()
    assert results["first"] == results["again"]
    assert results["first"] != results["other"]


def test_the_change_log_notes_every_changed_root_and_no_other(source: Any) -> None:
    before = everything(source)
    evolve(source, 1, SHARE, lambda _: None)
    with source.cursor() as cursor:
        cursor.execute("select distinct aggregate, root_id from gem.change_log")
        logged = set(cursor.fetchall())
    assert changed_roots(before, everything(source)) == logged


def test_a_changed_row_is_newer_than_all_rows_before_and_older_than_now(source: Any) -> None:
    before = everything(source)
    evolve(source, 1, SHARE, lambda _: None)
    after = everything(source)
    with source.cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        (now,) = cursor.fetchone()
    newest_before = max(row[-1] for rows in before.values() for row in rows.values())
    times = [row[-1] for name, rows in after.items() for key, row in rows.items() if before[name].get(key) != row]
    assert len(times) > 100
    assert newest_before < min(times)
    assert max(times) < now


def test_rows_changed_by_hand_get_their_time_from_the_trigger_again(source: Any) -> None:
    evolve(source, 1, SHARE, lambda _: None)
    with source.cursor() as cursor:
        cursor.execute(
            "update gem.state_ref set zone = zone where state_code = '18' returning clock_timestamp() - updated_at"
        )
        (age,) = cursor.fetchone()
    assert 0 <= age.total_seconds() < 3600


@pytest.mark.parametrize(("seed", "share"), [(QUIET_SEED, SHARE), (1, 0)])
def test_sometimes_nothing_changes(source: Any, seed: int, share: float) -> None:
    before = everything(source)
    assert evolve(source, seed, share, lambda _: None) == {}
    assert everything(source) == before


@pytest.mark.parametrize(("seed", "share"), [(1, -0.1), (1, 1.5), (2**63, 0.1)])
def test_a_share_or_a_seed_that_is_none_is_refused(source: Any, seed: int, share: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        evolve(source, seed, share, lambda _: None)


def test_an_empty_source_is_refused(source_db: str) -> None:
    connection = psycopg2.connect(source_db)
    with pytest.raises(ValueError, match="the source is empty"):
        evolve(connection, 1, SHARE, lambda _: None)
    connection.close()
