"""Measures of bids: competition, time, savings, and who wins."""

from gem.contracts.measures.orders import LINES
from gem.contracts.measures.spec import Aggregate, Figure, Measure, Unit, median, ninetieth, rows, total

_BIDS = "mart.fact_bid"
_PARTICIPATIONS = "mart.fact_bid_participation"
_ESTIMATED_AWARDS = "f.estimated_value > 0 and f.awarded_value is not null"

_HHI_DAX = """\
VAR Parts =
    ADDCOLUMNS (
        SUMMARIZE ( 'Order lines', 'Order lines'[Source id], 'Order lines'[Seller id] ),
        "@Amount", CALCULATE ( SUM ( 'Order lines'[Current value] ) )
    )
VAR Whole = SUMX ( Parts, [@Amount] )
RETURN
    DIVIDE (
        SUMX ( FILTER ( Parts, NOT ISBLANK ( 'Order lines'[Seller id] ) ), 10000 * [@Amount] * [@Amount] ),
        Whole * Whole
    )"""

BIDDERS_PER_BID = Measure(
    key="bidders_per_bid",
    number=20,
    name="Bidders per bid",
    description="Participants not withdrawn before closing, by opened bid.",
    folder="Bids",
    unit=Unit.RATIO,
    relation=_BIDS,
    where="f.is_opened",
    numerator=total("f.participants"),
    denominator=rows(),
)
QUALIFIED_BIDDERS_PER_BID = Measure(
    key="qualified_bidders_per_bid",
    number=21,
    name="Qualified bidders per bid",
    description="Technically qualified participants, by bid technically evaluated.",
    folder="Bids",
    unit=Unit.RATIO,
    relation=_BIDS,
    where="f.is_evaluated",
    numerator=total("f.tech_qualified"),
    denominator=rows(),
)
SINGLE_BID_RATE = Measure(
    key="single_bid_rate",
    number=22,
    name="Single-bid rate",
    description="Bids with exactly one qualified bidder, by bid technically evaluated.",
    folder="Bids",
    unit=Unit.SHARE,
    relation=_BIDS,
    where="f.is_evaluated",
    numerator=rows("f.is_single_bid"),
    denominator=rows(),
)
MSE_PARTICIPATION = Measure(
    key="mse_participation",
    number=23,
    name="MSE participation",
    description="Participations of sellers who were micro or small enterprises at submission, of all.",
    folder="Bids",
    unit=Unit.SHARE,
    relation=_PARTICIPATIONS,
    dimensions=("seller_key",),
    numerator=rows("seller.is_mse"),
    denominator=rows(),
)
WIN_RATE = Measure(
    key="win_rate",
    number=24,
    name="Win rate",
    description="Participations that won, by participation.",
    folder="Bids",
    unit=Unit.SHARE,
    relation=_PARTICIPATIONS,
    numerator=rows("f.is_awarded"),
    denominator=rows(),
    slices=("seller.size",),
)
BID_TO_AWARD_DAYS = Measure(
    key="bid_to_award_days",
    number=25,
    name="Bid to award",
    description="Median of the Indian days from publication to award.",
    folder="Bids",
    unit=Unit.DAYS,
    relation=_BIDS,
    numerator=median("f.days_to_award"),
)
BID_TO_AWARD_DAYS_P90 = Measure(
    key="bid_to_award_days_p90",
    number=25,
    name="Bid to award, 90th percentile",
    description="90th percentile of the Indian days from publication to award.",
    folder="Bids",
    unit=Unit.DAYS,
    relation=_BIDS,
    numerator=ninetieth("f.days_to_award"),
)
BID_CANCELLATION_RATE = Measure(
    key="bid_cancellation_rate",
    number=26,
    name="Bid cancellation rate",
    description="Bids that were cancelled, of those published.",
    folder="Bids",
    unit=Unit.SHARE,
    relation=_BIDS,
    where="f.published_at is not null",
    numerator=rows("f.is_cancelled"),
    denominator=rows(),
)
SAVINGS_VS_ESTIMATE = Measure(
    key="savings_vs_estimate",
    number=27,
    name="Savings against estimate",
    description="Estimate less award, by estimate, over awarded bids where both are known and the estimate is above 0.",
    folder="Savings",
    unit=Unit.SHARE,
    relation=_BIDS,
    where=_ESTIMATED_AWARDS,
    numerator=total("f.estimated_value - f.awarded_value"),
    denominator=total("f.estimated_value"),
    slices=("category.category_name",),
)
RA_REDUCTION = Measure(
    key="ra_reduction",
    number=28,
    name="Reverse auction reduction",
    description="Start price less lowest offer, by start price, over ended reverse auctions with an offer.",
    folder="Savings",
    unit=Unit.SHARE,
    relation=_BIDS,
    numerator=total("f.ra_start_value - f.ra_final_value"),
    denominator=total("f.ra_start_value"),
)
DISCOUNT_TO_MRP = Measure(
    key="discount_to_mrp",
    number=29,
    name="Discount to MRP",
    description="Maximum retail value less value at award, by the former, over direct and L1 purchases with an MRP.",
    folder="Savings",
    unit=Unit.SHARE,
    relation=LINES,
    where="f.buy_mode in ('DIRECT', 'L1') and f.mrp_value is not null and f.line_value is not null",
    numerator=total("f.mrp_value - f.line_value"),
    denominator=total("f.mrp_value"),
    slices=("f.buy_mode",),
)
SAVINGS_VS_MEDIAN_OFFER = Measure(
    key="savings_vs_median_offer",
    number=30,
    name="Savings against the median offer",
    description="Median price of the offers compared less price paid, by the former, over L1 purchases.",
    folder="Savings",
    unit=Unit.SHARE,
    relation="bi.v_l1_savings",
    numerator=total("f.saving"),
    denominator=total("f.median_value"),
)
L1_L2_GAP = Measure(
    key="l1_l2_gap",
    number=31,
    name="L1 to L2 gap",
    description="Median of how far the second lowest qualified price is above the lowest, by the lowest.",
    folder="Bids",
    unit=Unit.SHARE,
    relation=_BIDS,
    numerator=median("case when f.l1_value > 0 then (f.l2_value - f.l1_value) / f.l1_value end"),
)
MSE_PRICE_MATCH_AWARDS = Measure(
    key="mse_price_match_awards",
    number=32,
    name="MSE price match awards",
    description="Bids awarded to an MSE that matched, of those whose lowest offer was of no MSE while one had quoted "
    "within the price band.",
    folder="Mandate",
    unit=Unit.SHARE,
    relation="bi.v_mse_price_match",
    numerator=rows("f.is_mse_match"),
    denominator=rows(),
)
HHI = Measure(
    key="hhi",
    number=33,
    name="Seller concentration (HHI)",
    description="Herfindahl-Hirschman index of net GMV among sellers: 10,000 is one seller. Meant by category.",
    folder="Sellers",
    unit=Unit.INDEX,
    relation=LINES,
    per=("seller_id",),
    inner=total("f.current_value"),
    numerator=total("10000 * part.amount * part.amount", where="part.seller_id is not null"),
    denominator=Figure(aggregate=Aggregate.SQUARED_SUM, of="part.amount"),
    dax=_HHI_DAX,
    slices=("category.category_name",),
)

BIDS = Measure(
    key="bids",
    number=111,
    name="Bids",
    description="Bids published or drafted, in any status.",
    folder="Bids",
    unit=Unit.COUNT,
    relation=_BIDS,
    numerator=rows(),
)
PARTICIPATIONS = Measure(
    key="participations",
    number=112,
    name="Participations",
    description="Offers of sellers in bids, also those disqualified or withdrawn.",
    folder="Bids",
    unit=Unit.COUNT,
    relation=_PARTICIPATIONS,
    numerator=rows(),
)
AWARDS = Measure(
    key="awards",
    number=113,
    name="Awards",
    description="Participations that won.",
    folder="Bids",
    unit=Unit.COUNT,
    relation=_PARTICIPATIONS,
    numerator=rows("f.is_awarded"),
)

MEASURES = (
    BIDDERS_PER_BID,
    QUALIFIED_BIDDERS_PER_BID,
    SINGLE_BID_RATE,
    MSE_PARTICIPATION,
    WIN_RATE,
    BID_TO_AWARD_DAYS,
    BID_TO_AWARD_DAYS_P90,
    BID_CANCELLATION_RATE,
    SAVINGS_VS_ESTIMATE,
    RA_REDUCTION,
    DISCOUNT_TO_MRP,
    SAVINGS_VS_MEDIAN_OFFER,
    L1_L2_GAP,
    MSE_PRICE_MATCH_AWARDS,
    HHI,
    BIDS,
    PARTICIPATIONS,
    AWARDS,
)
