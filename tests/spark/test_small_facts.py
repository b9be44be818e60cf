"""Facts and dimensions of one source table each: days, codes, and who a row is about."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from pyspark.sql import DataFrame

from emr_jobs.transforms.bridge_org_hierarchy import bridge_org_hierarchy
from emr_jobs.transforms.dim_policy_parameter import dim_policy_parameter
from emr_jobs.transforms.fact_catalogue_offer import fact_catalogue_offer
from emr_jobs.transforms.fact_incident import fact_incident
from emr_jobs.transforms.fact_rating import fact_rating
from emr_jobs.transforms.fact_security_deposit import fact_security_deposit
from gem.contracts.mart.code_lists import DIM_INCIDENT_REASON

D = Decimal
Row = dict[str, Any]
Frame = Callable[..., DataFrame]
RowsOf = Callable[[DataFrame], list[Row]]


def utc(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, minute, tzinfo=UTC)


def parameter(code: str, first: date, last: date | None, value: str, **more: Any) -> Row:
    return {"param_code": code, "effective_from": first, "effective_to": last, "num_value": D(value), **more}


def midnight(year: int, month: int = 1, day: int = 1) -> datetime:
    """The first instant of an Indian day."""
    return datetime.fromisoformat(f"{year:04d}-{month:02d}-{day:02d}T00:00:00+05:30").astimezone(UTC)


BEGINNING = datetime(1900, 1, 1, tzinfo=UTC)


def test_a_parameter_has_one_value_at_a_time_and_none_where_no_rule_was_in_force(frame: Frame, rows_of: RowsOf) -> None:
    first, second, third = date(2020, 1, 1), date(2022, 1, 1), date(2024, 1, 1)
    rows = [
        parameter("GAP", first, second, "1"),
        parameter("GAP", third, date(9999, 12, 31), "2", updated_at=utc(9)),
        # The newer of two that overlap counts while it lasts, then the older again.
        parameter("OVERLAP", first, None, "3"),
        parameter("OVERLAP", second, third, "4"),
        parameter("NEVER", second, second, "5"),
        parameter("OLD", date(1850, 1, 1), date(1880, 1, 1), "6"),
        parameter("OLD", date(1860, 1, 1), None, "7"),
        parameter("CHAIN", first, second, "8", text_value="a"),
        parameter("CHAIN", second, None, "8", text_value="a"),
    ]
    made = rows_of(dim_policy_parameter(frame("policy_parameter", *rows)))
    found: dict[str, list[tuple[datetime, Decimal | None]]] = {}
    for row in sorted(made, key=lambda row: str(row["segment_from"])):
        found.setdefault(row["param_code"], []).append((row["segment_from"], row["num_value"]))
    assert found == {
        "GAP": [(BEGINNING, None), (midnight(2020), D(1)), (midnight(2022), None), (midnight(2024), D(2))],
        "OVERLAP": [(BEGINNING, None), (midnight(2020), D(3)), (midnight(2022), D(4)), (midnight(2024), D(3))],
        "NEVER": [(BEGINNING, None)],
        "OLD": [(BEGINNING, D(7))],
        "CHAIN": [(BEGINNING, None), (midnight(2020), D(8)), (midnight(2022), D(8))],
    }
    assert {row["observed_at"] for row in made if row["param_code"] == "GAP"} == {utc(9)}


def test_every_organisation_stands_under_its_ancestors_and_itself_and_a_cycle_goes_round_once(
    frame: Frame, rows_of: RowsOf
) -> None:
    parents = {1: None, 2: 1, 3: 2, 21: 22, 22: 21, 23: 23, 24: 99}
    nodes = [{"org_id": org, "parent_org_id": parent} for org, parent in parents.items()]
    made = rows_of(bridge_org_hierarchy(frame("buyer_organisation", *nodes)))
    found = {(row["ancestor_org_id"], row["descendant_org_id"], row["depth"]) for row in made}
    chain = {(1, 2, 1), (2, 3, 1), (1, 3, 2)}
    cycle = {(21, 22, 1), (22, 21, 1)}
    assert found == {(org, org, 0) for org in parents} | chain | cycle
    assert len(made) == len(found)
    assert {row["root_id"] for row in made} == {0}


def test_an_incident_runs_from_being_raised_and_its_answer_from_the_notice(frame: Frame, rows_of: RowsOf) -> None:
    times = {
        "raised_at": utc(1, 18),
        "escalated_at": utc(2, 0, 20),
        "scn_at": utc(3, 18, 29),
        "responded_at": utc(8, 18, 30),
        "closed_at": utc(10),
    }
    rows = [
        {"incident_id": 1, "against_type": "SELLER", "against_id": 5, "reason_code": "DELAY", **times},
        {"incident_id": 2, "against_type": "BUYER", "against_id": 5, "reason_code": "METEOR", "raised_at": utc(1, 19)},
        {"incident_id": 3},
    ]
    made = {row["incident_id"]: row for row in rows_of(fact_incident(frame("incident", *rows)))}
    first = made[1]
    assert (first["hours_to_escalate"], first["hours_to_respond"]) == (D("6.33"), D("120.02"))
    # The notice at 23:59 on the 3rd and the answer at midnight of the 9th, in India.
    assert (first["days_scn_to_response"], first["days_to_close"], first["hours_to_close"]) == (6, 9, D(198))
    assert [made[n]["seller_id"] for n in (1, 2, 3)] == [5, None, None]
    delay = next(member.key for member in DIM_INCIDENT_REASON.members if member.values["incident_reason"] == "DELAY")
    assert [made[n]["incident_reason_key"] for n in (1, 2, 3)] == [delay, -1, -2]
    assert [made[n]["raised_date_key"] for n in (1, 2, 3)] == [20260101, 20260102, -1]


def test_a_rating_is_of_a_seller_or_of_a_buyer(frame: Frame, rows_of: RowsOf) -> None:
    rows = [
        {"rating_id": n, "ratee_type": of, "ratee_id": 5, "score": D("4.5"), "rated_at": utc(1)}
        for n, of in enumerate(("SELLER", "BUYER", None))
    ]
    made = sorted(rows_of(fact_rating(frame("rating", *rows))), key=lambda row: int(row["rating_id"]))
    assert [(row["seller_id"], row["org_id"]) for row in made] == [(5, None), (None, 5), (None, None)]


def test_a_deposit_is_held_for_days_in_india_and_an_unknown_status_forfeits_nothing(
    frame: Frame, rows_of: RowsOf
) -> None:
    rows = [
        {"deposit_id": 1, "status": "FORFEITED", "held_at": utc(1, 18, 29), "released_at": utc(1, 18, 30)},
        {"deposit_id": 2, "held_at": utc(1)},
    ]
    first, second = sorted(
        rows_of(fact_security_deposit(frame("security_deposit", *rows))), key=lambda row: int(row["deposit_id"])
    )
    assert (first["held_days"], first["is_forfeited"]) == (1, True)
    assert (second["held_days"], second["is_forfeited"], second["released_date_key"]) == (None, False, -1)


def test_an_offer_of_the_catalogue_has_the_category_of_its_product(frame: Frame, rows_of: RowsOf) -> None:
    offers = [{"offer_id": 1, "product_id": 3, "offer_price": D("9.99"), "valid_from": utc(1, 18, 30)}]
    (row,) = rows_of(
        fact_catalogue_offer(
            frame("catalogue_product", {"product_id": 3, "category_id": 4}, {"product_id": 5}),
            frame("catalogue_offer", *offers),
        )
    )
    assert (row["category_id"], row["starts_date_key"], row["ends_date_key"]) == (4, 20260102, -1)
