"""The warehouse's measures, asked by their registry for what the oracle answers, and how the two are compared."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from typing import Any

from gem.contracts.measures.registry import MEASURE_BY_KEY
from gem.warehouse.connection import execute
from tests.model.lab import Lab
from tests.oracle.oracle import Answer, Figures

Ask = Callable[[str], list[tuple[Any, ...]]]
Parts = dict[str | None, Figures]
"""The figures of each slice, and of everything under None."""

CONTRACTED = "contract_date.financial_year"
PUBLISHED = "published_date.financial_year"
MINISTRY = "buyer_org.ministry_id"
UNKNOWN_YEAR = "Unknown"


@dataclass(frozen=True)
class Question:
    """Which measures give the figures of an oracle's answer, and by what they are grouped to give its slices.

    `figures` names the measure of each plain figure. `ratio` is the measure whose numerator, denominator and value are
    the figures of these names; `numerators` are further figures, each the numerator of a measure. Where the slices are
    measures themselves, `slices` names them.
    """

    by: tuple[str, ...] = ()
    figures: Mapping[str, str] = field(default_factory=dict)
    ratio: str | None = None
    numerators: Mapping[str, str] = field(default_factory=dict)
    slices: Mapping[str, str] = field(default_factory=dict)


def _value(key: str, by: str) -> Question:
    return Question((by,), {"value": key})


def _ratio(key: str, by: str, **figures: str) -> Question:
    return Question((by,), figures, key)


QUESTIONS: dict[str, Question] = {
    "01_gross_gmv": _value("gross_gmv", CONTRACTED),
    "02_net_gmv": _value("net_gmv", CONTRACTED),
    "03_orders": _value("orders", CONTRACTED),
    "04_average_order_value": _ratio("average_order_value", CONTRACTED),
    "05_gmv_growth": _ratio("gmv_growth", MINISTRY),
    "06_daily_average_gmv": _ratio("daily_average_gmv", MINISTRY),
    "07_services_share": _ratio("services_share", MINISTRY),
    "08_central_share": _ratio("central_share", CONTRACTED),
    "09_procurement_by_buyer_state": _value("procurement_by_buyer_state", "buyer_org.state_code"),
    "09_procurement_by_consignee_state": _value("procurement_by_consignee_state", "consignee.state_code"),
    "09_procurement_by_seller_state": _value("procurement_by_seller_state", "f.seller_state_code"),
    "10_active_buyers": _value("active_buyers", CONTRACTED),
    "10_active_sellers": _value("active_sellers", CONTRACTED),
    "11_mse_share": _ratio("mse_share", MINISTRY),
    "12_mse_share_of_orders": _ratio("mse_share_of_orders", CONTRACTED),
    "13_scst_mse_share": _ratio("scst_mse_share", MINISTRY),
    "14_women_mse_share": _ratio("women_mse_share", CONTRACTED),
    "15_startup_share": _ratio("startup_share", CONTRACTED),
    "16_mandate_gap": Question(
        (MINISTRY, CONTRACTED),
        {f"{group}_shortfall": f"mandate_shortfall_{group}" for group in ("mse", "scst", "women")},
        "mandate_gap_mse",
        {f"{group}_gap": f"mandate_gap_{group}" for group in ("scst", "women")},
    ),
    "17_class_1_local_share": _ratio("class_1_local_share", CONTRACTED),
    "18_interstate_share": _ratio("interstate_share", CONTRACTED),
    "19_seller_activation": _ratio("seller_activation", "registered_date.financial_year"),
    "20_bidders_per_bid": _ratio("bidders_per_bid", PUBLISHED),
    "21_qualified_bidders_per_bid": _ratio("qualified_bidders_per_bid", "f.category_id"),
    "22_single_bid_rate": _ratio("single_bid_rate", PUBLISHED),
    "23_mse_participation": _ratio("mse_participation", "seller.size"),
    "24_win_rate": _ratio("win_rate", "seller.size"),
    "25_bid_to_award_days": Question((PUBLISHED,), {"median": "bid_to_award_days", "p90": "bid_to_award_days_p90"}),
    "26_bid_cancellation_rate": _ratio("bid_cancellation_rate", PUBLISHED),
    "27_savings_vs_estimate": _ratio("savings_vs_estimate", "f.category_id"),
    "28_ra_reduction": _ratio("ra_reduction", PUBLISHED),
    "29_discount_to_mrp": _ratio("discount_to_mrp", "f.buy_mode"),
    "30_savings_vs_median_offer": _ratio("savings_vs_median_offer", CONTRACTED),
    "31_l1_l2_gap": Question((PUBLISHED,), {"median": "l1_l2_gap"}),
    "32_mse_price_match_awards": _ratio("mse_price_match_awards", PUBLISHED),
    "33_hhi": _ratio("hhi", "f.category_id"),
    "34_acceptance_rate": _ratio("acceptance_rate", CONTRACTED),
    "35_cancellation_rate": Question(
        (CONTRACTED,),
        ratio="cancellation_rate",
        numerators={f"by_{who}": f"cancellation_rate_{who}" for who in ("buyer", "seller", "system")},
    ),
    "36_on_time_delivery": _ratio("on_time_delivery", CONTRACTED),
    "37_delay_days": _ratio("delay_days", CONTRACTED, p90="delay_days_p90"),
    "38_rejection_rate": _ratio("rejection_rate", "f.category_id"),
    "39_crac_in_time": _ratio("crac_in_time", "delivered_date.financial_year"),
    "40_auto_crac_share": _ratio("auto_crac_share", "issued_date.financial_year"),
    "41_time_to_payment": Question(
        ("paid_date.financial_year",), {"median": "time_to_payment", "p90": "time_to_payment_p90"}
    ),
    "42_paid_in_time": _ratio("paid_in_time", "crac_date.financial_year"),
    "43_overdue_payable": Question(
        figures={"value": "overdue_payable"},
        slices={
            "11-30": "overdue_payable_to_30",
            "31-60": "overdue_payable_31_to_60",
            "61-90": "overdue_payable_61_to_90",
            ">90": "overdue_payable_over_90",
        },
    ),
    "44_penal_interest": _value("penal_interest", MINISTRY),
    "45_order_to_cash_days": Question((CONTRACTED,), {"median": "order_to_cash_days"}),
    "46_ld_rate": _ratio("ld_rate", CONTRACTED),
    "47_incidents_per_1000_orders": _ratio("incidents_per_1000_orders", "event_date.financial_year"),
    "48_incident_closure": _ratio("notices_answered_in_time", "f.severity", median="incident_closure_days"),
    "49_gmv_at_risk": _value("gmv_at_risk", "f.seller_status"),
    "50_buyer_score": _value("buyer_score", MINISTRY),
    "51_seller_rating": _value("seller_rating", "f.seller_id"),
    "52_split_orders": Question(("f.buy_mode",), {"orders": "split_orders", "value": "split_order_value"}),
    "53_threshold_breaches": Question(
        ("f.buy_mode",), {"orders": "threshold_breaches", "value": "threshold_breach_value"}
    ),
    "54_deposits": _ratio("forfeiture_rate", "f.kind", outstanding="deposits_outstanding"),
    "55_platform_revenue": Question(
        ("f.financial_year",),
        {"charged": "platform_revenue", "expected": "expected_charges", "leakage": "charge_leakage"},
    ),
}


@contextmanager
def asking(lab: Lab, database: str) -> Iterator[Ask]:
    """Asks over one connection, which is closed in the end."""
    connection = lab.connect(database)
    try:
        yield partial(execute, connection)
    finally:
        connection.rollback()
        connection.close()


def answers(ask: Ask, as_of: date, *names: str) -> dict[str, Answer]:
    """The answers of the warehouse to all the oracle's questions, or to those named, as of the end of the day."""
    return {name: _answer(ask, QUESTIONS[name], as_of) for name in names or QUESTIONS}


def _answer(ask: Ask, question: Question, as_of: date) -> Answer:
    parts: Parts = {None: {}}
    for group_by in dict.fromkeys(((), question.by)):
        for columns, query in _queries(question, group_by, as_of):
            for row in ask(query):
                piece = " ".join(map(_piece, row[: len(group_by)])) if group_by else None
                values = map(_decimal, row[len(group_by) :])
                parts.setdefault(piece, {}).update(zip(columns, values, strict=True))
    for piece, key in question.slices.items():
        parts[piece] = {"value": _decimal(ask(MEASURE_BY_KEY[key].sql(as_of=as_of))[0][0])}
    overall = parts.pop(None)
    return Answer(overall, {str(piece): figures for piece, figures in parts.items()})


def _queries(question: Question, group_by: tuple[str, ...], as_of: date) -> Iterator[tuple[tuple[str, ...], str]]:
    """The names of the figures with the query for them."""
    for name, key in question.figures.items():
        yield (name,), MEASURE_BY_KEY[key].sql(*group_by, as_of=as_of)
    for name, key in question.numerators.items():
        yield (name, "denominator"), MEASURE_BY_KEY[key].parts_sql(*group_by, as_of=as_of)
    if question.ratio:
        measure = MEASURE_BY_KEY[question.ratio]
        yield ("numerator", "denominator"), measure.parts_sql(*group_by, as_of=as_of)
        yield ("value",), measure.sql(*group_by, as_of=as_of)


def _piece(value: Any) -> str:
    return str(None if value == UNKNOWN_YEAR else value)


def _decimal(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def differences(truth: dict[str, Answer], found: dict[str, Answer]) -> dict[str, tuple[Figures, Figures]]:
    """What differs, by measure and slice: what the oracle says, and what the warehouse does.

    A slice of nothing but unknowns and zeros is as good as none, and so is a share of which no row says anything.
    """
    wrong = {}
    for name, answer in truth.items():
        expected, given = ({"all": each.overall, **each.slices} for each in (answer, found[name]))
        for piece in sorted({*expected, *given}):
            says, does = _of_substance(expected.get(piece)), _of_substance(given.get(piece))
            if not _agree(says, does):
                wrong[f"{name}: {piece}"] = (says, does)
    return wrong


def _of_substance(figures: Figures | None) -> Figures:
    if figures and figures.get("numerator", 0) is None and figures.get("value", 0) is None:
        return {}
    return figures if figures and any(figures.values()) else {}


def _agree(truth: Figures, found: Figures) -> bool:
    """Figures of one slice may come from several relations, of which one has no row of it: no more than zero there."""
    absent = {*truth} ^ {*found}
    return all(same(truth[name], found[name]) for name in {*truth} - absent) and not any(
        (truth | found)[name] for name in absent
    )


def same(truth: Decimal | None, found: Decimal | None) -> bool:
    """Whether a figure is exact, to the digits that the measure gives."""
    if truth is None or found is None:
        return truth is found
    digits = Decimal(1).scaleb(min(0, int(found.as_tuple().exponent)))
    return truth.quantize(digits, ROUND_HALF_UP) == found
