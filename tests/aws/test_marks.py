"""How far a low-water mark may go: the load log against a real ledger and a real lake of a moto server."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gem.contracts.errors import TerminalError
from gem.contracts.keys import BatchId, RawPartKey
from gem.contracts.states import Mover, State
from gem.operations.marks import SourceMark, source_marks
from gem.warehouse.mark import NO_MARK, Progress
from tests.aws.aws_events import LAKE
from tests.aws.conftest import Aws

LOADED = (1, 2, 4, 6, 7)
"""3 and 5 are in no load log; 7 was loaded only now."""
PROGRESS = Progress("gem", NO_MARK, {seq: seq != 7 for seq in LOADED})


def found(aws: Aws, *given_up: str, progress: Progress = PROGRESS) -> SourceMark:
    (one,) = source_marks([progress], aws.ledger, aws.client("s3"), LAKE, given_up)
    return one


def put_loaded(aws: Aws, *seqs: int) -> None:
    """Raw batches whose ledger record says LOADED."""
    for seq in seqs:
        aws.put_raw(BatchId("gem", seq))
        record = aws.ledger.create(BatchId("gem", seq), State.EXTRACTED, Mover.ON_RAW_MANIFEST)
        record = aws.ledger.move(record, State.SUBMITTED, Mover.ON_RAW_MANIFEST)
        record = aws.ledger.move(record, State.CURATED, Mover.ON_STEP_COMPLETED)
        aws.ledger.move(record, State.LOADED, Mover.ON_STEP_COMPLETED)


@pytest.fixture
def lake(aws: Aws) -> Aws:
    put_loaded(aws, *LOADED)
    return aws


def test_a_mark_passes_numbers_that_nobody_knows_and_stops_before_what_was_loaded_just_now(lake: Aws) -> None:
    assert found(lake) == SourceMark(source_id="gem", mark=NO_MARK, reaches=6, held_by="")


def test_parts_of_an_extractor_that_died_are_a_gap(lake: Aws) -> None:
    lake.put(str(RawPartKey(BatchId("gem", 3), "contract", 0)), b"PAR1 rows")
    lake.put("raw/gem/something else/file", b"")
    assert found(lake).reaches == 6


def test_a_batch_whose_event_was_lost_holds_the_mark(lake: Aws) -> None:
    lake.put_raw(BatchId("gem", 5))
    assert (found(lake).reaches, found(lake).held_by) == (
        4,
        "gem-0000000005: in the lake, and not in the warehouse",
    )


def test_a_loaded_batch_that_a_restored_warehouse_lacks_holds_the_mark(lake: Aws) -> None:
    put_loaded(lake, 3)
    assert found(lake).reaches == 2


@pytest.mark.parametrize("state", [State.EXTRACTED, State.FAILED])
def test_a_batch_that_waits_holds_the_mark_until_it_is_given_up(lake: Aws, state: State) -> None:
    lake.ledger.create(BatchId("gem", 3), state, Mover.ON_RAW_MANIFEST, error="the part is gone")
    one = found(lake)
    assert (one.reaches, one.held_by.split(" since ")[0]) == (2, f"gem-0000000003: {state}")
    assert found(lake, "gem-0000000003").reaches == 6


def test_a_loaded_batch_that_is_curated_again_holds_the_mark(lake: Aws) -> None:
    record = lake.ledger.get(BatchId("gem", 2))
    assert record
    lake.ledger.move(record, State.EXTRACTED, Mover.OPERATOR, note="replay --recurate")
    assert found(lake).reaches == 1


def test_what_is_below_the_mark_and_of_other_sources_holds_nothing(lake: Aws) -> None:
    for batch_id in (BatchId("gem", 1), BatchId("gem", 2)):
        record = lake.ledger.get(batch_id)
        assert record
        lake.ledger.move(record, State.EXTRACTED, Mover.OPERATOR)
    lake.ledger.create(BatchId("dropped", 3), State.FAILED, Mover.ON_RAW_MANIFEST)
    assert found(lake, progress=Progress("gem", 2, {4: True, 6: True, 7: False})).reaches == 6


def test_a_batch_that_holds_nothing_cannot_be_given_up(lake: Aws) -> None:
    lake.ledger.create(BatchId("gem", 3), State.FAILED, Mover.ON_RAW_MANIFEST)
    with pytest.raises(TerminalError, match=r"gem-0000000004: no mark is held by it; held are \['gem-0000000003'\]"):
        found(lake, "gem-0000000003", "gem-0000000004")


SEQS = st.integers(0, 12)


@given(
    loaded=st.dictionaries(SEQS, st.booleans()),
    waiting=st.sets(SEQS),
    mark=st.integers(NO_MARK, 5),
)
def test_a_mark_never_goes_back_and_passes_only_what_is_over(loaded: Any, waiting: set[int], mark: int) -> None:
    above = {seq: is_over for seq, is_over in loaded.items() if seq > mark}
    reached = Progress("gem", mark, above).reaches({seq for seq in waiting if seq > mark})
    assert reached >= mark
    passed = range(mark + 1, reached + 1)
    assert not [seq for seq in passed if seq in waiting or not above.get(seq, True)]
    assert reached == mark or above[reached]
    # Nor does it stop too early: one batch more would be a wrong one.
    further = min((seq for seq in above if seq > reached), default=None)
    if further is not None:
        between = range(reached + 1, further + 1)
        assert [seq for seq in between if seq in waiting or not above.get(seq, True)]
