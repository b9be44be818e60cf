"""The report's pages, declared once: what Power BI shows and what the preview shows of the warehouse."""

from dataclasses import dataclass
from enum import StrEnum

from gem.contracts.measures.registry import MEASURE_BY_KEY
from gem.contracts.measures.spec import Measure


class Axis(StrEnum):
    """What measures are shown by."""

    MONTH = "month"
    YEAR = "financial year"
    MINISTRY = "ministry"
    BUYER_STATE = "state"
    CATEGORY = "category"
    SIZE = "size of seller"
    MODE = "mode of purchase"


COLUMNS: dict[Axis, str] = {
    Axis.MINISTRY: "buyer_org.ministry_name",
    Axis.BUYER_STATE: "buyer_org.state_code",
    Axis.CATEGORY: "category.category_name",
    Axis.SIZE: "seller.size",
    Axis.MODE: "buy_mode.label",
}
"""The column that an axis groups by, by the dimension's name without `dim_`; years and months have a rule instead."""


class Shape(StrEnum):
    """How figures are shown."""

    LINE = "line"
    BARS = "bars"
    PARTS = "parts"
    """A bar for each of several measures."""
    TABLE = "table"


@dataclass(frozen=True)
class Visual:
    """One picture or table of measures; `by` is None for parts, which have a bar a measure."""

    title: str
    shape: Shape
    measures: tuple[str, ...]
    by: Axis | None = None

    @property
    def axis_of_members(self) -> Axis | None:
        """The axis whose largest members are shown; None where time or the measures themselves are the axis."""
        return None if self.by in (Axis.MONTH, Axis.YEAR) else self.by

    @property
    def declared(self) -> tuple[Measure, ...]:
        """Its measures."""
        return tuple(MEASURE_BY_KEY[key] for key in self.measures)


@dataclass(frozen=True)
class Page:
    """A page: what it answers, its headline figures, and its pictures."""

    key: str
    title: str
    question: str
    cards: tuple[str, ...] = ()
    visuals: tuple[Visual, ...] = ()
    listings: tuple[str, ...] = ()
    """Views of bi that are shown row by row."""
    is_comparing: bool = False
    """Whether every measure in all is shown too: in Power BI by the warehouse and by the model, side by side."""

    @property
    def measures(self) -> tuple[Measure, ...]:
        """Its headline figures."""
        return tuple(MEASURE_BY_KEY[key] for key in self.cards)


OVERVIEW = Page(
    key="overview",
    title="Overview",
    question="How much was bought, how fast does it grow, and where?",
    cards=(
        "net_gmv",
        "gross_gmv",
        "orders",
        "average_order_value",
        "gmv_growth",
        "daily_average_gmv",
        "active_buyers",
        "active_sellers",
    ),
    visuals=(
        Visual("Net GMV by month of the contract", Shape.LINE, ("net_gmv",), Axis.MONTH),
        Visual("Net GMV by mode of purchase", Shape.BARS, ("net_gmv",), Axis.MODE),
        Visual("Net GMV by category", Shape.BARS, ("net_gmv",), Axis.CATEGORY),
        Visual(
            "Years side by side",
            Shape.TABLE,
            ("gross_gmv", "net_gmv", "orders", "average_order_value", "mse_share", "cancellation_rate"),
            Axis.YEAR,
        ),
    ),
)
BUYERS = Page(
    key="buyers",
    title="Buyers and ministries",
    question="Who buys, of what kind, and how well do buyers keep their word?",
    cards=("active_buyers", "central_share", "services_share", "buyer_score", "cancellation_rate", "split_orders"),
    visuals=(
        Visual("Net GMV by ministry", Shape.BARS, ("net_gmv",), Axis.MINISTRY),
        Visual("Procurement of states and local bodies", Shape.BARS, ("procurement_by_buyer_state",), Axis.BUYER_STATE),
        Visual("Orders by month of the contract", Shape.LINE, ("orders",), Axis.MONTH),
        Visual(
            "Ministries side by side",
            Shape.TABLE,
            ("net_gmv", "orders", "average_order_value", "cancellation_rate", "paid_in_time", "buyer_score"),
            Axis.MINISTRY,
        ),
    ),
)
SELLERS = Page(
    key="sellers",
    title="Sellers and MSE mandate",
    question="Who sells, and do bound buyers reach 25, 4 and 3 percent?",
    cards=(
        "active_sellers",
        "mse_share",
        "ppp_mse_share",
        "scst_mse_share",
        "women_mse_share",
        "startup_share",
        "seller_activation",
        "seller_rating",
    ),
    visuals=(
        Visual(
            "Bound buyers above (+) or below (\N{MINUS SIGN}) their targets",
            Shape.PARTS,
            ("mandate_gap_mse", "mandate_gap_scst", "mandate_gap_women"),
        ),
        Visual("Net GMV by size of seller", Shape.BARS, ("net_gmv",), Axis.SIZE),
        Visual("Seller concentration by category (HHI, 0 to 10,000)", Shape.BARS, ("hhi",), Axis.CATEGORY),
        Visual(
            "The mandate by ministry",
            Shape.TABLE,
            ("mse_share", "mandate_gap_mse", "mandate_gap_scst", "mandate_gap_women", "mandate_shortfall_mse"),
            Axis.MINISTRY,
        ),
    ),
)
BIDS = Page(
    key="bids",
    title="Bids and competition",
    question="How many compete, how long does it take, and what does it save?",
    cards=(
        "bids",
        "bidders_per_bid",
        "qualified_bidders_per_bid",
        "single_bid_rate",
        "bid_to_award_days",
        "bid_cancellation_rate",
        "savings_vs_estimate",
        "ra_reduction",
    ),
    visuals=(
        Visual("Bids by month of publication", Shape.LINE, ("bids",), Axis.MONTH),
        Visual("Win rate by size of seller", Shape.BARS, ("win_rate",), Axis.SIZE),
        Visual("Savings against estimate by category", Shape.BARS, ("savings_vs_estimate",), Axis.CATEGORY),
        Visual(
            "Categories side by side",
            Shape.TABLE,
            ("bids", "bidders_per_bid", "single_bid_rate", "bid_to_award_days", "l1_l2_gap", "savings_vs_estimate"),
            Axis.CATEGORY,
        ),
    ),
)
DELIVERY = Page(
    key="delivery",
    title="Delivery and payment",
    question="Does it come in time, is it accepted, and is it paid?",
    cards=(
        "on_time_delivery",
        "delay_days",
        "rejection_rate",
        "crac_in_time",
        "time_to_payment",
        "paid_in_time",
        "overdue_payable",
        "penal_interest",
    ),
    visuals=(
        Visual(
            "Overdue payables by age since the CRAC",
            Shape.PARTS,
            (
                "overdue_payable_to_30",
                "overdue_payable_31_to_60",
                "overdue_payable_61_to_90",
                "overdue_payable_over_90",
            ),
        ),
        Visual("Overdue payables by ministry", Shape.BARS, ("overdue_payable",), Axis.MINISTRY),
        Visual("On-time delivery by month of the contract", Shape.LINE, ("on_time_delivery",), Axis.MONTH),
        Visual(
            "Ministries side by side",
            Shape.TABLE,
            (
                "on_time_delivery",
                "crac_in_time",
                "time_to_payment",
                "paid_in_time",
                "overdue_payable",
                "penal_interest",
            ),
            Axis.MINISTRY,
        ),
    ),
)
QUALITY = Page(
    key="quality",
    title="Data quality and freshness",
    question="How old is what is shown, and what was left out of it?",
    cards=("data_age_hours", "order_lines", "contracts", "bids", "participations"),
    listings=("v_freshness", "v_quality", "v_open_rejects"),
)
RECONCILIATION = Page(
    key="reconciliation",
    title="Reconciliation",
    question="Do the model in Power BI and the warehouse say the same?",
    is_comparing=True,
    visuals=(
        Visual(
            "Totals by financial year",
            Shape.TABLE,
            (
                "gross_gmv",
                "net_gmv",
                "contracts",
                "orders",
                "order_lines",
                "rate_contracts",
                "bids",
                "participations",
                "awards",
                "mse_share",
                "acceptance_rate",
                "rejection_rate",
                "platform_revenue",
                "bid_to_award_days",
            ),
            Axis.YEAR,
        ),
    ),
)
PAGES = (OVERVIEW, BUYERS, SELLERS, BIDS, DELIVERY, QUALITY, RECONCILIATION)
