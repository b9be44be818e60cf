"""Measures answered on the front: of nothing, and of hand-made rows with figures that were computed by hand."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from typer.testing import CliRunner

import gem.cli_measures
from gem.contracts.measures.registry import MEASURE_BY_KEY, MEASURES
from gem.warehouse.connection import execute
from gem.warehouse.scripts import statements
from gem.warehouse.templates.measures import measure_files
from tests.warehouse.mart_rows import policy
from tests.warehouse.measured_rows import CHAIRS, WOMAN, order, put_all

DATABASE = "measured"
DAY = date(2026, 3, 31)
FIGURES: dict[str, str | None] = {
    # 3 x 40,000 + 50,000.01 + 50,000 + 1,000,000 + 100,000 + 200,000 (cancelled) + 900,000
    "gross_gmv": "2420000.01",
    # without the 200,000, and 900,000 of the 1,000,000
    "net_gmv": "2120000.01",
    "orders": "8",
    "average_order_value": "265000.00",
    # 1,220,000.01 of 2025-26 against 900,000
    "gmv_growth": "0.355556",
    "daily_average_gmv": "3342.47",
    "services_share": "0.424528",
    "central_share": "0.929245",
    "procurement_by_buyer_state": "150000.00",
    "procurement_by_consignee_state": "2120000.01",
    "procurement_by_seller_state": "2120000.01",
    "active_buyers": "2",
    "active_sellers": "3",
    # the woman's 980,000 and the trader's 140,000
    "mse_share": "0.528302",
    "ppp_mse_share": "0.462264",
    "mse_share_of_orders": "0.625000",
    "scst_mse_share": "0.462264",
    "women_mse_share": "0.462264",
    "startup_share": "0.462264",
    # 980,000 less 20 % of 900,000 and 25 % of 1,070,000.01, of 1,970,000.01
    "mandate_gap_mse": "0.270305",
    "mandate_gap_scst": "0.457462",
    "mandate_gap_women": None,
    "mandate_shortfall_mse": "0.00",
    "mandate_shortfall_scst": "0.00",
    "mandate_shortfall_women": None,
    "class_1_local_share": "0.065574",
    # 40,000 and twice 900,000 go from one state to another
    "interstate_share": "0.867925",
    "seller_activation": "0.500000",
    "bidders_per_bid": "2.000000",
    "qualified_bidders_per_bid": "1.500000",
    "single_bid_rate": "0.500000",
    "mse_participation": "0.250000",
    "win_rate": "0.500000",
    "bid_to_award_days": "25.00",
    "bid_to_award_days_p90": "29.00",
    "bid_cancellation_rate": "0.333333",
    "savings_vs_estimate": "0.066667",
    "ra_reduction": "0.100000",
    "discount_to_mrp": "0.300000",
    "savings_vs_median_offer": "0.166667",
    "l1_l2_gap": "0.100000",
    "mse_price_match_awards": "1.000000",
    "acceptance_rate": "0.800000",
    "cancellation_rate": "0.082645",
    "cancellation_rate_buyer": "0.082645",
    "cancellation_rate_seller": "0.000000",
    "cancellation_rate_system": "0.000000",
    # one in time, two 5 and 10 days late, one not delivered; what is due on 15 April is not due yet
    "on_time_delivery": "0.250000",
    "delay_days": "7.50",
    "delay_days_p90": "9.50",
    "rejection_rate": "0.050000",
    "crac_in_time": "0.500000",
    "auto_crac_share": "0.500000",
    "time_to_payment": "10.50",
    "time_to_payment_p90": "10.90",
    # 40,000 of 130,000.50
    "paid_in_time": "0.307691",
    "overdue_payable": "60000.50",
    "overdue_payable_to_30": "0.00",
    "overdue_payable_31_to_60": "60000.50",
    "overdue_payable_61_to_90": "0.00",
    "overdue_payable_over_90": "0.00",
    # 30,000 for a day: 10.00; 60,000.50 for 48 days: 960.008
    "penal_interest": "970.01",
    "order_to_cash_days": "35.50",
    "ld_rate": "0.006250",
    "incidents_per_1000_orders": "250.000000",
    "incident_closure_days": "7.00",
    "notices_answered_in_time": "0.500000",
    "gmv_at_risk": "950000.01",
    # 0.15 x 2/3 + 0.15 x 1/2 + 0.30 x 1/2 + 0.40 x 40,000 / 130,000.50
    "buyer_score": "0.448076",
    "seller_rating": "2.888889",
    "split_orders": "3",
    "split_order_value": "120000.00",
    # 50,000.01 directly, and the comparison of two makers; cars have no limit
    "threshold_breaches": "2",
    "threshold_breach_value": "150000.01",
    "deposits_outstanding": "3000.00",
    "forfeiture_rate": "0.200000",
    "platform_revenue": "100.00",
    "expected_charges": "0.00",
    "charge_leakage": "-100.00",
    "data_age_hours": None,
    "contracts": "9",
    "order_lines": "9",
    "rate_contracts": "0",
    "bids": "3",
    "participations": "4",
    "awards": "2",
}
"""hhi is asked by category."""


@pytest.fixture
def empty(migrated: Any) -> Iterator[Any]:
    yield migrated
    migrated.rollback()


@pytest.fixture
def filled(migrated: Any) -> Iterator[Any]:
    """The rows stand in a transaction that is rolled back."""
    put_all(migrated)
    yield migrated
    migrated.rollback()


def asked(connection: Any, key: str, *group_by: str, day: date = DAY) -> Any:
    """The figure, or by what it is grouped by the figures."""
    rows = execute(connection, MEASURE_BY_KEY[key].sql(*group_by, as_of=day))
    return {tuple(groups): figure(value) for *groups, value in rows} if group_by else figure(rows[0][0])


def figure(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def test_every_measure_answers_an_empty_warehouse_with_nothing(empty: Any) -> None:
    for measure in MEASURES:
        [[value]] = execute(empty, measure.sql(as_of=DAY))
        assert value == (0 if measure.adds_up else None), measure.key


def test_every_measure_is_the_figure_computed_by_hand(filled: Any) -> None:
    shown = {measure.key: asked(filled, measure.key) for measure in MEASURES if measure.key != "hhi"}
    expected = {key: figure(value) for key, value in FIGURES.items()}
    assert {key: value for key, value in shown.items() if value != expected[key]} == {}
    assert shown.keys() == expected.keys()


def test_a_ratio_is_its_numerator_by_its_denominator(filled: Any) -> None:
    for measure in MEASURES:
        if measure.denominator is None or measure.expression or measure.shown_where:
            continue
        [[above, below]] = execute(filled, measure.parts_sql(as_of=DAY))
        [[value]] = execute(filled, measure.sql(as_of=DAY))
        ratio = None if not below or above is None else round(Decimal(above) / Decimal(below), measure.unit.digits)
        assert value == ratio, measure.key


def test_figures_by_financial_year_ministry_and_category(filled: Any) -> None:
    by_year = {("2024-25",): Decimal("900000.00"), ("2025-26",): Decimal("1220000.01")}
    assert asked(filled, "net_gmv", "contract_date.financial_year") == by_year
    by_ministry = {("Railways",): Decimal("1970000.01"), (None,): Decimal("150000.00")}
    assert asked(filled, "net_gmv", "buyer_org.ministry_name") == by_ministry
    assert asked(filled, "mse_share", "category.category_name") == {
        ("Category 31",): Decimal("0.000000"),
        ("Category 32",): Decimal("1.000000"),
        ("Category 33",): Decimal("0.687500"),
    }
    assert asked(filled, "mandate_shortfall_mse", "buyer_org.ministry_name", "contract_date.financial_year") == {
        ("Railways", "2024-25"): Decimal("0.00"),
        ("Railways", "2025-26"): Decimal("187500.00"),
    }
    assert asked(filled, "seller_rating", "seller.seller_name") == {("Seller 21",): Decimal(4), ("Seller 22",): None}
    assert asked(filled, "platform_revenue", "f.financial_year")["2025-26",] == 100


def test_concentration_is_by_category_and_of_sums_by_seller(filled: Any) -> None:
    """80,000, 140,000 and 100,000.01 of 320,000.01; one seller alone is 10,000."""
    assert asked(filled, "hhi", "category.category_name") == {
        ("Category 31",): Decimal("10000.00"),
        ("Category 32",): Decimal("10000.00"),
        ("Category 33",): Decimal("3515.62"),
    }


def test_what_is_unknown_of_every_row_is_unknown(filled: Any) -> None:
    by_seller = asked(filled, "mse_share_of_orders", "seller.seller_name")
    assert by_seller == {("Seller 21",): 1, ("Seller 22",): 1, ("Seller 23",): 0}
    assert asked(filled, "mse_participation", "seller.seller_name")["Seller 24",] is None


@pytest.mark.parametrize(
    ("key", "day", "expected"),
    [
        # 80,000 up to 3 May against 900,000 of 1 May of the year before
        ("gmv_growth", date(2025, 5, 3), "-0.911111"),
        ("daily_average_gmv", date(2025, 5, 3), "2424.24"),
        ("overdue_payable", date(2026, 2, 11), "0.00"),
        ("overdue_payable", date(2026, 2, 12), "60000.50"),
        ("overdue_payable_to_30", date(2026, 2, 12), "60000.50"),
        ("overdue_payable", date(2026, 1, 12), "0.00"),
        ("penal_interest", date(2026, 1, 11), "0.00"),
        ("penal_interest", date(2026, 1, 12), "10.00"),
        ("deposits_outstanding", date(2025, 4, 15), "3500.00"),
        ("seller_activation", date(2025, 3, 29), None),
        ("on_time_delivery", date(2025, 5, 25), "0.333333"),
        ("crac_in_time", date(2025, 5, 30), "1.000000"),
        ("crac_in_time", date(2025, 5, 29), None),
    ],
)
def test_a_measure_as_of_another_day(filled: Any, key: str, day: date, expected: str | None) -> None:
    assert asked(filled, key, day=day) == figure(expected)


def test_charges_reach_the_milestone_and_follow_the_slabs(filled: Any) -> None:
    """Golden case (d): 19.9 lakh, then 12 lakh that cross 20 lakh, then one of each slab."""
    new = 25
    order(filled, 21, "2025-05-01", new, "1990000.00")
    assert asked(filled, "expected_charges") == 0
    order(filled, 22, "2025-05-02", new, "1200000.00")
    assert asked(filled, "expected_charges") == 10_000
    for number, (value, charged) in enumerate((("1000000.00", 0), ("5000000.00", 15_000), ("250000000.00", 300_000))):
        before = asked(filled, "expected_charges")
        order(filled, 23 + number, f"2025-06-0{number + 1}", new, value)
        assert asked(filled, "expected_charges") == before + charged
    before = asked(filled, "expected_charges")
    policy(filled, "CHARGE_CROSSING_ORDER", 1)
    assert asked(filled, "expected_charges") == before + 3_600


def test_nothing_is_charged_where_the_rules_are_not_in_force(filled: Any) -> None:
    execute(filled, "update mart.dim_policy_parameter set num_value = null where param_code = 'SMV_THRESHOLD'")
    order(filled, 21, "2025-05-01", 25, "9000000.00")
    assert asked(filled, "expected_charges") == 0


def test_orders_of_eight_days_are_no_split(filled: Any) -> None:
    later = {"buy_mode": "DIRECT", "buyer_user_id": 9, "category_key": CHAIRS}
    order(filled, 31, "2025-11-01", WOMAN, "40000.00", **later)
    order(filled, 32, "2025-11-08", WOMAN, "40000.00", **later)
    assert asked(filled, "split_orders") == 3
    order(filled, 33, "2025-11-07", WOMAN, "10000.00", **later)
    assert asked(filled, "split_orders") == 3, "50,000 in seven days is not above the limit, nor from the 7th on"
    order(filled, 34, "2025-11-02", WOMAN, "0.01", **later)
    assert (asked(filled, "split_orders"), asked(filled, "split_order_value")) == (7, Decimal("210000.01"))


def test_warnings_that_need_two_aggregates_are_views(filled: Any) -> None:
    claims = "select participation_id, seller_id, is_unclassified from bi.v_unfounded_mse_claims"
    assert execute(filled, claims) == [(3, 24, True)]
    above = "select contract_id, order_value, highest_value from bi.v_direct_above_limit"
    assert execute(filled, above) == [(4, Decimal("50000.01"), Decimal("50000.00"))]


def test_holidays_stand_in_the_calendar(filled: Any) -> None:
    assert execute(filled, "select date_key from bi.v_dates where is_gazetted_holiday") == [(20260126,)]


def test_the_mandate_by_ministry_and_year(filled: Any) -> None:
    columns = "financial_year, net_gmv, mse_value, mse_target, mse_shortfall, women_shortfall"
    first, second = execute(filled, f"select {columns} from bi.v_mandate order by financial_year")
    assert first == ("2024-25", 900_000, 900_000, 180_000, 0, None)
    assert second == ("2025-26", Decimal("1070000.01"), 80_000, 267_500, 187_500, None)


def test_the_command_answers_with_indian_digits_or_exactly(filled: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def open_warehouse() -> Iterator[Any]:
        yield filled

    monkeypatch.setattr(gem.cli_measures, "open_warehouse", open_warehouse)
    question = ["measure", "net_gmv", "--by", "financial_year", "--by", "ministry"]
    shown = CliRunner().invoke(gem.cli_measures.app, question).stdout
    assert "₹ 10.70 lakh" in shown
    assert "not known" in shown, "the state has no ministry"
    exact = json.loads(CliRunner().invoke(gem.cli_measures.app, [*question, "--json"]).stdout)
    assert exact["columns"] == ["contract_date.financial_year", "buyer_org.ministry_name", "value"]
    assert ["2025-26", "Railways", "1070000.01"] in exact["rows"]


def test_every_query_file_of_a_measure_runs(filled: Any) -> None:
    files = {path: text for path, text in measure_files().items() if path.startswith("sql/measures/")}
    assert len(files) == len([measure for measure in MEASURES if measure.as_of_rule])
    for text in files.values():
        [query] = statements(text)
        execute(filled, query)


def test_the_view_of_a_measure_gives_it_by_year_and_slice(filled: Any) -> None:
    rows = execute(filled, "select financial_year, ministry_name, value from bi.m_net_gmv order by 3")
    assert [(year, value) for year, _, value in rows] == [
        ("2025-26", Decimal("150000.00")),
        ("2024-25", Decimal("900000.00")),
        ("2025-26", Decimal("1070000.01")),
    ]
