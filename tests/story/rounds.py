"""Histories of a source: drawn by hypothesis, lived through by a real source, and loaded in an order of their own."""

import itertools
import random
from dataclasses import dataclass
from typing import Any

import psycopg2
from hypothesis import strategies as st

from gem.contracts.keys import BatchId
from gem.contracts.manifest import CuratedManifest
from local_aws.source.evolve import evolve
from tests.model.lab import Lab
from tests.story import history as past
from tests.story.short_line import ShortLine, Site
from tests.story.truth import SAME

TRUTH = {**SAME, **past.HISTORY}
NOTHING, LITTLE, SOME, MASS = 0.0, 0.02, 0.06, 0.4
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Round:
    """One round of change."""

    seed: int
    share: float


@dataclass(frozen=True)
class History:
    """All that is random about a run: what is printed of it is enough to repeat it."""

    source_seed: int
    contracts: int
    rounds: tuple[Round, ...]
    max_rows: int
    """Rows of one batch: more are cut. The tables that travel whole have two thousand, and are never cut."""
    replayed: int
    """Which batch is curated a second time; counted from 0, round and round."""
    order_seed: int
    """The order of the loads, which of them come twice, and which together."""


SEEDS = st.integers(1, 10**9)
SHARES = st.sampled_from((SOME, LITTLE, MASS, NOTHING))
HISTORIES = st.builds(
    History,
    source_seed=SEEDS,
    contracts=st.integers(60, 160),
    rounds=st.lists(st.builds(Round, seed=SEEDS, share=SHARES), min_size=5, max_size=5).map(tuple),
    max_rows=st.sampled_from((100_000, 3_000)),
    replayed=st.integers(0, 5),
    order_seed=SEEDS,
    # The simplest of all is the first that hypothesis tries; it would be the same in every run.
).filter(lambda drawn: drawn.order_seed > 1)


@dataclass(frozen=True)
class Lived:
    """A source after its rounds, the truth about it, and the batches that tell of them."""

    site: Site
    batches: list[CuratedManifest]
    again: CuratedManifest
    """A second attempt of one of the batches."""
    truth: dict[str, list[tuple[Any, ...]]]
    gone: dict[str, set[str]]
    """The keys of each dimension's members that were deleted at the source."""


def live(line: ShortLine, drawn: History) -> Lived:
    """Lets a new source live through the history; every round ends with an extraction."""
    site = line.site(f"rounds_{next(_numbers)}", drawn.contracts, drawn.source_seed)
    limit = ("--max-rows", str(drawn.max_rows))
    site.execute(*past.CREATE, *past.remember(0))
    batches = site.batches(*limit)
    for number, each in enumerate(drawn.rounds, start=1):
        _change(site, each)
        site.execute(*past.remember(number))
        batches += site.batches(*limit)
    assert site.batches() == [], "what has not changed was extracted"
    replayed = batches[drawn.replayed % len(batches)]
    again = site.curated(BatchId.parse(replayed.batch_id), replayed.attempt + 1)
    truth = {name: site.fetch(TRUTH[name][0]) for name in TRUTH}
    return Lived(site, batches, again, truth, {name: _gone(site, name) for name in past.MEMBERS})


def _change(site: Site, each: Round) -> None:
    connection = psycopg2.connect(site.dsn)
    with connection:
        evolve(connection, each.seed, each.share, lambda _: None)
    connection.close()


DIMENSION_OF = {name: name for name in past.MEMBERS} | {
    "versions of sellers": "dim_seller",
    "versions of limits": "dim_policy_parameter",
}
"""Tables whose truth is what stands at the source now, while the warehouse keeps the members that are gone (ADR 10)."""


def _gone(site: Site, dimension: str) -> set[str]:
    return {row[0] for row in site.fetch(past.gone(dimension))}


def load_in_random_order(lab: Lab, database: str, lived: Lived, seed: int) -> list[list[tuple[int, int]]]:
    """Loads every batch once and some twice, sometimes several in a transaction; (seq, attempt) as they were loaded."""
    draw = random.Random(seed)
    queue = [*lived.batches, *draw.sample(lived.batches, min(2, len(lived.batches))), lived.again]
    draw.shuffle(queue)
    loads = []
    while queue:
        together = [queue.pop() for _ in range(min(len(queue), draw.choice((1, 1, 2))))]
        reports = lab.load(database, *together)
        assert {report.outcome for report in reports} <= {"loaded", "already_loaded", "superseded"}, [
            r.error for r in reports
        ]
        loads.append([(batch.batch_seq, batch.attempt) for batch in together])
    return loads
