"""Every order in which programs that stop before each shared step can take these steps, one representative a trace.

Two steps that touch nothing in common may be swapped without anybody seeing it. Sleep sets (Godefroid 1996) leave out
the orders that differ from an explored one by such swaps only; every state between two steps is still come through.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

WAIT_SECONDS = 60
Schedule = tuple[tuple[str, str], ...]
"""Who took which step, in order."""


@dataclass(frozen=True)
class Step:
    """What a program is about to do, and which shared things it reads or writes thereby."""

    name: str
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()

    def is_independent_of(self, other: "Step") -> bool:
        """Whether the two may be swapped."""
        return not (self.writes & (other.writes | other.reads) or self.reads & other.writes)


class Killed(BaseException):
    """The process ends here."""


class Runner(threading.Thread):
    """A program that waits before each step until it is told to go on; one runs at a time."""

    def __init__(self, name: str, program: Callable[["Runner"], Any]) -> None:
        super().__init__(name=name, daemon=True)
        self._program = program
        self._told = threading.Semaphore(0)
        self._stopped = threading.Semaphore(0)
        self._is_killed = False
        self.next_step: Step | None = None
        self.error: BaseException | None = None

    def run(self) -> None:
        """The program from its first step to its end."""
        try:
            self.before(Step("begin"))
            self._program(self)
        except Killed:
            pass
        except BaseException as error:
            self.error = error
        self.next_step = None
        self._stopped.release()

    def before(self, step: Step) -> None:
        """Called by the program: waits until the schedule lets it take the step."""
        if self._is_killed:
            raise Killed
        self.next_step = step
        self._stopped.release()
        self._told.acquire()
        if self._is_killed:
            raise Killed

    def go(self) -> None:
        """Lets the program take its step, and returns when it stands before the next or has ended."""
        self._told.release()
        self.await_stop()

    def await_stop(self) -> None:
        if not self._stopped.acquire(timeout=WAIT_SECONDS):
            raise AssertionError(f"{self.name} neither comes to a step nor ends")

    def kill(self) -> None:
        """Ends the program where it stands."""
        self._is_killed = True
        self._told.release()
        self.join(WAIT_SECONDS)


class Race(Protocol):
    """One execution, to be driven step by step."""

    def next_steps(self) -> Mapping[str, Step]:
        """The next step of each program that has not ended."""

    def take(self, name: str) -> None:
        """Lets that program take its step."""

    def check(self) -> None:
        """Looks at the state after a step that no schedule before has come through."""

    def end(self) -> None:
        """Ends what still runs and looks at the result."""


@dataclass(frozen=True)
class _Node:
    """A choice: the steps that could be taken, those that need not be (`asleep`), and the one that was."""

    steps: Mapping[str, Step]
    asleep: frozenset[str]
    chosen: str

    @property
    def asleep_below(self) -> frozenset[str]:
        return frozenset(name for name in self.asleep if self.steps[name].is_independent_of(self.steps[self.chosen]))

    def next_choice(self) -> "_Node | None":
        return _node(self.steps, self.asleep | {self.chosen})


def _node(steps: Mapping[str, Step], asleep: frozenset[str]) -> "_Node | None":
    awake = [name for name in steps if name not in asleep]
    return _Node(steps, asleep, awake[0]) if awake else None


def every_schedule(begin: Callable[[], Race]) -> Iterator[Schedule]:
    """Runs the race in every order that matters, each from its beginning; yields who took which step.

    The programs are alike, so the first step is always that of the first: the other orders are these with other names.
    """
    trail: list[_Node] = []
    while True:
        race = begin()
        _run(race, trail)
        race.end()
        yield tuple((node.chosen, node.steps[node.chosen].name) for node in trail)
        changed = None
        while changed is None:
            node = trail.pop()
            if not trail:
                return
            changed = node.next_choice()
        trail.append(changed)


def _run(race: Race, trail: list[_Node]) -> None:
    """Repeats the choices of the trail, of which the last is new, and goes on with the first choice at each node."""
    for node in trail:
        assert race.next_steps() == node.steps, "the same choices led elsewhere: a step is not under control"
        race.take(node.chosen)
    if trail:
        race.check()
    while node := _node(race.next_steps(), trail[-1].asleep_below if trail else frozenset()):
        trail.append(node)
        race.take(node.chosen)
        race.check()


def interrupted_schedules(begin: Callable[[], Race], interruptions: int) -> Iterator[Schedule]:
    """Runs the race in every order in which a program is made to wait that many times at most.

    Where a program ends the other goes on, which is no interruption.
    """
    waiting: list[tuple[int, ...]] = [()]
    while waiting:
        switches = waiting.pop()
        race, schedule = begin(), []
        first_new = switches[-1] if switches else 0
        name = next(iter(race.next_steps()))
        while steps := race.next_steps():
            at = len(schedule)
            others = [other for other in steps if other != name]
            if at in switches or name not in steps:
                [name] = others
            elif others and at > first_new and len(switches) < interruptions:
                waiting.append((*switches, at))
            schedule.append((name, steps[name].name))
            race.take(name)
            if at >= first_new:
                race.check()
        race.end()
        yield tuple(schedule)
