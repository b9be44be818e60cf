"""Golden cases (k) and (m): a reverse auction, and a draft that is gone."""

from tests.golden.source import Case, Figure, Round, insert, market, seen

# A reverse auction that starts at 10,00,000.00 and is extended twice ends at the lowest offer, 9,00,000.00: 10 percent
# less. The second was the other seller's, 9,20,000.00. Awarded 25 days after publication, of an estimate of 12 lakh.
K = Case(
    "k",
    11000,
    (
        Round(
            (
                *market(11000),
                insert("seller", seller_id=11100, legal_name="Other", status="ACTIVE"),
                insert("bid", bid_id=11001, bid_number="GEM/2025/B/11001", org_id=11000, category_id=11000,
                       estimated_value="1200000.00", is_ra_enabled=True, published_at="2025-07-01 12:00+05:30",
                       closes_at="2025-07-15 12:00+05:30", opened_at="2025-07-15 13:00+05:30",
                       tech_evaluated_at="2025-07-20 12:00+05:30", awarded_at="2025-07-26 12:00+05:30",
                       status="AWARDED", extension_count=0),
                *(
                    insert("bid_participation", participation_id=11000 + rank, bid_id=11001, seller_id=seller_id,
                           submitted_at="2025-07-10 12:00+05:30", tech_status="QUALIFIED", quoted_value="1000000.00",
                           final_value=final, price_rank=rank, is_awarded=rank == 1)
                    for rank, seller_id, final in ((1, 11000, "900000.00"), (2, 11100, "920000.00"))
                ),
                insert("reverse_auction", ra_id=11001, bid_id=11001, ra_number="GEM/2025/R/11001",
                       start_price="1000000.00", starts_at="2025-07-21 10:00+05:30",
                       scheduled_end_at="2025-07-21 14:00+05:30", actual_end_at="2025-07-21 14:30+05:30",
                       extensions=2, status="COMPLETED"),
                *(
                    insert("ra_offer", ra_offer_id=11000 + number, ra_id=11001, bid_id=11001,
                           participation_id=11000 + rank, offered_value=value, offered_at=f"2025-07-21 {at}+05:30")
                    for number, rank, value, at in (
                        (1, 1, "950000.00", "13:50"), (2, 2, "920000.00", "14:10"), (3, 1, "900000.00", "14:20")
                    )
                ),
            ),
            (
                Figure("28_ra_reduction", "100000.00", "2025-26", "numerator"),
                Figure("28_ra_reduction", "0.1", "2025-26"),
                Figure("20_bidders_per_bid", "2", "2025-26"),
                Figure("21_qualified_bidders_per_bid", "2", "11000"),
                Figure("22_single_bid_rate", "0", "2025-26"),
                Figure("25_bid_to_award_days", "25", "2025-26", "median"),
                Figure("27_savings_vs_estimate", "0.25", "11000"),  # 300,000 of 1,200,000
            ),
            (
                seen(
                    "v_bids",
                    "ra_count, ra_extensions, ra_start_value, ra_final_value",
                    "1 2 1000000.00 900000.00",
                ),
                seen(
                    "v_ra_offers",
                    "ra_offer_id, seller_id, sequence_no, seconds_to_end, is_final_l1",
                    "11001 11000 1 2400 False",
                    "11002 11100 2 1200 False",
                    "11003 11000 3 600 True",
                ),
            ),
        ),
    ),
)  # fmt: skip

# A draft that its buyer deletes was never a bid that counts, and nothing of it stays.
M = Case(
    "m",
    13000,
    (
        Round(
            (
                *market(13000),
                insert("bid", bid_id=13001, org_id=13000, category_id=13000, estimated_value="5000.00", status="DRAFT"),
                insert("bid_item", bid_item_id=13001, bid_id=13001, category_id=13000, qty=5),
                insert("bid", bid_id=13002, org_id=13000, category_id=13000, published_at="2026-02-01 12:00+05:30",
                       status="PUBLISHED"),
            ),
            (Figure("26_bid_cancellation_rate", "1", None, "denominator"),),
            (
                seen(
                    "v_bids",
                    "bid_id, published_date_key, item_count",
                    "13001 -1 1",
                    "13002 20260201 0",
                ),
            ),
        ),
        Round(
            ("delete from gem.bid_item where bid_id = 13001", "delete from gem.bid where bid_id = 13001"),
            (Figure("26_bid_cancellation_rate", "1", None, "denominator"),),
            (
                seen(
                    "v_bids",
                    "bid_id, published_date_key, item_count",
                    "13002 20260201 0",
                ),
            ),
        ),
    ),
)  # fmt: skip

CASES = (K, M)
