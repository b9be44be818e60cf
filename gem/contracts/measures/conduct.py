"""Measures of conduct: incidents, ratings, breaches of rules, deposits, charges, and how fresh all of it is."""

from gem.contracts.measures.spec import Measure, Unit, distinct, median, most, rows, total

_DEPOSITS = "mart.fact_security_deposit"
_BALANCE = "bi.v_charge_balance"
_SCORE_PARTS = ("CLOSURE", "PLACING", "ACCEPTANCE", "PAYMENT")


def _weighted_rate(kind: str) -> str:
    """A rate of the buyer score by its weight."""
    done, owed = (f"sum(case when f.kind = '{kind}' then f.{column} end)" for column in ("done", "owed"))
    weight = f"max(buyer_score_{kind.lower()}_pct.num_value)"
    return f"cast({weight} as numeric(9,4)) * 0.01 * (cast({done} as numeric(26,6)) / nullif({owed}, 0))"


def _weighted_rate_dax(kind: str) -> str:
    """The same in DAX: the weight in force on D, by the rate of what counts."""
    return f"""\
VAR {kind.capitalize()} =
    MAXX (
        FILTER (
            'Policy',
            'Policy'[Param code] == "BUYER_SCORE_{kind}_PCT"
                && 'Policy'[First day] <= AsOf
                && 'Policy'[Until day] > AsOf
        ),
        'Policy'[Num value]
    ) * 0.01
        * DIVIDE (
            SUMX ( FILTER ( Counted, 'Buyer promptness'[Kind] == "{kind}" ), 'Buyer promptness'[Done] ),
            SUMX ( FILTER ( Counted, 'Buyer promptness'[Kind] == "{kind}" ), 'Buyer promptness'[Owed] )
        )
"""


_BUYER_SCORE_DAX = f"""\
VAR AsOf = [As of day]
VAR Counted =
    FILTER (
        'Buyer promptness',
        NOT ISBLANK ( 'Buyer promptness'[Counts from on] ) && 'Buyer promptness'[Counts from on] <= AsOf
    )
{"".join(map(_weighted_rate_dax, _SCORE_PARTS))}RETURN
    IF (
        {" && ".join(f"NOT ISBLANK ( {kind.capitalize()} )" for kind in _SCORE_PARTS)},
        {" + ".join(kind.capitalize() for kind in _SCORE_PARTS)}
    )"""
_SELLER_RATING_DAX = """\
VAR AsOf = [As of day]
VAR Counted = FILTER ( 'Ratings', 'Ratings'[Ratee type] == "SELLER" && NOT ISBLANK ( 'Ratings'[Score] ) )
VAR Needed =
    MAXX (
        FILTER (
            'Policy',
            'Policy'[Param code] == "RATING_MIN_COUNT" && 'Policy'[First day] <= AsOf && 'Policy'[Until day] > AsOf
        ),
        'Policy'[Num value]
    )
RETURN
    IF (
        NOT ISBLANK ( Needed ) && COUNTROWS ( Counted ) >= Needed,
        DIVIDE ( SUMX ( Counted, 'Ratings'[Score] ), COUNTROWS ( Counted ) )
    )"""
_DATA_AGE_DAX = """\
VAR Newest = MAX ( 'Freshness'[Snapshot at] )
RETURN
    IF ( NOT ISBLANK ( Newest ), DIVIDE ( DATEDIFF ( Newest, UTCNOW (), SECOND ), 3600 ) )"""

INCIDENTS_PER_1000_ORDERS = Measure(
    key="incidents_per_1000_orders",
    number=47,
    name="Incidents per 1,000 orders",
    description="Incidents raised after the contract, by 1,000 valid orders, each by its own day.",
    folder="Conduct",
    unit=Unit.RATIO,
    relation="bi.v_incident_rate",
    numerator=total("1000 * f.incidents"),
    denominator=total("f.orders"),
)
INCIDENT_CLOSURE_DAYS = Measure(
    key="incident_closure_days",
    number=48,
    name="Incident closure",
    description="Median of the days from raising an incident to closing it.",
    folder="Conduct",
    unit=Unit.DAYS,
    relation="mart.fact_incident",
    numerator=median("f.days_to_close"),
    slices=("f.severity",),
)
NOTICES_ANSWERED_IN_TIME = Measure(
    key="notices_answered_in_time",
    number=48,
    name="Notices answered in time",
    description="Incidents answered at most SCN_REPLY_DAYS after the show-cause notice, of those with a notice.",
    folder="Conduct",
    unit=Unit.SHARE,
    relation="bi.v_notices",
    numerator=rows("coalesce(f.responded_on <= f.reply_due_on, false)"),
    denominator=rows(),
    slices=("f.severity",),
)
GMV_AT_RISK = Measure(
    key="gmv_at_risk",
    number=49,
    name="GMV at risk",
    description="Value now of open orders with sellers who may not trade at present.",
    folder="Conduct",
    unit=Unit.RUPEES,
    relation="bi.v_open_orders",
    where="f.seller_status in ('SUSPENDED', 'DEBARRED', 'MORATORIUM')",
    numerator=total("f.current_value"),
    slices=("f.seller_status",),
)
BUYER_SCORE = Measure(
    key="buyer_score",
    number=50,
    name="Buyer score",
    description="Rates of bids closed, orders placed, deliveries accepted and payments made in time, by their weights.",
    folder="Conduct",
    unit=Unit.SHARE,
    relation="bi.v_buyer_promptness",
    as_of_rule="What was to be done before D, by the weights of D.",
    where="f.counts_from_on <= as_of.calendar_date",
    parameters=tuple(f"BUYER_SCORE_{kind}_PCT" for kind in _SCORE_PARTS),
    numerator=total("f.done"),
    denominator=total("f.owed"),
    expression="\n    + ".join(_weighted_rate(kind) for kind in _SCORE_PARTS),
    dax=_BUYER_SCORE_DAX,
    slices=("buyer_org.ministry_name",),
)
SELLER_RATING = Measure(
    key="seller_rating",
    number=51,
    name="Seller rating",
    description="Average score of sellers, shown from RATING_MIN_COUNT ratings on.",
    folder="Conduct",
    unit=Unit.RATIO,
    relation="mart.fact_rating",
    as_of_rule="RATING_MIN_COUNT is that of D.",
    where="f.ratee_type = 'SELLER' and f.score is not null",
    parameters=("RATING_MIN_COUNT",),
    numerator=total("f.score"),
    denominator=rows(),
    shown_where="count(*) >= max(rating_min_count.num_value)",
    dax=_SELLER_RATING_DAX,
    slices=("seller.seller_name",),
)
SPLIT_ORDERS = Measure(
    key="split_orders",
    number=52,
    name="Possibly split orders",
    description="Direct and L1 orders that together look like one that was split to stay below a limit.",
    folder="Conduct",
    unit=Unit.COUNT,
    relation="bi.v_split_orders",
    numerator=distinct("contract_id"),
    slices=("f.buy_mode",),
)
SPLIT_ORDER_VALUE = Measure(
    key="split_order_value",
    number=52,
    name="Split order value",
    description="Value at award of the same orders.",
    folder="Conduct",
    unit=Unit.RUPEES,
    relation="bi.v_split_orders",
    numerator=total("f.order_value"),
    slices=("f.buy_mode",),
)
THRESHOLD_BREACHES = Measure(
    key="threshold_breaches",
    number=53,
    name="Threshold breaches",
    description="Direct and L1 orders above the limit of their day, and L1 orders with too few makers compared.",
    folder="Conduct",
    unit=Unit.COUNT,
    relation="bi.v_threshold_breaches",
    numerator=rows(),
    slices=("f.buy_mode",),
)
THRESHOLD_BREACH_VALUE = Measure(
    key="threshold_breach_value",
    number=53,
    name="Threshold breach value",
    description="Value at award of the same orders.",
    folder="Conduct",
    unit=Unit.RUPEES,
    relation="bi.v_threshold_breaches",
    numerator=total("f.order_value"),
    slices=("f.buy_mode",),
)
DEPOSITS_OUTSTANDING = Measure(
    key="deposits_outstanding",
    number=54,
    name="Deposits outstanding",
    description="Earnest money and performance guarantees held.",
    folder="Charges",
    unit=Unit.RUPEES,
    relation=_DEPOSITS,
    dimensions=("held_date_key", "released_date_key"),
    as_of_rule="Held on D or before, and held still or released after D.",
    where="held_date.calendar_date <= as_of.calendar_date"
    " and (f.status = 'HELD' or released_date.calendar_date > as_of.calendar_date)",
    numerator=total("f.amount"),
    slices=("f.kind",),
)
FORFEITURE_RATE = Measure(
    key="forfeiture_rate",
    number=54,
    name="Forfeiture rate",
    description="Deposits forfeited, of those released or forfeited, by amount.",
    folder="Charges",
    unit=Unit.SHARE,
    relation=_DEPOSITS,
    where="f.status in ('RELEASED', 'FORFEITED')",
    numerator=total("f.amount", where="f.status = 'FORFEITED'"),
    denominator=total("f.amount"),
    slices=("f.kind",),
)
PLATFORM_REVENUE = Measure(
    key="platform_revenue",
    number=55,
    name="Platform revenue",
    description="What sellers were charged, without GST, by the financial year that the charge states.",
    folder="Charges",
    unit=Unit.RUPEES,
    relation=_BALANCE,
    numerator=total("f.charged"),
)
EXPECTED_CHARGES = Measure(
    key="expected_charges",
    number=55,
    name="Expected charges",
    description="What the rules of the day of acceptance charge sellers.",
    folder="Charges",
    unit=Unit.RUPEES,
    relation=_BALANCE,
    numerator=total("f.expected"),
)
CHARGE_LEAKAGE = Measure(
    key="charge_leakage",
    number=55,
    name="Charge leakage",
    description="Expected charges less platform revenue.",
    folder="Charges",
    unit=Unit.RUPEES,
    relation=_BALANCE,
    numerator=total("f.expected - f.charged"),
)
DATA_AGE_HOURS = Measure(
    key="data_age_hours",
    number=56,
    name="Data age in hours",
    description="Hours since the newest snapshot that is loaded; gem reconcile compares its contents with the source.",
    folder="Data",
    unit=Unit.RATIO,
    relation="bi.v_freshness",
    numerator=most("f.snapshot_at"),
    expression="cast(datediff(second, max(f.snapshot_at), getdate()) as numeric(18,4)) / 3600",
    dax=_DATA_AGE_DAX,
    slices=("f.table_name",),
)

MEASURES = (
    INCIDENTS_PER_1000_ORDERS,
    INCIDENT_CLOSURE_DAYS,
    NOTICES_ANSWERED_IN_TIME,
    GMV_AT_RISK,
    BUYER_SCORE,
    SELLER_RATING,
    SPLIT_ORDERS,
    SPLIT_ORDER_VALUE,
    THRESHOLD_BREACHES,
    THRESHOLD_BREACH_VALUE,
    DEPOSITS_OUTSTANDING,
    FORFEITURE_RATE,
    PLATFORM_REVENUE,
    EXPECTED_CHARGES,
    CHARGE_LEAKAGE,
    DATA_AGE_HOURS,
)
