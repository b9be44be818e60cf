"""Which buckets a quick look at the last hours asks for, by what the change log of the source says."""

import pytest

from gem.quick import quickly
from gem.reconcile import comparisons

Buckets = list[tuple[str | None]]


def asked_for(logged: Buckets, since_hours: int | None = 2, table: str = "fact_bid") -> tuple[str, ...] | None:
    return quickly(comparisons("gem")[table], lambda _: logged, "gem", since_hours).only


def test_only_the_buckets_of_roots_that_changed_are_asked_for() -> None:
    assert asked_for([("7",), ("12",)]) == ("12", "7")
    assert asked_for([]) == (), "nothing changed"


def test_where_any_root_may_have_changed_all_are_asked_for() -> None:
    assert asked_for([("7",), (None,)]) is None


@pytest.mark.parametrize(("hours", "table"), [(None, "fact_bid"), (2, "dim_seller")])
def test_without_hours_and_of_dimensions_all_are_asked_for(hours: int | None, table: str) -> None:
    assert asked_for([("7",)], hours, table) is None
