"""The state moves forward only, whoever writes it in between."""

import pytest

from extractor_ec2.lake import StoredObject
from extractor_ec2.snapshot import Identity
from extractor_ec2.state import Backfill, Cut, ExtractorState, Held, StateStore, Window
from gem.contracts.errors import LostRaceError, TerminalError

HERE = Identity(system_identifier="7", timeline=1)


class MemoryLake:
    """One bucket in memory, with the conditional writes of S3."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}

    def uri(self, key):
        return f"s3://lake/{key}"

    def read(self, key):
        body = self.objects.get(key)
        return None if body is None else StoredObject(body, str(hash(body)))

    def create(self, key, body):
        if key in self.objects:
            raise LostRaceError(key)
        self.objects[key] = body
        return str(hash(body))

    def replace(self, key, body, etag):
        if str(hash(self.objects[key])) != etag:
            raise LostRaceError(key)
        self.objects[key] = body
        return str(hash(body))

    def first_key(self, prefix, after=""):
        return min((key for key in self.objects if key.startswith(prefix) and key > after), default=None)


@pytest.fixture
def store():
    return StateStore(MemoryLake(), "gem")


def window(seq, **values):
    return Window(position=f"{seq}:{seq}:", batch_seq=seq, **values)


def test_numbers_begin_at_one_and_are_given_once(store):
    first, held = store.reserve(store.read())
    second, _ = store.reserve(held)
    assert (str(first), str(second)) == ("gem-0000000001", "gem-0000000002")


def test_of_two_that_read_the_same_state_one_gets_the_number(store):
    one, other = store.read(), store.read()
    store.reserve(one)
    with pytest.raises(LostRaceError):
        store.reserve(other)
    one, other = store.read(), store.read()
    store.reserve(one)
    with pytest.raises(LostRaceError):
        store.reserve(other)


def test_windows_are_merged_with_what_others_wrote_and_the_newer_of_each_aggregate_stays(store):
    _, mine = store.reserve(store.read())
    _, theirs = store.reserve(store.read())
    store.advance(theirs, {"bid": window(2), "seller": window(2)})
    held = store.advance(mine, {"bid": window(1), "contract": window(1)})
    assert held == store.read()
    assert held.state.windows == {"bid": window(2), "seller": window(2), "contract": window(1)}
    assert held.state.next_batch_seq == 3


def test_a_state_belongs_to_one_database_cluster():
    state = ExtractorState(source_id="gem").belongs_to(HERE)
    assert state.identity == HERE
    assert state.belongs_to(HERE) is state
    assert state.belongs_to(None) is state
    for other in (Identity(system_identifier="8", timeline=1), Identity(system_identifier="7", timeline=2)):
        with pytest.raises(TerminalError, match="gem resync"):
            state.belongs_to(other)


def test_a_state_survives_its_json(store):
    _, held = store.reserve(Held(ExtractorState(source_id="gem", identity=HERE), None), "5:5:")
    cut = window(1, sweep_due=True, cut=Cut(after=-7, position="5:5:", every_root=True))
    half_way = Backfill(first=None, last=9, roots=(1, 2), after=4, first_seq=1)
    store.change(store.advance(held, {"bid": cut}), lambda state: state.with_backfill("bid", half_way))
    assert store.read().state == ExtractorState(
        source_id="gem",
        identity=HERE,
        next_batch_seq=2,
        snapshot="5:5:",
        windows={"bid": cut},
        backfills={"bid": half_way},
    )


def test_a_state_of_before_windows_were_cut_is_read():
    body = (
        '{"version": 1, "source_id": "gem", "identity": null, "next_batch_seq": 4, "windows":'
        ' {"bid": {"detector": "changelog", "position": "7:7:", "batch_seq": 3, "sweep_due": false}}}'
    )
    state = ExtractorState.model_validate_json(body)
    assert (state.windows["bid"].cut, state.snapshot, state.backfills) == (None, None, {})


def test_of_a_cut_window_the_newer_stays_too_whoever_cut_it(store):
    _, mine = store.reserve(store.read())
    _, theirs = store.reserve(store.read())
    finished = window(2)
    store.advance(theirs, {"bid": finished})
    store.advance(mine, {"bid": window(1, cut=Cut(after=5, position="1:1:"))})
    assert store.read().state.windows["bid"] == finished


def test_a_finished_backfill_leaves_another_one_of_the_aggregate_alone():
    mine = Backfill(first=1, last=5, after=5, first_seq=2)
    theirs = Backfill(first=1, last=9, after=3, first_seq=3)
    state = ExtractorState(source_id="gem", backfills={"bid": theirs})
    assert state.without_backfill("bid", mine, settles_sweep=False).backfills == {"bid": theirs}
    assert state.without_backfill("bid", theirs, settles_sweep=False).backfills == {}
