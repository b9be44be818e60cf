"""Golden cases (e) and (f): receipts, payments and what is late."""

from datetime import date

from tests.golden.source import Case, Figure, Round, insert, line, market, order, payment, receipt, seen

NEW_YEAR = {"delivered_at": "2025-12-30 12:00+05:30", "crac_at": "2026-01-01 10:00+05:30"}

# Accepted on 1 January, due on the 11th. Paid on the 11th is in time, on the 12th a day late: 10,000.00 x 1 % x 1/30 is
# 3.33. A third bill of 5,000.00 is never paid: on 1 February it is 21 days late, 5,000.00 x 1 % x 21/30 is 35.00, and
# its CRAC 31 days old. That a first attempt to pay it failed changes nothing.
E = Case(
    "e",
    5000,
    (
        Round(
            (
                *market(5000),
                *order(5001, "2025-12-20 12:00+05:30", "10000.00"),
                *order(5002, "2025-12-20 12:00+05:30", "10000.00"),
                *order(5003, "2025-12-20 12:00+05:30", "5000.00"),
                *receipt(5001, 50011, 1, **NEW_YEAR),
                *receipt(5002, 50021, 1, **NEW_YEAR),
                *receipt(5003, 50031, 1, **NEW_YEAR),
                *payment(5001, 5001, 50012, "10000.00", "2026-01-11 23:59+05:30"),
                *payment(5002, 5002, 50022, "10000.00", "2026-01-12 00:00+05:30"),
                insert(
                    "payment",
                    payment_id=5000,
                    contract_id=5003,
                    invoice_id=5003,
                    crac_cert_id=50032,
                    payable_amount="5000.00",
                    paid_at="2026-01-05 12:00+05:30",
                    status="FAILED",
                ),
                *payment(5003, 5003, 50032, "5000.00", None),
            ),
            (
                Figure("41_time_to_payment", "10.5", "2025-26", "median"),  # of 10 and 11 days
                Figure("41_time_to_payment", "10.9", "2025-26", "p90"),
                Figure("42_paid_in_time", "0.4", "2025-26", as_of=date(2026, 2, 1)),  # 10,000 of 25,000
                Figure("42_paid_in_time", None, None, as_of=date(2026, 1, 11)),
                Figure("43_overdue_payable", "5000.00", "11-30", as_of=date(2026, 1, 12)),
                Figure("43_overdue_payable", "5000.00", "11-30", as_of=date(2026, 1, 31)),
                Figure("43_overdue_payable", "5000.00", "31-60", as_of=date(2026, 2, 1)),
                Figure("43_overdue_payable", "5000.00", ">90", as_of=date(2026, 4, 2)),
                Figure("44_penal_interest", "38.33", "5000", as_of=date(2026, 2, 1)),  # 3.33 + 35.00
                Figure("44_penal_interest", "0.00", "5000", as_of=date(2026, 1, 11)),
                Figure("45_order_to_cash_days", "22.5", "2025-26", "median"),  # 20 December to 11 and 12 January
                Figure("39_crac_in_time", "1", "2025-26"),
            ),
            (
                seen(
                    "v_payments",
                    "payment_id, crac_date_key, paid_date_key, days_crac_to_paid",
                    "5000 20260101 20260105 None",
                    "5001 20260101 20260111 10",
                    "5002 20260101 20260112 11",
                    "5003 20260101 -1 None",
                ),
            ),
        ),
    ),
)

# 100 ordered at 50.00. Of 100 delivered 60 and 30 are accepted and 10 rejected, and the order is cut to 90: worth
# 4,500.00 now, 500.00 of 5,000.00 received is rejected, all that is left is accepted and paid. Delivery was due on
# 10 December, by an extension of five days without damages on the 15th, and complete on the 14th. The second line, of
# 200.00, got five days with damages: due on the 10th all the same, it was four days late and cost the seller 1.00.
F = Case(
    "f",
    6000,
    (
        Round(
            (
                *market(6000),
                *order(6001, "2025-11-20 12:00+05:30", "5000.00", qty=100, accepted_at="2025-11-21 12:00+05:30"),
                line(6001, 2, "200.00", qty=10, category_id=6000),
                "update gem.contract set total_value = 5200 where contract_id = 6001",
                "update gem.contract_item set delivery_due_on = '2025-12-10' where contract_id = 6001",
                *receipt(6001, 60011, 60, delivered_at="2025-12-05 12:00+05:30", crac_at="2025-12-08 12:00+05:30"),
                *payment(6001, 6001, 60012, "3000.00", "2025-12-17 12:00+05:30"),
            ),
            (
                Figure("02_net_gmv", "5200.00", "2025-26"),
                Figure("36_on_time_delivery", "0", "2025-26"),
                Figure("38_rejection_rate", "0"),
                Figure("45_order_to_cash_days", None, None, "median"),
            ),
        ),
        Round(
            (
                *receipt(6002, 60011, 40, 10, delivered_at="2025-12-14 12:00+05:30", crac_at="2025-12-20 12:00+05:30"),
                *receipt(6003, 60012, 10, delivered_at="2025-12-14 12:00+05:30", crac_at="2025-12-25 12:00+05:30",
                         ld_amount="1.00"),
                insert("contract_amendment", amendment_id=6001, contract_id=6001, contract_item_id=60011, kind="QTY",
                       old_value=100, new_value=90, approved_at="2025-12-21 12:00+05:30"),
                insert("contract_amendment", amendment_id=6002, contract_id=6001, contract_item_id=60011,
                       kind="DP_EXTENSION", with_ld=False, old_value=20, new_value=25,
                       approved_at="2025-12-09 12:00+05:30"),
                insert("contract_amendment", amendment_id=6003, contract_id=6001, contract_item_id=60012,
                       kind="DP_EXTENSION", with_ld=True, old_value=20, new_value=25,
                       approved_at="2025-12-09 12:00+05:30"),
                # Approved by nobody.
                insert("contract_amendment", amendment_id=6004, contract_id=6001, contract_item_id=60012, kind="VALUE",
                       old_value=200, new_value=100),
                *payment(6002, 6001, 60022, "1500.00", "2025-12-22 12:00+05:30"),
                *payment(6003, 6001, 60032, "199.00", "2025-12-30 12:00+05:30", ld_deducted="1.00"),
            ),
            (
                Figure("02_net_gmv", "4700.00", "2025-26"),  # 90 x 50.00 + 200.00
                Figure("38_rejection_rate", "500.00", "6000", "numerator"),
                Figure("38_rejection_rate", "5200.00", "6000", "denominator"),
                Figure("36_on_time_delivery", "0.5", "2025-26"),
                Figure("37_delay_days", "4", "2025-26"),
                Figure("46_ld_rate", "1.00", "2025-26", "numerator"),
                Figure("46_ld_rate", "4700.00", "2025-26", "denominator"),
                Figure("45_order_to_cash_days", "40", "2025-26", "median"),  # 20 November to 30 December
                # Accepted after 3, 6 and 11 days.
                Figure("39_crac_in_time", "2", "2025-26", "numerator"),
                Figure("39_crac_in_time", "3", "2025-26", "denominator"),
                Figure("40_auto_crac_share", "0", "2025-26"),
            ),
            (
                seen(
                    "v_order_lines",
                    "contract_item_id, current_qty, accepted_qty, current_value",
                    "60011 90.000 90.000 4500.00",
                    "60012 10.000 10.000 200.00",
                ),
                seen(
                    "v_contracts",
                    "accepted_value, paid_value, ld_amount, order_to_cash_days, is_fully_paid",
                    "4700.00 4699.00 1.00 40 True",
                ),
            ),
        ),
    ),
)  # fmt: skip

CASES = (E, F)
