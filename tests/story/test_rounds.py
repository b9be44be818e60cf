"""Rounds of change arrive whole, whatever the order in which their batches are loaded and however often."""

import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import psycopg2
import pytest

from gem.contracts.keys import BatchId
from gem.contracts.manifest import CuratedManifest
from gem.reconcile import compare, comparisons
from local_aws.source.evolve import evolve
from tests.model.lab import Lab
from tests.story import history
from tests.story.short_line import ShortLine, Site, open_short_line
from tests.story.truth import SAME, WRONG_KEYS

pytestmark = pytest.mark.slow

CONTRACTS = 200
SHARE = 0.06
ROUND_SEEDS = (2101, 2102, 2103, 2104, 2105)
ORDER_SEEDS = (1, 2, 3)
TRUTH = {**SAME, **history.HISTORY}


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShortLine]:
    with open_short_line(tmp_path_factory.mktemp("line")) as running:
        yield running


@dataclass(frozen=True)
class Lived:
    """A source after its rounds, the truth about it, and the batches that tell of them."""

    site: Site
    batches: list[CuratedManifest]
    truth: dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def lived(line: ShortLine) -> Lived:
    site = line.site("rounds", CONTRACTS)
    site.execute(*history.CREATE, *history.remember(0))
    batches = [site.batch()]
    for number, seed in enumerate(ROUND_SEEDS, start=1):
        change(site, seed)
        site.execute(*history.remember(number))
        batches.append(site.batch())
    assert site.extract()["batch_id"] is None
    truth = {name: site.fetch(TRUTH[name][0]) for name in TRUTH}
    return Lived(site, [batch for batch in batches if batch], truth)


def change(site: Site, seed: int) -> None:
    connection = psycopg2.connect(site.dsn)
    with connection:
        evolve(connection, seed, SHARE, lambda _: None)
    connection.close()


def load_in_random_order(lab: Lab, database: str, batches: list[CuratedManifest], seed: int) -> list[list[int]]:
    """Loads every batch once and some twice, sometimes several in a transaction; the seqs as they were loaded."""
    draw = random.Random(seed)
    queue = [*batches, *draw.sample(batches, 2)]
    draw.shuffle(queue)
    loads = []
    while queue:
        together = [queue.pop() for _ in range(min(len(queue), draw.choice((1, 1, 2))))]
        reports = lab.load(database, *together)
        assert {report.outcome for report in reports} <= {"loaded", "already_loaded"}, [r.error for r in reports]
        loads.append([batch.batch_seq for batch in together])
    return loads


@pytest.fixture(scope="module", params=ORDER_SEEDS)
def loaded(line: ShortLine, lived: Lived, request: pytest.FixtureRequest) -> Iterator[tuple[str, str]]:
    """A warehouse that got all batches in some order, and a text that says in which."""
    database = line.lab.copy()
    loads = load_in_random_order(line.lab, database, lived.batches, request.param)
    yield database, f"rounds {ROUND_SEEDS}, order {request.param}: {loads}"
    line.lab.drop(database)


def test_every_round_changed_something(lived: Lived) -> None:
    assert len(lived.batches) == 1 + len(ROUND_SEEDS)
    for what in ("organisations", "categories", "sellers"):
        versions = lived.truth[f"versions of {what}"]
        assert len(versions) > len({row[0] for row in versions}), f"no {what} changed"


def test_source_and_warehouse_agree_row_for_row(line: ShortLine, lived: Lived, loaded: tuple[str, str]) -> None:
    database, how = loaded
    for name, (_, in_warehouse) in TRUTH.items():
        found = line.lab.query(database, in_warehouse)
        missing = [row for row in lived.truth[name] if row not in set(found)]
        wrong = [row for row in found if row not in set(lived.truth[name])]
        assert found == lived.truth[name], f"{how}: {name} lacks {missing[:3]} and has {wrong[:3]} instead"


def test_every_fact_carries_the_version_of_its_event_time(line: ShortLine, loaded: tuple[str, str]) -> None:
    database, how = loaded
    wrong = {key: line.lab.query(database, query) for key, query in WRONG_KEYS.items()}
    assert wrong == {key: [(0,)] for key in WRONG_KEYS}, how


@pytest.fixture(scope="module")
def straight(line: ShortLine, lived: Lived) -> dict[str, str]:
    """The digests of a warehouse that got every batch once, in order."""
    database = line.lab.copy()
    for batch in lived.batches:
        line.lab.load(database, batch)
    return line.lab.digests(database)


def test_the_order_of_loads_leaves_no_trace(line: ShortLine, loaded: tuple[str, str], straight: dict[str, str]) -> None:
    database, how = loaded
    assert line.lab.digests(database) == straight, how


def test_reconcile_finds_no_difference(line: ShortLine, lived: Lived, loaded: tuple[str, str]) -> None:
    database, how = loaded
    for name, comparison in comparisons(lived.site.source_id).items():
        report = compare(comparison, lived.site.fetch, partial(line.lab.query, database))
        assert report.source_rows > 0
        assert report.differing_buckets == [], f"{how}: {name}"


CLASS_OF_ORDERS = """
    select f.contract_id, d.is_mse from mart.fact_order_line f join mart.dim_seller d on d.seller_key = f.seller_key
    where f.contract_id in ({}) order by 1
"""


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
