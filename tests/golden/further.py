"""What (a) to (m) leave out, by hand as well: competition, shares of trade, growth and conduct, the buyer's score."""

from datetime import date

from tests.golden.source import Case, Figure, Round, Statement, insert, market, order, payment, receipt


def bid(bid_id: int, published: str, closes: str, **more: object) -> Statement:
    """A bid of the case's buyer in its category."""
    base = bid_id // 1000 * 1000
    return insert("bid", bid_id=bid_id, org_id=base, category_id=base, published_at=f"{published} 12:00+05:30",
                  closes_at=f"{closes} 12:00+05:30", **more)  # fmt: skip


def evaluated(bid_id: int, published: str, closes: str, awarded: str) -> Statement:
    """A bid that was opened as it closed, and awarded at noon."""
    at = f"{awarded} 12:00+05:30"
    return bid(bid_id, published, closes, opened_at=f"{closes} 13:00+05:30", awarded_at=at, status="AWARDED")


def offer(number: int, bid_id: int, seller_id: int, price: str, status: str = "QUALIFIED", **more: object) -> Statement:
    return insert("bid_participation", participation_id=number, bid_id=bid_id, seller_id=seller_id, tech_status=status,
                  submitted_at="2025-06-10 12:00+05:30", quoted_value=price, final_value=price, **more)  # fmt: skip


def seller(seller_id: int, size: str) -> tuple[Statement, ...]:
    return (
        insert("seller", seller_id=seller_id, legal_name=f"Seller {seller_id}", status="ACTIVE"),
        insert("seller_classification", classification_id=seller_id, seller_id=seller_id, size=size, is_trader=False),
    )


# In the first bid a large firm is lowest with 100,000.00 and a micro firm at 115,000.00, which is within 15 percent,
# matches; one was disqualified, and one withdrew before closing. The second has one qualified bidder. The third is
# cancelled before anybody looked at it. In the fourth the MSE stands one paisa above the band.
COMPETITION = Case(
    "competition",
    14000,
    (
        Round(
            (
                *market(14000),
                *seller(14100, "LARGE"),
                *seller(14200, "MICRO"),
                *seller(14300, "SMALL"),
                evaluated(14001, "2025-06-01", "2025-06-15", "2025-06-20"),
                offer(14001, 14001, 14100, "100000.00", price_rank=1),
                offer(14002, 14001, 14200, "115000.00", price_rank=2, is_awarded=True, award_basis="MSE_MATCH"),
                offer(14003, 14001, 14300, "90000.00", withdrawn_at="2025-06-15 11:59+05:30"),
                offer(14004, 14001, 14100, "80000.00", "DISQUALIFIED"),
                evaluated(14002, "2025-06-02", "2025-06-15", "2025-06-22"),
                offer(14005, 14002, 14200, "50000.00", price_rank=1, is_awarded=True, award_basis="L1"),
                bid(14003, "2025-06-03", "2025-06-15", cancelled_at="2025-06-16 12:00+05:30", status="CANCELLED"),
                evaluated(14004, "2025-06-04", "2025-06-15", "2025-06-25"),
                offer(14006, 14004, 14100, "100000.00", price_rank=1, is_awarded=True, award_basis="L1"),
                offer(14007, 14004, 14200, "115000.01", price_rank=2),
            ),
            (
                # Three, one and two stayed in the three that were opened.
                Figure("20_bidders_per_bid", "6", "2025-26", "numerator"),
                Figure("20_bidders_per_bid", "3", "2025-26", "denominator"),
                Figure("21_qualified_bidders_per_bid", "5", "14000", "numerator"),
                Figure("22_single_bid_rate", "1", "2025-26", "numerator"),
                Figure("22_single_bid_rate", "3", "2025-26", "denominator"),
                Figure("23_mse_participation", "4", None, "numerator"),  # 14002, 14003, 14005 and 14007
                Figure("23_mse_participation", "7", None, "denominator"),
                Figure("24_win_rate", "3", None, "numerator"),
                Figure("24_win_rate", "2", "MICRO", "numerator"),
                Figure("24_win_rate", "3", "MICRO", "denominator"),
                Figure("25_bid_to_award_days", "20", "2025-26", "median"),  # of 19, 20 and 21
                Figure("25_bid_to_award_days", "20.8", "2025-26", "p90"),
                Figure("26_bid_cancellation_rate", "0.25", "2025-26"),
                Figure("31_l1_l2_gap", "0.15000005", "2025-26", "median"),  # of 0.15 and 0.1500001
                Figure("32_mse_price_match_awards", "1", "2025-26", "numerator"),
                Figure("32_mse_price_match_awards", "1", "2025-26", "denominator"),
            ),
        ),
    ),
)

# The centre buys goods of class I for 600.00 from a start-up of the same state and of class II for 100.00 from another
# seller; a State buys a service for 300.00 from across the border. One order is rejected, one lapses unanswered.
TRADE = Case(
    "trade",
    15000,
    (
        Round(
            (
                *market(15000),
                *seller(15100, "MEDIUM"),
                insert("seller_classification", classification_id=15000, seller_id=15000, size="SMALL",
                       is_dpiit_startup=True, valid_from="2025-01-01"),
                insert("category", category_id=15200, name="Cleaning", level=1, kind="SERVICE", hsn_sac="998533"),
                insert("buyer_organisation", org_id=15300, level="DEPARTMENT", org_type="STATE_DEPT",
                       govt_tier="STATE", name="Works", state_code="29", is_ppp_mse_bound=False),
                insert("consignee_location", consignee_id=15001, org_id=15000, state_code="27"),
                insert("consignee_location", consignee_id=15002, org_id=15300, state_code="29"),
                *order(15001, "2025-06-02 12:00+05:30", "600.00", accepted_at="2025-06-03 12:00+05:30"),
                *order(15002, "2025-06-03 12:00+05:30", "300.00", accepted_at="2025-06-04 12:00+05:30"),
                *order(15003, "2025-06-04 12:00+05:30", "100.00"),
                *order(15004, "2025-06-05 12:00+05:30", "50.00", rejected_at="2025-06-06 12:00+05:30"),
                *order(15005, "2025-06-06 12:00+05:30", "25.00", cancelled_at="2025-06-11 12:00+05:30",
                       cancelled_by="SYSTEM"),
                "update gem.contract set org_id = 15300 where contract_id = 15002",
                "update gem.contract set seller_id = 15100 where contract_id = 15003",
                "update gem.contract_item set consignee_id = 15001, mii_class_at_order = 'I', mrp_at_order = 800"
                " where contract_id = 15001",
                "update gem.contract_item set consignee_id = 15002, category_id = 15200 where contract_id = 15002",
                "update gem.contract_item set mii_class_at_order = 'II', mrp_at_order = 200 where contract_id = 15003",
            ),
            (
                Figure("02_net_gmv", "1000.00"),
                Figure("07_services_share", "0.3"),
                Figure("08_central_share", "0.7", "2025-26"),
                Figure("09_procurement_by_buyer_state", "300.00", "29"),
                Figure("09_procurement_by_buyer_state", "300.00"),
                Figure("09_procurement_by_consignee_state", "600.00", "27"),
                Figure("09_procurement_by_consignee_state", "300.00", "29"),
                Figure("09_procurement_by_seller_state", "1000.00", "27"),
                Figure("10_active_buyers", "2", "2025-26"),
                Figure("10_active_sellers", "2", "2025-26"),
                Figure("15_startup_share", "0.9", "2025-26"),
                Figure("17_class_1_local_share", "600.00", "2025-26", "numerator"),
                Figure("17_class_1_local_share", "700.00", "2025-26", "denominator"),
                Figure("18_interstate_share", "0.3", "2025-26"),
                Figure("29_discount_to_mrp", "0.3", "DIRECT"),  # 700.00 for what is printed at 1,000.00
                Figure("33_hhi", "3700000000", "15000", "numerator"),  # 10,000 x (600 x 600 + 100 x 100)
                Figure("33_hhi", "490000", "15000", "denominator"),
                Figure("33_hhi", "10000", "15200"),
                Figure("34_acceptance_rate", "0.5", "2025-26"),
                Figure("35_cancellation_rate", "25.00", "2025-26", "by_system"),
            ),
        ),
    ),
)  # fmt: skip

JUNE = date(2025, 6, 30)
AT_NOON = "12:00+05:30"

# By 30 June 1,000.00 this year against 600.00 the year before, what came later then does not count. The first seller
# sold within 180 days of registration, on the 152nd; the second on the 181st; the third is too young. It has five
# ratings, the second four. Two incidents, answered after five and after six days, closed after ten and after four.
CONDUCT = Case(
    "conduct",
    16000,
    (
        Round(
            (
                *market(16000, registered_on="2024-01-01"),
                insert("seller", seller_id=16100, status="SUSPENDED", registered_on="2024-01-01"),
                insert("seller", seller_id=16200, status="ACTIVE", registered_on="2025-06-01"),
                *order(16001, f"2024-06-01 {AT_NOON}", "500.00"),
                *order(16002, f"2024-06-30 {AT_NOON}", "100.00"),
                *order(16003, f"2024-09-01 {AT_NOON}", "400.00"),
                *order(16004, f"2025-06-30 {AT_NOON}", "1000.00"),
                "update gem.contract set seller_id = 16100 where contract_id = 16002",
                *(
                    insert("rating", rating_id=16000 + number, ratee_type="SELLER", ratee_id=ratee, score=score)
                    for number, (ratee, score) in enumerate(
                        [*((16000, score) for score in (5, 4, 4, 3, 5)), *((16100, score) for score in (1, 1, 2, 2))]
                    )
                ),
                *(
                    insert("incident", incident_id=16000 + number, stage=stage, severity="MILD",
                           raised_at=f"2025-06-01 {AT_NOON}", scn_at=f"2025-06-02 {AT_NOON}",
                           responded_at=f"{responded} {AT_NOON}", closed_at=f"{closed} {AT_NOON}")
                    for number, (stage, responded, closed) in enumerate(
                        (("POST_CONTRACT", "2025-06-07", "2025-06-11"), ("PRE_CONTRACT", "2025-06-08", "2025-06-05"))
                    )
                ),
                *(
                    insert("security_deposit", deposit_id=16000 + number, kind=kind, amount=amount, status=status,
                           held_at=f"2025-05-01 {AT_NOON}", released_at=released and f"{released} {AT_NOON}")
                    for number, (kind, amount, status, released) in enumerate(
                        (
                            ("EMD", "1000.00", "HELD", None),
                            ("EMD", "500.00", "RELEASED", "2025-07-15"),
                            ("EPBG", "300.00", "FORFEITED", "2025-06-01"),
                            ("EPBG", "700.00", "RELEASED", "2025-06-30"),
                        )
                    )
                ),
            ),
            (
                Figure("05_gmv_growth", "400.00", "16000", "numerator", JUNE),
                Figure("05_gmv_growth", "600.00", "16000", "denominator", JUNE),
                Figure("06_daily_average_gmv", "1000.00", "16000", "numerator", JUNE),
                Figure("06_daily_average_gmv", "91", "16000", "denominator", JUNE),
                Figure("19_seller_activation", "1", "2023-24", "numerator", JUNE),
                Figure("19_seller_activation", "2", "2023-24", "denominator", JUNE),
                Figure("47_incidents_per_1000_orders", "1000", "2025-26"),
                Figure("48_incident_closure", "7", "MILD", "median"),
                Figure("48_incident_closure", "0.5", "MILD"),
                Figure("49_gmv_at_risk", "100.00", "SUSPENDED"),
                Figure("51_seller_rating", "4.2", "16000"),
                Figure("51_seller_rating", None, "16100"),
                Figure("54_deposits", "1500.00", "EMD", "outstanding", JUNE),
                Figure("54_deposits", "1000.00", "EMD", "outstanding"),
                Figure("54_deposits", "0.3", "EPBG"),
            ),
        ),
    ),
)  # fmt: skip

# One of two bids is decided within thirty days of closing and ordered within seven, one of two deliveries accepted
# within ten, and 250.00 of 1,000.00 paid within ten: 0.15 / 2 + 0.15 / 2 + 0.30 / 2 + 0.40 / 4.
SCORE = Case(
    "score",
    17000,
    (
        Round(
            (
                *market(17000),
                evaluated(17001, "2024-12-20", "2025-01-10", "2025-02-09"),
                evaluated(17002, "2024-12-20", "2025-01-10", "2025-02-10"),
                *order(17001, "2025-02-16 23:00+05:30", "1000.00", mode="BID", bid_id=17001),
                *order(17002, "2025-03-16 12:00+05:30", "1000.00", mode="BID", bid_id=17002),
                *receipt(17001, 170011, 1, delivered_at="2025-03-01 12:00+05:30", crac_at="2025-03-11 23:00+05:30"),
                *receipt(17002, 170021, 1, delivered_at="2025-04-01 12:00+05:30", crac_at="2025-04-12 00:00+05:30"),
                *payment(17001, 17001, 170012, "250.00", "2025-03-21 12:00+05:30"),
                *payment(17002, 17002, 170022, "750.00", "2025-05-21 12:00+05:30"),
            ),
            (Figure("50_buyer_score", "0.4", "17000"), Figure("50_buyer_score", "0.4")),
        ),
    ),
)

CASES = (COMPETITION, TRADE, CONDUCT, SCORE)
