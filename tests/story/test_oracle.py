"""The warehouse answers every measure as the oracle does: at first, after rounds of change, and after any replay.

And it would not, had one of its transforms a mistake.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import psycopg2
import pytest

from gem.contracts.keys import BatchId
from gem.contracts.manifest import CuratedManifest
from local_aws.source.evolve import evolve
from tests.golden.cases import CASES
from tests.golden.source import policies
from tests.oracle.oracle import Answer, Oracle
from tests.story.asked import answers, asking, differences
from tests.story.mistakes import MISTAKES
from tests.story.short_line import ShortLine, Site, open_short_line

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600)]

CONTRACTS, SEED = 1_500, 5
ROUNDS = ((33, 0.06), (34, 0.1), (35, 0.06))
"""Three rounds of change: the seed and the share of what changes."""
DAYS = (date(2026, 2, 10), date(2026, 11, 1))
"""As of which is asked: amid what happened, and after it."""


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ShortLine]:
    with open_short_line(tmp_path_factory.mktemp("oracle")) as running:
        yield running


def test_the_warehouse_answers_as_the_oracle_does(line: ShortLine) -> None:
    site = line.site("asked", CONTRACTS, SEED)
    oracle = Oracle(site.dsn)
    oracle.install()
    warehouse, batches = line.lab.copy(), []
    for number in range(len(ROUNDS) + 1):
        if number:
            change(site, *ROUNDS[number - 1])
        oracle.observe()
        batches += load_what_is_new(line, site, warehouse)
        assert_agreement(line, oracle, warehouse)
    assert every_measure_says_something(oracle)
    in_order = line.lab.digests(warehouse)
    line.lab.drop(warehouse)
    again = [site.curated(BatchId.parse(batch.batch_id), batch.attempt + 1) for batch in batches]
    replayed = line.lab.copy()
    load_in_any_order(line, replayed, [*batches, *again])
    assert_agreement(line, oracle, replayed)
    assert line.lab.digests(replayed) == in_order
    line.lab.drop(replayed)


def change(site: Site, seed: int, share: float) -> None:
    connection = psycopg2.connect(site.dsn)
    with connection:
        evolve(connection, seed, share, lambda _: None)
    connection.close()


def load_what_is_new(line: ShortLine, site: Site, warehouse: str) -> list[CuratedManifest]:
    batches = site.batches()
    assert batches, "nothing has changed"
    for batch in batches:
        line.lab.load(warehouse, batch)
    return batches


def load_in_any_order(line: ShortLine, warehouse: str, batches: list[CuratedManifest]) -> None:
    """Every attempt of every batch once, and two of them twice."""
    draw = random.Random(SEED)
    queue = [*batches, *draw.sample(batches, 2)]
    draw.shuffle(queue)
    for batch in queue:
        line.lab.load(warehouse, batch)


def assert_agreement(line: ShortLine, oracle: Oracle, warehouse: str) -> None:
    for day in DAYS:
        assert differences(oracle.answers(day), answered(line, warehouse, day)) == {}, day


def answered(line: ShortLine, warehouse: str, day: date) -> dict[str, Answer]:
    with asking(line.lab, warehouse) as ask:
        return answers(ask, day)


def every_measure_says_something(oracle: Oracle) -> bool:
    """No agreement is one of nothing with nothing."""
    silent = set.intersection(
        *({name for name, found in oracle.answers(day).items() if not any(found.overall.values())} for day in DAYS)
    )
    assert silent == set()
    return True


@dataclass(frozen=True)
class Small:
    """A source with what happens in all golden cases, and the batch that tells of it."""

    site: Site
    batch: CuratedManifest
    truth: dict[str, Answer]


@pytest.fixture(scope="module")
def small(line: ShortLine) -> Small:
    site = line.site("mistaken", contracts=0)
    site.execute(*policies())
    site.execute(*(statement for case in CASES for step in case.rounds for statement in step.statements))
    oracle = Oracle(site.dsn)
    oracle.install()
    oracle.observe()
    (batch,) = site.batches()
    return Small(site, batch, oracle.answers(DAYS[0]))


def test_without_a_mistake_the_golden_cases_agree(line: ShortLine, small: Small) -> None:
    assert differences(small.truth, answers_of_load(line, small.batch)) == {}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_turns_the_comparison_red(line: ShortLine, small: Small, name: str) -> None:
    mistake, measure = MISTAKES[name]
    attempt = small.batch.attempt + 1 + list(MISTAKES).index(name)
    mistaken = small.site.curated(BatchId.parse(small.batch.batch_id), attempt, mistake)
    wrong = differences(small.truth, answers_of_load(line, mistaken))
    assert measure in {each.partition(":")[0] for each in wrong}


def answers_of_load(line: ShortLine, batch: CuratedManifest) -> dict[str, Answer]:
    """What a warehouse says that holds this batch and no other."""
    warehouse = line.lab.copy()
    line.lab.load(warehouse, batch)
    found = answered(line, warehouse, DAYS[0])
    line.lab.drop(warehouse)
    return found
