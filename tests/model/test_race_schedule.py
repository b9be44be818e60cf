"""The scheduler of the races: it leaves out no order that could show anything, and no state in between."""

from collections.abc import Callable, Mapping
from math import comb

from tests.model.race_schedule import Runner, Step, every_schedule, interrupted_schedules

SHARED = Step("shared", writes=frozenset({"it"}))


def own(name: str) -> Step:
    return Step("own", writes=frozenset({name}))


class Counting:
    """Two programs of so many steps, and every state (steps done by each) that was checked."""

    def __init__(self, step_of: Callable[[str], Step], length: int, seen: set[tuple[int, int]]) -> None:
        self._seen = seen
        self._done = {"A": 0, "B": 0}
        self._runners = {name: Runner(name, lambda me: self._program(me, step_of, length)) for name in "AB"}
        for runner in self._runners.values():
            runner.start()
            runner.await_stop()
            runner.go()

    def _program(self, me: Runner, step_of: Callable[[str], Step], length: int) -> None:
        for _ in range(length):
            me.before(step_of(me.name))
            self._done[me.name] += 1

    def next_steps(self) -> Mapping[str, Step]:
        return {name: runner.next_step for name, runner in self._runners.items() if runner.next_step is not None}

    def take(self, name: str) -> None:
        self._runners[name].go()

    def check(self) -> None:
        self._seen.add((self._done["A"], self._done["B"]))

    def end(self) -> None:
        for runner in self._runners.values():
            if runner.is_alive():
                runner.kill()


def test_of_steps_that_all_meet_every_interleaving_is_run() -> None:
    seen: set[tuple[int, int]] = set()
    found = list(every_schedule(lambda: Counting(lambda _: SHARED, 5, seen)))
    # Half of the 252: in the others the same programs have changed their names.
    assert len(set(found)) == len(found) == comb(10, 5) // 2
    assert len(seen) == 6 * 6 - 1 - 5


def test_of_steps_that_never_meet_one_order_runs_to_its_end_and_every_state_is_come_through() -> None:
    seen: set[tuple[int, int]] = set()
    found = list(every_schedule(lambda: Counting(own, 4, seen)))
    assert [len(one) for one in found].count(8) == 1
    assert seen == {(a, b) for a in range(1, 5) for b in range(5)}


def test_with_one_interruption_the_other_comes_in_at_every_place() -> None:
    found = set(interrupted_schedules(lambda: Counting(lambda _: SHARED, 3, set()), 1))
    assert {"".join(name for name, _ in one) for one in found} == {"AAABBB", "ABBBAA", "AABBBA"}
