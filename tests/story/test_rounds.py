"""Rounds of change arrive whole, whatever they are and in whatever order their batches are loaded, and how often.

What failed is printed as `drawn=History(…)`: as an `@example` it is repeated.
"""

import itertools
from collections.abc import Iterator
from functools import partial

import psycopg2
import pytest
from hypothesis import HealthCheck, Phase, example, given, note, settings

from gem.contracts.keys import BatchId
from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.mart_spec import TableKind
from gem.quick import quickly
from gem.reconcile import compare, comparisons
from gem.repair import find, repairs
from tests.story.rounds import (
    DIMENSION_OF,
    HISTORIES,
    LITTLE,
    MASS,
    NOTHING,
    SOME,
    TRUTH,
    History,
    Lived,
    Round,
    live,
    load_in_random_order,
)
from tests.story.short_line import ShortLine, open_short_line
from tests.story.truth import WRONG_KEYS
from tests.story.truth.cells import CELLS, WAREHOUSE_CELLS

# Drawn anew in every run. A history takes a minute, so that shrinking a failing one would take hours.
ROUNDS = settings(
    deadline=None,
    derandomize=False,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
EVERYTHING = History(
    source_seed=1,
    contracts=140,
    rounds=(Round(2101, SOME), Round(2102, MASS), Round(2103, NOTHING), Round(2104, SOME), Round(2105, LITTLE)),
    max_rows=3_000,
    replayed=1,
    order_seed=3,
)
"""A mass update, a round of nothing, a first load that is cut, and a replay."""
PLAIN = History(
    source_seed=7,
    contracts=100,
    rounds=tuple(Round(seed, SOME) for seed in (1, 2, 3, 4, 5)),
    max_rows=100_000,
    replayed=0,
    order_seed=11,
)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShortLine]:
    with open_short_line(tmp_path_factory.mktemp("line")) as running:
        yield running


@pytest.mark.slow
@pytest.mark.timeout(3_600)
@settings(ROUNDS, phases=(Phase.explicit,))
@example(drawn=EVERYTHING)
@given(drawn=HISTORIES)
def test_a_history_with_every_kind_of_round_arrives_whole(line: ShortLine, drawn: History) -> None:
    assert_it_arrives(line, drawn)


@pytest.mark.slow
@pytest.mark.nightly
@pytest.mark.timeout(3_600)
@settings(ROUNDS, max_examples=2)
@example(drawn=PLAIN)
@given(drawn=HISTORIES)
def test_any_history_arrives_whole(line: ShortLine, drawn: History) -> None:
    assert_it_arrives(line, drawn)


def assert_it_arrives(line: ShortLine, drawn: History) -> None:
    note(f"drawn={drawn!r}")
    lived = live(line, drawn)
    database = line.lab.copy()
    note(f"loads: {load_in_random_order(line.lab, database, lived, drawn.order_seed)}")
    assert_rows_are_those_of_the_source(line, lived, database)
    assert_history_is_unbroken(line, database)
    assert_facts_carry_the_version_of_their_time(line, database)
    assert_aggregates_are_what_their_facts_say(line, database)
    assert_reconcile_finds_nothing(line, lived, database)
    assert line.lab.digests(database) == digests_of_loads_in_order(line, lived)
    line.lab.drop(database)


def assert_rows_are_those_of_the_source(line: ShortLine, lived: Lived, database: str) -> None:
    for name, (_, in_warehouse) in TRUTH.items():
        gone = lived.gone.get(DIMENSION_OF.get(name, ""), set())
        truth = [row for row in lived.truth[name] if str(row[0]) not in gone]
        found = line.lab.query(database, in_warehouse)
        present = [row for row in found if str(row[0]) not in gone]
        missing = [row for row in truth if row not in set(present)]
        wrong = [row for row in present if row not in set(truth)]
        assert present == truth, f"{name} lacks {missing[:3]} and has {wrong[:3]} instead"
        assert gone <= {str(row[0]) for row in found}, f"{name} lost members that facts may refer to"


BROKEN = """
    select count(*) from (
        select
            valid_from, valid_to, is_current,
            lag(valid_to) over (partition by {key} order by valid_from) as before,
            lead(valid_from) over (partition by {key} order by valid_from) as after
        from mart.{table} where {table_key} > 0
    ) v
    where valid_from <> coalesce(before, timestamp '1900-01-01')
       or valid_to <> coalesce(after, timestamp '9999-12-31')
       or valid_from >= valid_to
       or is_current <> (after is null)
"""


def assert_history_is_unbroken(line: ShortLine, database: str) -> None:
    """No gap and no overlap between the versions of a key, and one that is current."""
    for table in (t for t in CURATED_TABLES if t.kind is TableKind.SCD2):
        names = {"table": table.name, "key": table.natural_key[0], "table_key": table.key_column}
        assert line.lab.query(database, BROKEN.format(**names)) == [(0,)], table.name


def assert_facts_carry_the_version_of_their_time(line: ShortLine, database: str) -> None:
    wrong = {key: line.lab.query(database, query) for key, query in WRONG_KEYS.items()}
    assert wrong == {key: [(0,)] for key in WRONG_KEYS}


def assert_aggregates_are_what_their_facts_say(line: ShortLine, database: str) -> None:
    with psycopg2.connect(line.postgres.dsn(database)) as connection, connection.cursor() as cursor:
        cursor.execute(CELLS)
        expected = sorted(cursor.fetchall())
        cursor.execute(WAREHOUSE_CELLS)
        assert sorted(cursor.fetchall()) == expected
    connection.close()
    assert len(expected) > 0


def assert_reconcile_finds_nothing(line: ShortLine, lived: Lived, database: str) -> None:
    for name, comparison in comparisons(lived.site.source_id).items():
        report = compare(comparison, lived.site.fetch, partial(line.lab.query, database))
        assert report.source_rows == len(lived.truth[name])
        assert report.differing_buckets == [], name
        for hours in (None, 1):
            quick = quickly(comparison, lived.site.fetch, lived.site.source_id, hours)
            report = compare(quick, lived.site.fetch, partial(line.lab.query, database))
            assert report.source_rows or not lived.truth[name], f"{name}: the whole history is of the last hour"
            assert (report.differing_buckets, report.wrong_digests) == ([], []), name


def digests_of_loads_in_order(line: ShortLine, lived: Lived) -> dict[str, str]:
    """Of a warehouse that got every batch once, in the order of the snapshots."""
    database = line.lab.copy()
    for batch in lived.batches:
        line.lab.load(database, batch)
    digests = line.lab.digests(database)
    line.lab.drop(database)
    return digests


@pytest.mark.slow
def test_the_commands_that_reconcile_prints_repair_what_it_found(line: ShortLine) -> None:
    site, database = line.site("repaired", 40), line.lab.copy()
    warehouse = partial(line.lab.query, database)
    for batch in site.batches():
        line.lab.load(database, batch)
    ((lost, changed),) = site.fetch("select min(contract_id), max(contract_id) from gem.contract")
    ghost = 987_654_321
    connection = psycopg2.connect(line.postgres.dsn(database))
    with connection, connection.cursor() as cursor:
        cursor.execute("delete from mart.fact_order_line where contract_id = %s", (lost,))
        cursor.execute("update mart.fact_order_line set line_value = 1 where contract_id = %s", (changed,))
        cursor.execute(
            "insert into mart.fact_contract_lifecycle select (jsonb_populate_record(f, %s)).*"
            " from mart.fact_contract_lifecycle f where contract_id = %s",
            (f'{{"contract_id": {ghost}}}', lost),
        )
    connection.close()

    def found() -> dict[str, str]:
        return repairs(find(each, site.fetch, warehouse, 10) for each in comparisons(site.source_id).values())

    commands = found()
    assert commands == {"contract": f"gem backfill --aggregate contract --roots {lost},{changed},{ghost}"}
    for batch_id in site.extract(*commands["contract"].split()[1:])["batches"]:
        line.lab.load(database, site.curated(BatchId.parse(batch_id), 1))
    assert found() == {}
    line.lab.drop(database)


CLASS_OF_ORDERS = """
    select f.contract_id, d.is_mse from mart.fact_order_line f join mart.dim_seller d on d.seller_key = f.seller_key
    where f.contract_id in ({}) order by 1
"""


@pytest.mark.slow
def test_a_seller_that_grows_counts_as_small_for_ever_at_its_first_order_and_never_at_its_second(
    line: ShortLine,
) -> None:
    site = line.site("growing", 40)
    ((first, seller_id),) = site.fetch(
        "select contract_id, seller_id from gem.contract join gem.seller_classification k using (seller_id)"
        " where size in ('MICRO', 'SMALL') and valid_to is null and bid_id is null order by 1 limit 1"
    )
    second = first + 1_000_000
    site.execute(f"update gem.seller_classification set size = 'SMALL' where seller_id = {seller_id}")
    began = site.batch()
    # One day of 2026 in India begins at 18:30 UTC of the day before.
    site.execute(
        f"update gem.seller_classification set valid_to = '2026-04-10' where seller_id = {seller_id}",
        "insert into gem.seller_classification (classification_id, seller_id, size, valid_from)"
        f" values (99000000, {seller_id}, 'MEDIUM', '2026-04-10')",
    )
    grew = site.batch()
    site.execute(*another_order(first, second, "2026-04-09T18:30:00Z"))
    ordered = site.batch()
    assert began is not None
    assert grew is not None
    assert ordered is not None
    again = site.curated(BatchId.parse(began.batch_id), 2)
    for order in itertools.permutations([began, grew, ordered]):
        database = line.lab.copy()
        for manifest in (*order, again):
            line.lab.load(database, manifest)
            classes = dict(line.lab.query(database, CLASS_OF_ORDERS.format(f"{first}, {second}")))
            assert classes.get(first, True) is True, [m.batch_id for m in order]
        assert classes == {first: True, second: False}, [m.batch_id for m in order]
        line.lab.drop(database)


def another_order(template: int, contract_id: int, placed_at: str) -> list[str]:
    """The statements that place the order once more, under another id and at another time."""
    return [
        f"create temp table again on commit drop as select * from gem.contract where contract_id = {template}",
        f"update again set contract_id = {contract_id}, contract_at = '{placed_at}', accepted_at = null",
        "insert into gem.contract select * from again",
        f"create temp table line on commit drop as select * from gem.contract_item where contract_id = {template}",
        f"update line set contract_id = {contract_id}, contract_item_id = contract_item_id + 10000000",
        "insert into gem.contract_item select * from line",
    ]
