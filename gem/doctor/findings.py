"""What a check finds, and how checks are run so that one that may not look does not hide the others."""

from collections.abc import Callable, Iterator
from enum import StrEnum

from gem.contracts.errors import GemError
from gem.contracts.frozen import Frozen


class Verdict(StrEnum):
    """How it stands."""

    OK = "ok"
    PROBLEM = "problem"
    UNKNOWN = "unknown"
    """It could not be looked at."""


class Finding(Frozen):
    """One thing that was looked at; `advice` says what to do where it is not in order."""

    check: str
    subject: str
    verdict: Verdict
    said: str
    advice: str = ""


Check = Callable[[], Iterator[Finding]]


def ok(check: str, subject: str, said: str) -> Finding:
    """It is as it should be."""
    return Finding(check=check, subject=subject, verdict=Verdict.OK, said=said)


def problem(check: str, subject: str, said: str, advice: str) -> Finding:
    """It is not, and this mends it."""
    return Finding(check=check, subject=subject, verdict=Verdict.PROBLEM, said=said, advice=advice)


def examined(check: str, subject: str, faults: dict[str, str], fine: str) -> Iterator[Finding]:
    """A problem for each fault (what is so → what to do); in order where there is none."""
    for said, advice in faults.items():
        yield problem(check, subject, said, advice)
    if not faults:
        yield ok(check, subject, fine)


def run(name: str, check: Check) -> Iterator[Finding]:
    """What the check finds; where AWS or a database does not let it look on, that it could not."""
    try:
        yield from check()
    except GemError as error:
        advice = "look with an identity that may, and from where it can be reached (docs/deployment.md)"
        yield Finding(check=name, subject=name, verdict=Verdict.UNKNOWN, said=str(error), advice=advice)
