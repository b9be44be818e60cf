"""Which members of an axis are shown, and in which order; pure."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from gem.contracts.measures.query import NO_MINISTRY
from gem.powerbi.pages import Axis
from gem.report.asking import ALL, UNKNOWN, Answer

MOST_MEMBERS = 15
"""Members of an axis that a picture shows: those with most net GMV of all years, whatever it shows of them."""
SIZES = ("Micro", "Small", "Medium", "Large")
LAST = (NO_MINISTRY, UNKNOWN)
"""What is no member among others stands behind them, however large it is."""


def ranked(
    axis: Axis | None, answers: Iterable[Answer], by_value: Sequence[Answer], *, is_table: bool
) -> tuple[list[str] | None, str]:
    """The members to show, None where the axis has no ranking, and a note where there are more.

    By net GMV: by what is shown itself, the worst of a rate would be left out. A table leaves out no ministry, and
    nothing leaves out what stands last.
    """
    if axis is None:
        return None, ""
    values = {each.member: each.value or Decimal(0) for each in by_value if (each.year, each.ministry) == (ALL, ALL)}
    found = {each.member for each in answers if (each.year, each.ministry) == (ALL, ALL)}
    ordered = sorted(found, key=lambda member: _rank(axis, member, values))
    last = [member for member in ordered if member in LAST]
    others = [member for member in ordered if member not in LAST]
    if len(others) <= MOST_MEMBERS or (is_table and axis is Axis.MINISTRY):
        return ordered, ""
    return others[:MOST_MEMBERS] + last, f"{MOST_MEMBERS} of {len(others)} by net GMV"


def fixed_order(axis: Axis | None, members: Sequence[str]) -> tuple[str, ...]:
    """Members that keep their place in a picture that else orders by its figures."""
    return tuple(each for each in members if each in LAST or (axis is Axis.SIZE and each in SIZES))


def names_in_order(names: Iterable[str]) -> tuple[str, ...]:
    """By the alphabet, what is no member among others behind."""
    return tuple(sorted(names, key=lambda name: (_last(name), name)))


def _rank(axis: Axis, member: str, values: Mapping[str, Decimal]) -> tuple[int, int, Decimal, str]:
    size = SIZES.index(member) if axis is Axis.SIZE and member in SIZES else 0
    return _last(member), size, -values.get(member, Decimal(0)), member


def _last(name: str) -> int:
    return LAST.index(name) + 1 if name in LAST else 0
