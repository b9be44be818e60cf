"""Measures of contracts (orders): value, count, growth and where they come from."""

from gem.contracts.mart.fact_order_line import VALID_ORDER as VALID
from gem.contracts.measures.spec import Measure, Unit, difference, distinct, most, rows, total

CANCELLED = "(f.cancelled_at is not null or coalesce(f.status, '') = 'CANCELLED')"
LINES = "mart.fact_order_line"
CONTRACTS = "mart.fact_contract_lifecycle"
VALID_ORDERS = distinct("contract_id", where=VALID)

_THIS_YEAR = "contract_date.fy_start_year = as_of.fy_start_year"
_YEAR_BEFORE = "contract_date.fy_start_year = as_of.fy_start_year - 1"

GROSS_GMV = Measure(
    key="gross_gmv",
    number=1,
    name="Gross GMV",
    description="Value of all order lines at award, with GST and orders cancelled later; rate contracts have none.",
    folder="Orders",
    unit=Unit.RUPEES,
    relation=LINES,
    numerator=total("f.line_value"),
)
NET_GMV = Measure(
    key="net_gmv",
    number=2,
    name="Net GMV",
    description="Value of order lines now: after amendments, 0 for rejected and cancelled orders.",
    folder="Orders",
    unit=Unit.RUPEES,
    relation=LINES,
    numerator=total("f.current_value"),
    slices=("buyer_org.ministry_name",),
)
ORDERS = Measure(
    key="orders",
    number=3,
    name="Orders",
    description="Contracts that were neither rejected nor cancelled.",
    folder="Orders",
    unit=Unit.COUNT,
    relation=LINES,
    numerator=VALID_ORDERS,
)
AVERAGE_ORDER_VALUE = Measure(
    key="average_order_value",
    number=4,
    name="Average order value",
    description="Net GMV by valid order.",
    folder="Orders",
    unit=Unit.RUPEES,
    relation=LINES,
    numerator=total("f.current_value"),
    denominator=VALID_ORDERS,
)
GMV_GROWTH = Measure(
    key="gmv_growth",
    number=5,
    name="GMV growth",
    description="Net GMV of the financial year so far against the year before up to the same day of its year.",
    folder="Orders",
    unit=Unit.SHARE,
    relation=LINES,
    dimensions=("contract_date_key",),
    as_of_rule="Both years up to the day of the financial year that D is.",
    where="contract_date.fy_day_no <= as_of.fy_day_no",
    numerator=difference(
        "f.current_value", where=_THIS_YEAR, less=f"case when {_YEAR_BEFORE} then f.current_value else 0 end"
    ),
    denominator=total("f.current_value", where=_YEAR_BEFORE),
)
DAILY_AVERAGE_GMV = Measure(
    key="daily_average_gmv",
    number=6,
    name="Daily average GMV",
    description="Net GMV of the financial year so far, by its calendar days so far.",
    folder="Orders",
    unit=Unit.RUPEES,
    relation=LINES,
    dimensions=("contract_date_key",),
    as_of_rule="Contracts of the financial year of D up to D, by the days elapsed on D.",
    where=f"{_THIS_YEAR} and contract_date.fy_day_no <= as_of.fy_day_no",
    numerator=total("f.current_value"),
    denominator=most("as_of.fy_day_no"),
)
SERVICES_SHARE = Measure(
    key="services_share",
    number=7,
    name="Services share",
    description="Share of net GMV that was spent on services.",
    folder="Orders",
    unit=Unit.SHARE,
    relation=LINES,
    dimensions=("category_key",),
    numerator=total("f.current_value", where="category.kind = 'SERVICE'"),
    denominator=total("f.current_value"),
)
CENTRAL_SHARE = Measure(
    key="central_share",
    number=8,
    name="Central share",
    description="Share of net GMV that bodies of the central government bought.",
    folder="Orders",
    unit=Unit.SHARE,
    relation=LINES,
    dimensions=("buyer_org_key",),
    numerator=total("f.current_value", where="buyer_org.govt_tier = 'CENTRAL'"),
    denominator=total("f.current_value"),
)
PROCUREMENT_BY_BUYER_STATE = Measure(
    key="procurement_by_buyer_state",
    number=9,
    name="Procurement of states",
    description="Net GMV of state and local bodies, by the state of the buying organisation.",
    folder="Orders",
    unit=Unit.RUPEES,
    relation=LINES,
    dimensions=("buyer_org_key",),
    where="buyer_org.govt_tier in ('STATE', 'LOCAL')",
    numerator=total("f.current_value"),
    slices=("buyer_org.state_code",),
)
PROCUREMENT_BY_CONSIGNEE_STATE = Measure(
    key="procurement_by_consignee_state",
    number=9,
    name="Procurement by place of receipt",
    description="Net GMV, by the state of the consignee.",
    folder="Orders",
    unit=Unit.RUPEES,
    relation=LINES,
    dimensions=("consignee_key",),
    numerator=total("f.current_value"),
    slices=("consignee.state_code",),
)
PROCUREMENT_BY_SELLER_STATE = Measure(
    key="procurement_by_seller_state",
    number=9,
    name="Procurement by seller's state",
    description="Net GMV, by the state of the seller's GSTIN on the contract.",
    folder="Orders",
    unit=Unit.RUPEES,
    relation=LINES,
    numerator=total("f.current_value"),
    slices=("f.seller_state_code",),
)
ACTIVE_BUYERS = Measure(
    key="active_buyers",
    number=10,
    name="Active buyers",
    description="Organisations with a valid order.",
    folder="Orders",
    unit=Unit.COUNT,
    relation=LINES,
    numerator=distinct("org_id", where=VALID),
)
ACTIVE_SELLERS = Measure(
    key="active_sellers",
    number=10,
    name="Active sellers",
    description="Sellers with a valid order.",
    folder="Orders",
    unit=Unit.COUNT,
    relation=LINES,
    numerator=distinct("seller_id", where=VALID),
)
CLASS_1_LOCAL_SHARE = Measure(
    key="class_1_local_share",
    number=17,
    name="Class I local share",
    description="Share of the net GMV of products that were of Make in India class I at the order.",
    folder="Orders",
    unit=Unit.SHARE,
    relation=LINES,
    dimensions=("category_key",),
    where="category.kind = 'PRODUCT'",
    numerator=total("f.current_value", where="f.mii_class = 'I'"),
    denominator=total("f.current_value"),
)
INTERSTATE_SHARE = Measure(
    key="interstate_share",
    number=18,
    name="Interstate share",
    description="Share of net GMV where the seller's GSTIN is of another state than the consignee.",
    folder="Orders",
    unit=Unit.SHARE,
    relation=LINES,
    dimensions=("consignee_key",),
    numerator=total("f.current_value", where="f.seller_state_code <> consignee.state_code"),
    denominator=total("f.current_value"),
)
ACCEPTANCE_RATE = Measure(
    key="acceptance_rate",
    number=34,
    name="Acceptance rate",
    description="Contracts that sellers accepted, of those accepted, rejected, or cancelled by the system unanswered.",
    folder="Orders",
    unit=Unit.SHARE,
    relation=CONTRACTS,
    where="f.accepted_at is not null or f.rejected_at is not null or coalesce(f.status, '') = 'REJECTED' "
    f"or ({CANCELLED} and f.cancelled_by = 'SYSTEM')",
    numerator=rows("f.accepted_at is not null"),
    denominator=rows(),
)


def _cancellation_rate(key: str, name: str, by: str) -> Measure:
    """The share of gross GMV that one party cancelled."""
    return Measure(
        key=key,
        number=35,
        name=name,
        description=f"Value at award of orders that the {by.lower()} cancelled, of gross GMV.",
        folder="Orders",
        unit=Unit.SHARE,
        relation=LINES,
        numerator=total("f.line_value", where=f"({CANCELLED} and f.cancelled_by = '{by}')"),
        denominator=total("f.line_value"),
    )


CANCELLATION_RATE = Measure(
    key="cancellation_rate",
    number=35,
    name="Cancellation rate",
    description="Value at award of orders cancelled since, of gross GMV.",
    folder="Orders",
    unit=Unit.SHARE,
    relation=LINES,
    numerator=total("f.line_value", where=CANCELLED),
    denominator=total("f.line_value"),
    slices=("buyer_org.ministry_name",),
)
CANCELLATION_RATE_BUYER = _cancellation_rate("cancellation_rate_buyer", "Cancelled by buyers", "BUYER")
CANCELLATION_RATE_SELLER = _cancellation_rate("cancellation_rate_seller", "Cancelled by sellers", "SELLER")
CANCELLATION_RATE_SYSTEM = _cancellation_rate("cancellation_rate_system", "Cancelled by the system", "SYSTEM")

CONTRACT_COUNT = Measure(
    key="contracts",
    number=101,
    name="Contracts",
    description="Contracts placed, also those rejected or cancelled later.",
    folder="Orders",
    unit=Unit.COUNT,
    relation=LINES,
    numerator=distinct("contract_id"),
)
ORDER_LINES = Measure(
    key="order_lines",
    number=102,
    name="Order lines",
    description="Lines of all contracts.",
    folder="Orders",
    unit=Unit.COUNT,
    relation=LINES,
    numerator=rows(),
)
RATE_CONTRACTS = Measure(
    key="rate_contracts",
    number=103,
    name="Rate contracts",
    description="Contracts that agree on a rate; what is ordered under them is no part of any value.",
    folder="Orders",
    unit=Unit.COUNT,
    relation=LINES,
    numerator=distinct("contract_id", where="f.is_rate_contract and f.line_value is null"),
)

MEASURES = (
    GROSS_GMV,
    NET_GMV,
    ORDERS,
    AVERAGE_ORDER_VALUE,
    GMV_GROWTH,
    DAILY_AVERAGE_GMV,
    SERVICES_SHARE,
    CENTRAL_SHARE,
    PROCUREMENT_BY_BUYER_STATE,
    PROCUREMENT_BY_CONSIGNEE_STATE,
    PROCUREMENT_BY_SELLER_STATE,
    ACTIVE_BUYERS,
    ACTIVE_SELLERS,
    CLASS_1_LOCAL_SHARE,
    INTERSTATE_SHARE,
    ACCEPTANCE_RATE,
    CANCELLATION_RATE,
    CANCELLATION_RATE_BUYER,
    CANCELLATION_RATE_SELLER,
    CANCELLATION_RATE_SYSTEM,
    CONTRACT_COUNT,
    ORDER_LINES,
    RATE_CONTRACTS,
)
