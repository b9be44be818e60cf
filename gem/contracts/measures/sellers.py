"""Measures of who sells: shares of enterprises, the mandate of public procurement, and new sellers."""

from gem.contracts.mart.fact_order_line import VALID_ORDER as VALID
from gem.contracts.measures.orders import LINES
from gem.contracts.measures.spec import Measure, Unit, difference, distinct, rows, total

_LINES_OF_BOUND = "bi.v_mandate_lines"


def _share(key: str, number: int, name: str, who: str, where: str) -> Measure:
    """The share of net GMV that went to sellers who met a condition on the day of the contract."""
    return Measure(
        key=key,
        number=number,
        name=name,
        description=f"Share of net GMV that went to {who} on the day of the contract; unknown where nobody's class is.",
        folder="Sellers",
        unit=Unit.SHARE,
        relation=LINES,
        dimensions=("seller_key",),
        numerator=total("f.current_value", where=where),
        denominator=total("f.current_value"),
        slices=("buyer_org.ministry_name",),
    )


def _mandate_gap(group: str, name: str, who: str, flag: str) -> Measure:
    """How far bound buyers are above their target, as a share of what they bought."""
    return Measure(
        key=f"mandate_gap_{group}",
        number=16,
        name=f"{name} above or below target",
        description=f"Share of net GMV that buyers bound by the mandate bought from {who}, less the share they should: "
        "the target of the first day of each financial year, weighted by what was bought in it.",
        folder="Mandate",
        unit=Unit.POINTS,
        relation=_LINES_OF_BOUND,
        numerator=difference("f.current_value", where=f"f.{flag}", less=f"f.{group}_target"),
        denominator=total("f.current_value"),
        slices=("buyer_org.ministry_name",),
    )


def _mandate_shortfall(group: str, name: str, who: str, flag: str) -> Measure:
    """What bound buyers lack to their target, in rupees."""
    return Measure(
        key=f"mandate_shortfall_{group}",
        number=16,
        name=f"{name} shortfall, net of surpluses",
        description=f"Rupees that buyers bound by the mandate should have bought from {who} and did not, "
        "all taken together: what one bought above its target makes up for what another did not.",
        folder="Mandate",
        unit=Unit.RUPEES,
        relation=_LINES_OF_BOUND,
        numerator=difference(
            f"f.{group}_target",
            less=f"case when f.{flag} then f.current_value when not f.{flag} then 0 end",
            is_shortfall=True,
        ),
        slices=("buyer_org.ministry_name",),
    )


MSE_SHARE = _share("mse_share", 11, "MSE share", "micro and small enterprises", "seller.is_mse")
PPP_MSE_SHARE = _share(
    "ppp_mse_share", 11, "MSE share without traders", "micro and small enterprises that make", "seller.is_ppp_mse"
)
MSE_SHARE_OF_ORDERS = Measure(
    key="mse_share_of_orders",
    number=12,
    name="MSE share of orders",
    description="Share of valid orders that went to micro and small enterprises on the day of the contract.",
    folder="Sellers",
    unit=Unit.SHARE,
    relation=LINES,
    dimensions=("seller_key",),
    where=VALID,
    numerator=distinct("contract_id", where="seller.is_mse"),
    denominator=distinct("contract_id"),
)
SCST_MSE_SHARE = _share(
    "scst_mse_share",
    13,
    "SC/ST MSE share",
    "micro and small enterprises owned by Scheduled Castes or Tribes",
    "seller.is_mse and seller.is_scst",
)
WOMEN_MSE_SHARE = _share(
    "women_mse_share",
    14,
    "Women MSE share",
    "micro and small enterprises owned by women",
    "seller.is_mse and seller.is_women_owned",
)
STARTUP_SHARE = _share("startup_share", 15, "Start-up share", "recognised start-ups", "seller.is_startup")

_GROUPS = (
    ("mse", "MSE", "micro and small enterprises that make", "is_mse"),
    ("scst", "SC/ST", "those owned by Scheduled Castes or Tribes", "is_scst_mse"),
    ("women", "Women", "those owned by women", "is_women_mse"),
)
MANDATE_GAPS = tuple(_mandate_gap(*group) for group in _GROUPS)
MANDATE_SHORTFALLS = tuple(_mandate_shortfall(*group) for group in _GROUPS)
SELLER_ACTIVATION = Measure(
    key="seller_activation",
    number=19,
    name="Seller activation",
    description="Sellers whose first valid order came at most ACTIVATION_DAYS after registration, of those registered.",
    folder="Sellers",
    unit=Unit.SHARE,
    relation="bi.v_seller_activation",
    as_of_rule="Sellers registered at least ACTIVATION_DAYS, those of the day of registration, before D.",
    where="f.activation_ends_on <= as_of.calendar_date",
    numerator=rows("f.first_order_on is not null and f.first_order_on <= f.activation_ends_on"),
    denominator=rows(),
    slices=("seller.state_code",),
)

MEASURES = (
    MSE_SHARE,
    PPP_MSE_SHARE,
    MSE_SHARE_OF_ORDERS,
    SCST_MSE_SHARE,
    WOMEN_MSE_SHARE,
    STARTUP_SHARE,
    *MANDATE_GAPS,
    *MANDATE_SHORTFALLS,
    SELLER_ACTIVATION,
)
