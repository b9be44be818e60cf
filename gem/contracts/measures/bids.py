"""Measures of bids: competition and savings."""

from gem.contracts.measures.spec import Measure, Unit

BIDDERS_PER_BID = Measure(
    number=20,
    name="Bidders per bid",
    description="Participants not withdrawn before closing, by bid that any seller took part in.",
    folder="Bids",
    unit=Unit.RATIO,
    fact="fact_bid",
    numerator="sum(f.participants)",
    denominator="count(case when f.participants > 0 then 1 end)",
)
SINGLE_BID_RATE = Measure(
    number=22,
    name="Single-bid rate",
    description="Bids with exactly one qualified bidder, by bid technically evaluated.",
    folder="Bids",
    unit=Unit.SHARE,
    fact="fact_bid",
    numerator="count(case when f.is_single_bid then 1 end)",
    denominator="count(case when f.is_evaluated then 1 end)",
)
WIN_RATE = Measure(
    number=24,
    name="Win rate",
    description="Participations that won, by participation.",
    folder="Bids",
    unit=Unit.SHARE,
    fact="fact_bid_participation",
    numerator="count(case when f.is_awarded then 1 end)",
    denominator="count(*)",
)
SAVINGS_VS_ESTIMATE = Measure(
    number=27,
    name="Savings against estimate",
    description="Estimate less award, by estimate, over awarded bids where both are known and the estimate is above 0.",
    folder="Bids",
    unit=Unit.SHARE,
    fact="fact_bid",
    numerator="sum(case when f.estimated_value > 0 and f.awarded_value is not null "
    "then f.estimated_value - f.awarded_value end)",
    denominator="sum(case when f.estimated_value > 0 and f.awarded_value is not null then f.estimated_value end)",
)

BIDS = Measure(
    number=111,
    name="Bids",
    description="Bids published or drafted, in any status.",
    folder="Bids",
    unit=Unit.COUNT,
    fact="fact_bid",
    numerator="count(*)",
)
PARTICIPATIONS = Measure(
    number=112,
    name="Participations",
    description="Offers of sellers in bids, also those disqualified or withdrawn.",
    folder="Bids",
    unit=Unit.COUNT,
    fact="fact_bid_participation",
    numerator="count(*)",
)
AWARDS = Measure(
    number=113,
    name="Awards",
    description="Participations that won.",
    folder="Bids",
    unit=Unit.COUNT,
    fact="fact_bid_participation",
    numerator="count(case when f.is_awarded then 1 end)",
)

MEASURES = (BIDDERS_PER_BID, SINGLE_BID_RATE, WIN_RATE, SAVINGS_VS_ESTIMATE, BIDS, PARTICIPATIONS, AWARDS)
