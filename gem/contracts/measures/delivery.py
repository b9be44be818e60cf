"""Measures of delivery and of payment: in time, accepted, paid, and what is overdue."""

from gem.contracts.mart.fact_order_line import VALID_ORDER as VALID
from gem.contracts.measures.orders import CONTRACTS, LINES
from gem.contracts.measures.spec import Measure, Unit, median, ninetieth, rows, total

_RECEIPTS = "mart.fact_receipt"
_PAYABLES = "bi.v_payables"
_DUE = f"{VALID} and f.ordered_qty is not null and f.due_without_ld_on <= as_of.calendar_date"
_IN_FULL = "f.delivered_qty >= f.current_qty"
_LATE = f"{_IN_FULL} and last_delivered_date.calendar_date > f.due_without_ld_on"
_DUE_RULE = "Lines whose due day, moved by approved extensions without damages, is D or before."
_OVERDUE = "f.due_on < as_of.calendar_date"
_OVERDUE_RULE = "Payables whose due day is before D."
_UNPAID = "f.payable_amount - case when f.paid_on <= as_of.calendar_date then coalesce(f.paid_amount, 0) else 0 end"
_AGE = "as_of.calendar_date - f.crac_on"
_DAYS_LATE = (
    "case when f.due_on >= as_of.calendar_date or f.paid_on <= f.due_on then 0"
    " when f.paid_on < as_of.calendar_date then f.paid_on - f.due_on else as_of.calendar_date - f.due_on end"
)

ON_TIME_DELIVERY = Measure(
    key="on_time_delivery",
    number=36,
    name="On-time delivery",
    description="Lines of valid orders delivered in full by their due day, of those due; what never came is late.",
    folder="Delivery",
    unit=Unit.SHARE,
    relation=LINES,
    dimensions=("last_delivered_date_key",),
    as_of_rule=_DUE_RULE,
    where=_DUE,
    numerator=rows(f"coalesce({_IN_FULL} and last_delivered_date.calendar_date <= f.due_without_ld_on, false)"),
    denominator=rows(),
)
DELAY_DAYS = Measure(
    key="delay_days",
    number=37,
    name="Delay",
    description="Days late, on average over lines that were delivered in full after their due day.",
    folder="Delivery",
    unit=Unit.DAYS,
    relation=LINES,
    dimensions=("last_delivered_date_key",),
    as_of_rule=_DUE_RULE,
    where=f"{_DUE} and {_LATE}",
    numerator=total("last_delivered_date.calendar_date - f.due_without_ld_on"),
    denominator=rows(),
)
DELAY_DAYS_P90 = Measure(
    key="delay_days_p90",
    number=37,
    name="Delay, 90th percentile",
    description="90th percentile of the days late of the same lines.",
    folder="Delivery",
    unit=Unit.DAYS,
    relation=LINES,
    dimensions=("last_delivered_date_key",),
    as_of_rule=_DUE_RULE,
    where=f"{_DUE} and {_LATE}",
    numerator=ninetieth("last_delivered_date.calendar_date - f.due_without_ld_on"),
)
REJECTION_RATE = Measure(
    key="rejection_rate",
    number=38,
    name="Rejection rate",
    description="Value that CRACs reject, of the value they received.",
    folder="Delivery",
    unit=Unit.SHARE,
    relation=_RECEIPTS,
    where="f.kind = 'CRAC'",
    numerator=total("f.rejected_value"),
    denominator=total("f.received_value"),
    slices=("category.category_name",),
)
CRAC_IN_TIME = Measure(
    key="crac_in_time",
    number=39,
    name="CRAC in time",
    description="Deliveries whose first CRAC came at most CRAC_DAYS later.",
    folder="Delivery",
    unit=Unit.SHARE,
    relation="bi.v_deliveries",
    as_of_rule="Deliveries at least CRAC_DAYS, those of the day of delivery, before D.",
    where="f.crac_due_on <= as_of.calendar_date",
    numerator=rows("f.first_crac_on is not null and f.first_crac_on <= f.crac_due_on"),
    denominator=rows(),
    slices=("buyer_org.ministry_name",),
)
AUTO_CRAC_SHARE = Measure(
    key="auto_crac_share",
    number=40,
    name="Automatic CRAC share",
    description="CRACs that the system issued, of all.",
    folder="Delivery",
    unit=Unit.SHARE,
    relation=_RECEIPTS,
    where="f.kind = 'CRAC'",
    numerator=rows("f.is_auto"),
    denominator=rows(),
)
LD_RATE = Measure(
    key="ld_rate",
    number=46,
    name="Liquidated damages rate",
    description="Liquidated damages that shipments state, of the value accepted by CRACs.",
    folder="Delivery",
    unit=Unit.SHARE,
    relation=CONTRACTS,
    numerator=total("f.ld_amount"),
    denominator=total("f.accepted_value"),
)
TIME_TO_PAYMENT = Measure(
    key="time_to_payment",
    number=41,
    name="Time to payment",
    description="Median of the days from the CRAC to payment, by the day of payment.",
    folder="Payments",
    unit=Unit.DAYS,
    relation=_PAYABLES,
    by_day="paid_date_key",
    numerator=median("f.days_crac_to_paid"),
)
TIME_TO_PAYMENT_P90 = Measure(
    key="time_to_payment_p90",
    number=41,
    name="Time to payment, 90th percentile",
    description="90th percentile of the days from the CRAC to payment, by the day of payment.",
    folder="Payments",
    unit=Unit.DAYS,
    relation=_PAYABLES,
    by_day="paid_date_key",
    numerator=ninetieth("f.days_crac_to_paid"),
)
PAID_IN_TIME = Measure(
    key="paid_in_time",
    number=42,
    name="Paid in time",
    description="Value paid at most PAYMENT_DAYS after the CRAC, of the value due; what is unpaid is late.",
    folder="Payments",
    unit=Unit.SHARE,
    relation=_PAYABLES,
    as_of_rule=_OVERDUE_RULE,
    where=_OVERDUE,
    numerator=total("f.payable_amount", where="f.paid_on is not null and f.paid_on <= f.due_on"),
    denominator=total("f.payable_amount"),
    slices=("buyer_org.ministry_name",),
)


def _overdue(suffix: str, name: str, what: str, age: str) -> Measure:
    """What is overdue of one age."""
    return Measure(
        key=f"overdue_payable{suffix}",
        number=43,
        name=f"Overdue payables{name}",
        description=f"Payable and not paid by the day D though due before it{what}.",
        folder="Payments",
        unit=Unit.RUPEES,
        relation=_PAYABLES,
        as_of_rule=_OVERDUE_RULE,
        where=f"{_OVERDUE}{age}",
        numerator=total(_UNPAID),
        slices=("buyer_org.ministry_name",),
    )


OVERDUE_PAYABLES = (
    _overdue("", "", "", ""),
    _overdue("_to_30", ", to 30 days", ", at most 30 days after the CRAC", f" and {_AGE} <= 30"),
    _overdue("_31_to_60", ", 31 to 60 days", ", 31 to 60 days after the CRAC", f" and {_AGE} between 31 and 60"),
    _overdue("_61_to_90", ", 61 to 90 days", ", 61 to 90 days after the CRAC", f" and {_AGE} between 61 and 90"),
    _overdue("_over_90", ", over 90 days", ", more than 90 days after the CRAC", f" and {_AGE} > 90"),
)
PENAL_INTEREST = Measure(
    key="penal_interest",
    number=44,
    name="Penal interest",
    description="Interest accrued on payables for each day late, at PENAL_INTEREST_PCT_MONTH of the due day for 30 "
    "days; rounded to the paisa for each payment.",
    folder="Payments",
    unit=Unit.RUPEES,
    relation=_PAYABLES,
    as_of_rule="Days late are counted to the day of payment or to D, whichever is first.",
    numerator=total(
        "round(f.payable_amount * cast(f.penal_interest_pct_month as numeric(7,4))"
        f" * cast({_DAYS_LATE} as numeric(5,0)) / 3000, 2)"
    ),
    slices=("buyer_org.ministry_name",),
)
ORDER_TO_CASH_DAYS = Measure(
    key="order_to_cash_days",
    number=45,
    name="Order to cash",
    description="Median of the days from contract to last payment, of contracts accepted in full and paid.",
    folder="Payments",
    unit=Unit.DAYS,
    relation=CONTRACTS,
    numerator=median("f.order_to_cash_days"),
)

MEASURES = (
    ON_TIME_DELIVERY,
    DELAY_DAYS,
    DELAY_DAYS_P90,
    REJECTION_RATE,
    CRAC_IN_TIME,
    AUTO_CRAC_SHARE,
    LD_RATE,
    TIME_TO_PAYMENT,
    TIME_TO_PAYMENT_P90,
    PAID_IN_TIME,
    *OVERDUE_PAYABLES,
    PENAL_INTEREST,
    ORDER_TO_CASH_DAYS,
)
