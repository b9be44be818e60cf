"""Golden cases (b), (c) and (d): what a seller is, and what it is charged."""

from tests.golden.source import Case, Figure, Round, Statement, insert, market, order, seen, seller_class


def sold(contract_id: int, day: str, value: str) -> tuple[Statement, ...]:
    """An order of a bid, accepted on its day."""
    return order(contract_id, f"{day} 12:00+05:30", value, mode="BID", accepted_at=f"{day} 13:00+05:30")


# A small firm is a medium one from 1 January 2026 on. What it sold until midnight in India counts for ever: 10,000.00
# of 40,000.00. That it grew is entered only after the first order arrived.
B = Case(
    "b",
    2000,
    (
        Round(
            (
                *market(2000),
                seller_class(1, 2000, "SMALL", is_trader=False, is_women_owned=False),
                *order(2001, "2025-12-31 23:59:59+05:30", "10000.00"),
            ),
            (Figure("11_mse_share", "1"), Figure("12_mse_share_of_orders", "1", "2025-26")),
        ),
        Round(
            (
                "update gem.seller_classification set valid_to = '2026-01-01' where classification_id = 2001",
                seller_class(2, 2000, "MEDIUM", is_trader=False, valid_from="2026-01-01"),
                *order(2002, "2026-01-01 00:00:00+05:30", "30000.00"),
            ),
            (
                Figure("11_mse_share", "10000.00", "2000", "numerator"),
                Figure("11_mse_share", "0.25", "2000"),
                Figure("12_mse_share_of_orders", "0.5", "2025-26"),
                # 10,000.00 is as much as the mandate asks of 40,000.00; it asks for 1,200.00 from women.
                Figure("16_mandate_gap", "0.00", "2000 2025-26", "mse_shortfall"),
                Figure("16_mandate_gap", "1200.00", "2000 2025-26", "women_shortfall"),
            ),
            (
                seen(
                    "v_sellers where seller_key > 0",
                    "valid_from, size, is_current",
                    "1900-01-01 00:00:00 SMALL False",
                    "2025-12-31 18:30:00 MEDIUM True",
                ),
            ),
        ),
    ),
)

# A micro firm of a woman of a Scheduled Caste sells 40,000.00 of 100,000.00: it counts once in each of the three
# shares. The mandate asks for 25,000.00, 4,000.00 and 3,000.00 of 100,000.00.
C = Case(
    "c",
    3000,
    (
        Round(
            (
                *market(3000),
                seller_class(1, 3000, "MICRO", is_trader=False, is_women_owned=True, social_category="SC"),
                insert("seller", seller_id=3100, legal_name="Large", status="ACTIVE"),
                insert("seller_classification", classification_id=3002, seller_id=3100, size="LARGE", is_trader=False,
                       is_women_owned=False, social_category="GEN"),
                *order(3001, "2025-06-01 12:00+05:30", "40000.00"),
                *order(3002, "2025-06-02 12:00+05:30", "60000.00"),
                "update gem.contract set seller_id = 3100 where contract_id = 3002",
            ),
            (
                Figure("11_mse_share", "0.4", "3000"),
                Figure("13_scst_mse_share", "0.4", "3000"),
                Figure("14_women_mse_share", "0.4", "2025-26"),
                Figure("16_mandate_gap", "0.15", "3000 2025-26"),  # 40 percent, of which 25 are asked for
                Figure("16_mandate_gap", "15000.00", "3000 2025-26", "numerator"),
                Figure("16_mandate_gap", "36000.00", "3000 2025-26", "scst_gap"),
                Figure("16_mandate_gap", "37000.00", "3000 2025-26", "women_gap"),
                Figure("16_mandate_gap", "0.00", "3000 2025-26", "mse_shortfall"),
            ),
        ),
    ),
)  # fmt: skip

# After 19.9 lakh an order of 12 lakh crosses the 20 lakh: the milestone charge of 10,000.00 is due, and in this year
# the crossing order pays nothing itself. Then 10 lakh exactly is free, 10 crore exactly pays 0.3 percent, which is
# 3,00,000.00, and 25 crore the flat 3,00,000.00: 610,000.00 in all, of which 310,000.00 was charged.
# From 2026-27 on the crossing order pays: 10,000.00 + 0.3 percent of 12 lakh, which is 3,600.00. A charge that was
# waived is none.
D = Case(
    "d",
    4000,
    (
        Round(
            (
                *market(4000),
                *sold(4001, "2025-05-01", "1990000.00"),
                *sold(4002, "2025-05-02", "1200000.00"),
                *sold(4003, "2025-05-03", "1000000.00"),
                *sold(4004, "2025-05-04", "100000000.00"),
                *sold(4005, "2025-05-05", "250000000.00"),
                *sold(4006, "2026-05-01", "1990000.00"),
                *sold(4007, "2026-05-02", "1200000.00"),
                insert("platform_charge", charge_id=4001, seller_id=4000, contract_id=4002, kind="ANNUAL_MILESTONE",
                       fy="2025-26", amount="10000.00", status="PAID"),
                insert("platform_charge", charge_id=4002, seller_id=4000, contract_id=4004, kind="TRANSACTION",
                       fy="2025-26", amount="300000.00", status="BILLED"),
                insert("platform_charge", charge_id=4003, seller_id=4000, contract_id=4007, kind="TRANSACTION",
                       fy="2026-27", amount="3600.00", status="WAIVED"),
            ),
            (
                Figure("55_platform_revenue", "310000.00", "2025-26", "charged"),
                Figure("55_platform_revenue", "610000.00", "2025-26", "expected"),
                Figure("55_platform_revenue", "300000.00", "2025-26", "leakage"),
                Figure("55_platform_revenue", "0", "2026-27", "charged"),
                Figure("55_platform_revenue", "13600.00", "2026-27", "expected"),
            ),
        ),
    ),
)  # fmt: skip

CASES = (B, C, D)
