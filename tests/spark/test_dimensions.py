"""dim_state, dim_category and dim_buyer_org: names and the paths of their trees."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from pyspark.sql import DataFrame

from emr_jobs.transforms.dim_buyer_org import dim_buyer_org
from emr_jobs.transforms.dim_category import dim_category
from emr_jobs.transforms.dim_state import dim_state

Row = dict[str, Any]
Frame = Callable[..., DataFrame]
RowsOf = Callable[[DataFrame], list[Row]]
OLD, NEW = datetime(2025, 1, 1, tzinfo=UTC), datetime(2025, 6, 1, tzinfo=UTC)


def node(org_id: int, parent: int | None, level: str, name: str = "", updated_at: datetime = OLD) -> Row:
    return {"org_id": org_id, "parent_org_id": parent, "level": level, "name": name, "updated_at": updated_at}


ORGANISATIONS = [
    node(1, None, "MINISTRY", "रक्षा मंत्रालय", NEW),
    node(2, 1, "DEPARTMENT", "Defence"),
    node(3, 2, "ORGANISATION", "Army"),
    node(4, 3, "OFFICE", "Depot"),
    # A level that stands twice.
    node(11, None, "DEPARTMENT", "Upper"),
    node(12, 11, "DEPARTMENT", "Lower"),
    node(13, 12, "OFFICE"),
    # A cycle of two, one of one, and a parent that is not there.
    node(21, 22, "OFFICE"),
    node(22, 21, "DEPARTMENT"),
    node(23, 23, "OFFICE"),
    node(24, 99, "OFFICE"),
    # Nine deep.
    node(31, None, "MINISTRY"),
    *(node(n, n - 1, "OFFICE") for n in range(32, 40)),
]


@pytest.fixture(scope="module")
def organisations(frame: Frame, rows_of: RowsOf) -> dict[int, Row]:
    made = rows_of(dim_buyer_org(frame("buyer_organisation", *ORGANISATIONS)))
    assert len(made) == len(ORGANISATIONS)
    return {row["org_id"]: row for row in made}


def test_a_union_territory_is_told_from_a_state_and_an_unknown_type_from_both(frame: Frame, rows_of: RowsOf) -> None:
    delhi = {"state_code": "07", "name": "Delhi", "type": "UT"}
    assam = {"state_code": "18", "name": "असम", "type": "STATE"}
    rows = {
        row["state_code"]: row for row in rows_of(dim_state(frame("state_ref", delhi, assam, {"state_code": "97"})))
    }
    assert [rows[code]["is_union_territory"] for code in ("07", "18", "97")] == [True, False, None]
    assert rows["18"]["state_name"] == "असम"


def test_a_category_names_each_level_of_its_path(frame: Frame, rows_of: RowsOf) -> None:
    categories = [
        {"category_id": 1, "name": "Office", "level": 1, "updated_at": OLD},
        {"category_id": 2, "parent_category_id": 1, "name": "Paper", "level": 2, "updated_at": NEW},
        {"category_id": 3, "parent_category_id": 2, "name": "A4", "level": 3, "updated_at": OLD},
        # Levels that nobody declared follow from the place in the path.
        {"category_id": 4, "name": "Top"},
        {"category_id": 5, "parent_category_id": 4, "name": "Sub"},
    ]
    rows = {row["category_id"]: row for row in rows_of(dim_category(frame("category", *categories)))}
    assert {key: (row["level1_name"], row["level2_name"], row["level3_name"]) for key, row in rows.items()} == {
        1: ("Office", None, None),
        2: ("Office", "Paper", None),
        3: ("Office", "Paper", "A4"),
        4: ("Top", None, None),
        5: ("Top", "Sub", None),
    }
    assert [rows[key]["observed_at"] for key in (1, 2, 3)] == [OLD, NEW, NEW]
    assert rows[5]["level"] is None
    assert rows[1]["segment_from"] == datetime(1900, 1, 1, tzinfo=UTC)


def test_an_office_knows_its_ministry_department_and_organisation(organisations: dict[int, Row]) -> None:
    office, department = organisations[4], organisations[2]
    assert (office["ministry_id"], office["ministry_name"]) == (1, "रक्षा मंत्रालय")
    assert [office[f"{level}_id"] for level in ("department", "organisation", "office")] == [2, 3, 4]
    assert (department["department_id"], department["organisation_id"], department["office_name"]) == (2, None, None)


def test_a_renamed_ministry_is_new_content_for_its_offices(organisations: dict[int, Row]) -> None:
    assert organisations[4]["observed_at"] == NEW
    assert organisations[13]["observed_at"] == OLD


def test_a_level_that_stands_twice_gives_the_nearest(organisations: dict[int, Row]) -> None:
    assert [organisations[key]["department_id"] for key in (11, 12, 13)] == [11, 12, 12]


def test_a_cycle_or_a_missing_parent_ends_the_walk(organisations: dict[int, Row]) -> None:
    found = {key: (organisations[key]["office_id"], organisations[key]["department_id"]) for key in range(21, 25)}
    assert found == {21: (21, 22), 22: (21, 22), 23: (23, None), 24: (24, None)}


def test_a_tree_of_nine_levels_is_still_walked_to_its_ministry(organisations: dict[int, Row]) -> None:
    assert organisations[39]["ministry_id"] == 31
