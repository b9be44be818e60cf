"""Golden cases (a), (g), (h), (i), (j) and (l): orders, by their day, their limits and what becomes of them."""

from tests.golden.source import Case, Figure, Round, insert, line, market, order, seen

# The last second of 31 March in India and the first of 1 April: 18:30 UTC is midnight there.
A = Case(
    "a",
    1000,
    (
        Round(
            (
                *market(1000),
                *order(1001, "2026-03-31 18:29:59+00", "1000.10"),
                *order(1002, "2026-03-31 18:30:00+00", "2000.20"),
            ),
            (
                Figure("01_gross_gmv", "3000.30"),
                Figure("01_gross_gmv", "1000.10", "2025-26"),
                Figure("01_gross_gmv", "2000.20", "2026-27"),
                Figure("02_net_gmv", "1000.10", "2025-26"),
                Figure("03_orders", "1", "2025-26"),
                Figure("03_orders", "1", "2026-27"),
            ),
            (
                seen(
                    "v_order_lines",
                    "contract_id, contract_date_key",
                    "1001 20260331",
                    "1002 20260401",
                ),
            ),
        ),
    ),
)

# An order of March is cancelled in April: gross GMV stays in the old year, net GMV falls there and nowhere else. Of the
# year's 50,000.00 + 30,000.00 gross, 50,000.00 was cancelled, by the buyer.
G = Case(
    "g",
    7000,
    (
        Round(
            (
                *market(7000),
                *order(7001, "2026-03-20 12:00+05:30", "50000.00"),
                *order(7002, "2026-03-21 12:00+05:30", "30000.00"),
                *order(7003, "2026-04-02 12:00+05:30", "7000.00"),
            ),
            (
                Figure("01_gross_gmv", "80000.00", "2025-26"),
                Figure("02_net_gmv", "80000.00", "2025-26"),
                Figure("02_net_gmv", "7000.00", "2026-27"),
                Figure("03_orders", "2", "2025-26"),
            ),
        ),
        Round(
            (
                "update gem.contract set status = 'CANCELLED', cancelled_at = '2026-04-10 12:00+05:30',"
                " cancelled_by = 'BUYER' where contract_id = 7001",
            ),
            (
                Figure("01_gross_gmv", "80000.00", "2025-26"),
                Figure("02_net_gmv", "30000.00", "2025-26"),
                Figure("02_net_gmv", "7000.00", "2026-27"),
                Figure("03_orders", "1", "2025-26"),
                Figure("35_cancellation_rate", "0.625", "2025-26"),  # 50,000 / 80,000
                Figure("35_cancellation_rate", "50000.00", "2025-26", "by_buyer"),
            ),
        ),
    ),
)

# A direct purchase may cost 50,000.00 and not a paisa more; an L1 purchase 10,00,000.00, and its comparison must show
# three makers. A car (HSN 8703) may be bought directly at any price.
H = Case(
    "h",
    8000,
    (
        Round(
            (
                *market(8000),
                insert("category", category_id=8100, name="Cars", level=1, kind="PRODUCT", hsn_sac="870323"),
                insert("l1_comparison", comparison_id=8001, manufacturer_count=3, median_price="1000100.00"),
                insert("l1_comparison", comparison_id=8002, manufacturer_count=2, median_price="400000.00"),
                *order(8001, "2026-01-05 12:00+05:30", "50000.00"),
                *order(8002, "2026-02-05 12:00+05:30", "50000.01"),  # above
                *order(8003, "2026-03-05 12:00+05:30", "1000000.00", mode="L1", comparison_id=8001),
                *order(8004, "2026-04-05 12:00+05:30", "1000000.01", mode="L1", comparison_id=8001),  # above
                *order(8005, "2026-05-05 12:00+05:30", "400000.00", mode="L1", comparison_id=8002),  # two makers
                *order(8006, "2026-06-05 12:00+05:30", "900000.00"),
                "update gem.contract_item set category_id = 8100 where contract_id = 8006",
            ),
            (
                Figure("53_threshold_breaches", "1", "DIRECT", "orders"),
                Figure("53_threshold_breaches", "50000.01", "DIRECT"),
                Figure("53_threshold_breaches", "2", "L1", "orders"),
                Figure("53_threshold_breaches", "1400000.01", "L1"),  # 1,000,000.01 + 400,000.00
                # (100.00 + 99.99 + 0.00) saved of two medians of 1,000,100.00 and one of 400,000.00.
                Figure("30_savings_vs_median_offer", "199.99", None, "numerator"),
                Figure("30_savings_vs_median_offer", "2400200.00", None, "denominator"),
            ),
        ),
    ),
)

# Three orders of 40,000.00 by one user in one category within five days look like one of 120,000.00. A fourth, a week
# after the last of them, stands alone.
I = Case(  # noqa: E741  (the letter of DOMAIN 9)
    "i",
    9000,
    (
        Round(
            (
                *market(9000),
                *order(9001, "2026-01-05 09:00+05:30", "40000.00"),
                *order(9002, "2026-01-07 23:59+05:30", "40000.00"),
                *order(9003, "2026-01-09 12:00+05:30", "40000.00"),
                *order(9004, "2026-01-16 00:00+05:30", "40000.00"),
            ),
            (
                Figure("52_split_orders", "3", "DIRECT", "orders"),
                Figure("52_split_orders", "120000.00", "DIRECT"),
            ),
        ),
    ),
)

# 12 percent became 5 on 22 September 2025: 10,000.00 + 2 x 600.00, and a day later 10,000.00 + 2 x 250.00.
J = Case(
    "j",
    10000,
    (
        Round(
            (
                *market(10000),
                *order(10001, "2025-09-21 23:59+05:30", "11200.00"),
                *order(10002, "2025-09-22 00:00+05:30", "10500.00"),
                "update gem.contract_item set gst_rate = 12, taxable_value = 10000, cgst = 600, sgst = 600, igst = 0"
                " where contract_id = 10001",
                "update gem.contract_item set gst_rate = 5, taxable_value = 10000, cgst = 250, sgst = 250, igst = 0"
                " where contract_id = 10002",
            ),
            (
                Figure("01_gross_gmv", "21700.00", "2025-26"),
                Figure("02_net_gmv", "21700.00", "2025-26"),
            ),
            (
                seen(
                    "v_order_lines",
                    "contract_date_key, gst_rate, taxable_value, cgst, sgst, igst",
                    "20250921 12.000 10000.00 600.00 600.00 0.00",
                    "20250922 5.000 10000.00 250.00 250.00 0.00",
                ),
            ),
        ),
    ),
)

# One order, told of three times: placed with 10 at 100.00, accepted and cut to 8, then a line of 250.00 more. Whatever
# comes twice or late, the newest counts: 8 x 100.00 + 250.00.
L = Case(
    "l",
    12000,
    (
        Round(
            (*market(12000), *order(12001, "2026-02-01 12:00+05:30", "1000.00", qty=10)),
            (Figure("02_net_gmv", "1000.00", "2025-26"), Figure("34_acceptance_rate", None)),
        ),
        Round(
            (
                "update gem.contract set status = 'ACCEPTED', accepted_at = '2026-02-02 12:00+05:30'"
                " where contract_id = 12001",
                insert("contract_amendment", amendment_id=12001, contract_id=12001, contract_item_id=120011, kind="QTY",
                       old_value=10, new_value=8, approved_at="2026-02-03 12:00+05:30"),
            ),
            (Figure("02_net_gmv", "800.00", "2025-26"), Figure("34_acceptance_rate", "1")),
        ),
        Round(
            (
                "update gem.contract set total_value = 1250 where contract_id = 12001",
                line(12001, 2, "250.00", category_id=12000),
            ),
            (
                Figure("01_gross_gmv", "1250.00", "2025-26"),
                Figure("02_net_gmv", "1050.00", "2025-26"),
                Figure("03_orders", "1", "2025-26"),
                Figure("04_average_order_value", "1050.00"),
            ),
            (
                seen(
                    "v_order_lines",
                    "contract_item_id, status, ordered_qty, current_qty, current_value",
                    "120011 ACCEPTED 10.000 8.000 800.00",
                    "120012 ACCEPTED 1.000 1.000 250.00",
                ),
            ),
        ),
    ),
)  # fmt: skip

CASES = (A, G, H, I, J, L)
