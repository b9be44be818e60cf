"""Which members a picture shows: by what they bought, whatever it shows of them; and what stands last."""

from decimal import Decimal

from gem.contracts.measures.query import NO_MINISTRY
from gem.contracts.measures.registry import MEASURE_BY_KEY
from gem.powerbi.pages import Axis, Shape, Visual
from gem.report.asking import ALL, UNKNOWN, Answer
from gem.report.charts import packed
from gem.report.ranking import MOST_MEMBERS, fixed_order, names_in_order, ranked
from gem.report.views import chart

NAMES = [f"Ministry of {letter}" for letter in "ABCDEFGHIJKLMNOPQRST"]


def answers(values: dict[str, int]) -> list[Answer]:
    return [Answer(member, ALL, ALL, Decimal(value)) for member, value in values.items()]


VALUE = answers({name: place for place, name in enumerate(NAMES)} | {NO_MINISTRY: 900, UNKNOWN: 9_000})
RATE = answers({name: -place for place, name in enumerate(NAMES)} | {NO_MINISTRY: 5, UNKNOWN: 5})
LARGEST = NAMES[::-1]


def test_the_worst_of_a_rate_is_shown_where_it_buys_much() -> None:
    members, note = ranked(Axis.MINISTRY, RATE, VALUE, is_table=False)
    assert members == [*LARGEST[:MOST_MEMBERS], NO_MINISTRY, UNKNOWN]
    assert note == "15 of 20 by net GMV"


def test_a_table_leaves_out_no_ministry_and_some_categories() -> None:
    assert ranked(Axis.MINISTRY, RATE, VALUE, is_table=True) == ([*LARGEST, NO_MINISTRY, UNKNOWN], "")
    members, note = ranked(Axis.CATEGORY, RATE, VALUE, is_table=True)
    assert members == [*LARGEST[:MOST_MEMBERS], NO_MINISTRY, UNKNOWN]
    assert note == "15 of 20 by net GMV"


def test_sizes_stand_from_the_smallest_whatever_they_bought() -> None:
    sizes = answers({"Large": 1, "Medium": 4, UNKNOWN: 9, "Micro": 3, "Small": 2})
    members, note = ranked(Axis.SIZE, sizes, sizes, is_table=False)
    assert members == ["Micro", "Small", "Medium", "Large", UNKNOWN]
    assert note == ""
    assert fixed_order(Axis.SIZE, members or ()) == ("Micro", "Small", "Medium", "Large", UNKNOWN)


def test_a_choice_of_ministry_ends_with_what_is_none() -> None:
    assert names_in_order([UNKNOWN, NO_MINISTRY, "Zeta", "Alpha"]) == ("Alpha", "Zeta", NO_MINISTRY, UNKNOWN)


def test_what_a_picture_shows_of_ministries_keeps_their_whole_names() -> None:
    visual = Visual("By ministry", Shape.BARS, ("net_gmv",), Axis.MINISTRY)
    made = packed(chart("key", visual, [(MEASURE_BY_KEY["net_gmv"], VALUE)], VALUE))
    assert "Ministry of T" in made["labels"]
    assert NO_MINISTRY in made["spec"]["transform"][-1]["calculate"], "its bar stands last, however long"
