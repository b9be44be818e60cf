"""The rows that test_measures computes its figures from by hand."""

from typing import Any

from gem.warehouse.connection import Connection
from tests.warehouse.mart_rows import noon, policy, put

PARAMETERS: dict[str, float | str] = {
    "DP_LIMIT": 50_000,
    "L1_LIMIT": 1_000_000,
    "AUTOMOBILE_HSN_PREFIXES": "8704, 8703",
    "L1_MIN_MANUFACTURERS": 3,
    "SPLIT_WINDOW_DAYS": 7,
    "CRAC_DAYS": 10,
    "PAYMENT_DAYS": 10,
    "PENAL_INTEREST_PCT_MONTH": 1,
    "SCST_TARGET_PCT": 4,
    "MSE_PRICE_BAND_PCT": 15,
    "ACTIVATION_DAYS": 180,
    "SCN_REPLY_DAYS": 5,
    "RATING_MIN_COUNT": 5,
    "BID_CLOSURE_DAYS": 90,
    "ORDER_PLACING_DAYS": 15,
    "BUYER_SCORE_CLOSURE_PCT": 15,
    "BUYER_SCORE_PLACING_PCT": 15,
    "BUYER_SCORE_ACCEPTANCE_PCT": 30,
    "BUYER_SCORE_PAYMENT_PCT": 40,
    "SMV_THRESHOLD": 2_000_000,
    "ANNUAL_MILESTONE_CHARGE": 10_000,
    "CHARGE_FREE_UP_TO": 1_000_000,
    "CHARGE_PCT": 0.3,
    "CHARGE_FLAT_ABOVE": 100_000_000,
    "CHARGE_FLAT": 300_000,
}

MINISTRY, STATE = 11, 12
WOMAN, TRADER, LARGE, UNCLASSED = 21, 22, 23, 24
CARS, SERVICE, CHAIRS = 31, 32, 33
MUMBAI, DELHI = 41, 42
GSTIN_STATE = {WOMAN: "27", TRADER: "07", LARGE: "27", UNCLASSED: None}


def put_all(connection: Connection) -> None:
    """Everything, in one transaction of the caller."""
    _rules(connection)
    _members(connection)
    _orders(connection)
    _deliveries(connection)
    _payments(connection)
    _bids(connection)
    _conduct(connection)


def order(connection: Connection, contract_id: int, day: str, seller: int, value: str, **values: Any) -> None:
    """A contract of one line: the line, and the contract beside it, accepted on its day where nothing else is said."""
    header = {
        "contract_id": contract_id,
        "contract_at": noon(day),
        "accepted_at": noon(day),
        "seller_id": seller,
        "seller_key": seller,
        "buyer_org_key": MINISTRY,
        "status": "COMPLETED",
        "buy_mode": "BID",
    }
    ours = (
        "status",
        "buy_mode",
        "buyer_org_key",
        "accepted_at",
        "rejected_at",
        "cancelled_at",
        "cancelled_by",
        "bid_id",
    )
    header |= {name: values[name] for name in ours if name in values}
    is_void = header["status"] in ("CANCELLED", "REJECTED")
    line = {
        "category_key": CHAIRS,
        "current_value": 0 if is_void else value,
        "seller_state_code": GSTIN_STATE.get(seller),
    }
    org_id, key = header["buyer_org_key"], contract_id * 10
    lines = {**header, **line, "contract_item_id": key, "line_value": value, "org_id": org_id}
    lines |= {name: value for name, value in values.items() if name not in LIFECYCLE}
    lines["category_id"] = lines["category_key"]
    put(connection, "fact_order_line", **lines)
    whole = {name: value for name, value in values.items() if name in LIFECYCLE}
    put(connection, "fact_contract_lifecycle", **header, org_id=org_id, is_void=is_void, **whole)


LIFECYCLE = ("ld_amount", "accepted_value", "order_to_cash_days")


def _rules(connection: Connection) -> None:
    for code, value in PARAMETERS.items():
        policy(connection, code, value)
    policy(connection, "MSE_TARGET_PCT", 20, until_day="2025-04-01")
    policy(connection, "MSE_TARGET_PCT", 25, first_day="2025-04-01")
    policy(connection, "GAZETTED_HOLIDAY", "Republic Day", "2026-01-26", "2026-01-27")


def _members(connection: Connection) -> None:
    central = {"govt_tier": "CENTRAL", "ministry_id": 100, "ministry_name": "Railways", "is_ppp_mse_bound": True}
    put(connection, "dim_buyer_org", buyer_org_key=MINISTRY, org_id=MINISTRY, state_code="07", **central)
    put(connection, "dim_buyer_org", buyer_org_key=STATE, org_id=STATE, govt_tier="STATE", state_code="27")
    small = {"size": "SMALL", "is_mse": True, "is_startup": False, "is_scst": False, "is_women_owned": False}
    owned = {"is_scst": True, "is_women_owned": True, "is_startup": True, "is_ppp_mse": True}
    sellers: dict[int, dict[str, Any]] = {
        WOMAN: {**small, **owned, "registered_on": "2025-01-01", "status": "ACTIVE"},
        TRADER: {**small, "is_ppp_mse": False, "registered_on": "2024-10-01", "status": "ACTIVE"},
        LARGE: {**small, "size": "LARGE", "is_mse": False, "is_ppp_mse": False, "registered_on": "2025-12-01"},
        UNCLASSED: {"status": "ACTIVE"},
    }
    sellers[LARGE]["status"] = "SUSPENDED"
    for seller, values in sellers.items():
        put(connection, "dim_seller", seller_key=seller, seller_id=seller, seller_name=f"Seller {seller}", **values)
    for category, kind, hsn in (
        (CARS, "PRODUCT", "87032310"),
        (SERVICE, "SERVICE", "998519"),
        (CHAIRS, "PRODUCT", "9401"),
    ):
        name = f"Category {category}"
        put(
            connection,
            "dim_category",
            category_key=category,
            category_id=category,
            kind=kind,
            hsn_sac=hsn,
            category_name=name,
        )
    for consignee, state in ((MUMBAI, "27"), (DELHI, "07")):
        put(connection, "dim_consignee", consignee_key=consignee, consignee_id=consignee, state_code=state)


def _orders(connection: Connection) -> None:
    direct = {"buy_mode": "DIRECT", "consignee_key": MUMBAI}
    user = {**direct, "buyer_user_id": 5, "ordered_qty": 10, "current_qty": 10, "due_without_ld_on": "2025-05-25"}
    mine = {"mii_class": "I", "accepted_value": 40_000}
    order(
        connection,
        1,
        "2025-05-01",
        WOMAN,
        "40000.00",
        **user,
        **mine,
        delivered_qty=10,
        mrp_value=50_000,
        last_delivered_at=noon("2025-05-20"),
        order_to_cash_days=30,
        bid_id=1,
    )
    order(
        connection,
        2,
        "2025-05-03",
        WOMAN,
        "40000.00",
        **user,
        **mine,
        delivered_qty=10,
        ld_amount=500,
        last_delivered_at=noon("2025-05-30"),
        order_to_cash_days=41,
    )
    order(
        connection,
        3,
        "2025-05-05",
        TRADER,
        "40000.00",
        **user,
        mii_class="II",
        delivered_qty=10,
        last_delivered_at=noon("2025-06-04"),
    )
    late = {"buyer_user_id": 6, "ordered_qty": 1, "current_qty": 1, "due_without_ld_on": "2025-06-30"}
    order(connection, 4, "2025-06-01", LARGE, "50000.01", **direct, **late, status="IN_DELIVERY")
    order(connection, 5, "2025-06-02", LARGE, "50000.00", **direct, buyer_org_key=STATE, buyer_user_id=6)
    away = {"consignee_key": DELHI}
    order(connection, 6, "2024-05-01", WOMAN, "1000000.00", **away, category_key=SERVICE, current_value=900_000)
    compared = {"buy_mode": "L1", "comparison_id": 7, "unit_price": 100, "ordered_qty": 1000, "mrp_value": 150_000}
    order(
        connection,
        7,
        "2025-07-01",
        TRADER,
        "100000.00",
        **away,
        **compared,
        buyer_org_key=STATE,
        due_without_ld_on="2026-04-15",
    )
    put(connection, "fact_l1_comparison", comparison_id=7, manufacturer_count=2, median_price=120)
    order(
        connection,
        8,
        "2025-08-01",
        UNCLASSED,
        "200000.00",
        **away,
        buyer_org_key=STATE,
        category_key=CARS,
        status="CANCELLED",
        cancelled_by="BUYER",
        accepted_at=None,
    )
    order(
        connection,
        9,
        "2025-09-01",
        LARGE,
        "900000.00",
        **away,
        category_key=CARS,
        buy_mode="DIRECT",
        buyer_user_id=6,
        status="ACCEPTED",
    )
    for contract_id, status, by in ((10, "REJECTED", None), (11, "CANCELLED", "SYSTEM")):
        put(
            connection,
            "fact_contract_lifecycle",
            contract_id=contract_id,
            status=status,
            cancelled_by=by,
            is_void=True,
            contract_at=noon("2025-10-01"),
        )


def _deliveries(connection: Connection) -> None:
    days = (("2025-05-20", "2025-05-30"), ("2025-05-30", "2025-06-10"), ("2026-03-25", None))
    for number, (delivered, accepted) in enumerate(days, start=1):
        crac = noon(accepted) if accepted else None
        put(
            connection,
            "fact_shipment",
            shipment_id=number,
            contract_id=number,
            contract_item_id=number * 10,
            buyer_org_key=MINISTRY,
            delivered_at=noon(delivered),
            first_crac_at=crac,
        )
    for number, (kind, received, rejected, is_auto) in enumerate(
        (("CRAC", 40_000, 0, True), ("CRAC", 40_000, 4_000, False), ("PRC", 1_000, 1_000, True)), start=1
    ):
        put(
            connection,
            "fact_receipt",
            cert_id=number,
            contract_id=1,
            kind=kind,
            received_value=received,
            rejected_value=rejected,
            is_auto=is_auto,
            issued_at=noon("2025-06-10"),
        )


def _payments(connection: Connection) -> None:
    def pay(number: int, crac: str, paid: str | None, payable: str, days: int | None = None, **values: Any) -> None:
        paid_at = noon(paid) if paid else None
        put(
            connection,
            "fact_payment",
            payment_id=number,
            contract_id=1,
            buyer_org_key=MINISTRY,
            crac_at=noon(crac),
            paid_at=paid_at,
            payable_amount=payable,
            paid_amount=payable if paid else None,
            is_paid=paid is not None,
            days_crac_to_paid=days,
            **values,
        )

    pay(1, "2026-01-01", "2026-01-11", "40000.00", 10)
    pay(2, "2026-01-01", "2026-01-12", "30000.00", 11)
    pay(3, "2026-02-01", None, "60000.50")
    pay(4, "2026-02-01", None, "60000.50", status="FAILED", is_superseded=True)
    pay(5, "2026-03-25", None, "10000.00")


def _bids(connection: Connection) -> None:
    def bid(number: int, published: str, closes: str, **values: Any) -> None:
        put(
            connection,
            "fact_bid",
            bid_id=number,
            published_at=noon(published),
            closes_at=noon(closes),
            buyer_org_key=MINISTRY,
            category_key=CHAIRS,
            is_opened=True,
            **values,
        )

    bid(
        1,
        "2025-04-10",
        "2025-04-20",
        awarded_at=noon("2025-05-10"),
        days_to_award=30,
        is_evaluated=True,
        participants=3,
        tech_qualified=2,
        estimated_value=1_000_000,
        awarded_value=900_000,
        l1_value=900_000,
        l2_value=990_000,
        ra_start_value=1_000_000,
        ra_final_value=900_000,
        is_mse_match=True,
    )
    bid(
        2,
        "2025-06-01",
        "2025-06-10",
        awarded_at=noon("2025-06-21"),
        days_to_award=20,
        is_evaluated=True,
        is_single_bid=True,
        participants=1,
        tech_qualified=1,
        estimated_value=500_000,
        awarded_value=500_000,
        l1_value=500_000,
    )
    bid(3, "2025-07-01", "2025-07-10", cancelled_at=noon("2025-12-31"), is_cancelled=True, participants=2)
    offers: tuple[tuple[int, int, int, dict[str, Any]], ...] = (
        (1, 1, LARGE, {"is_qualified": True, "price_rank": 1, "quoted_value": 900_000, "final_value": 900_000}),
        (2, 1, WOMAN, {"is_qualified": True, "price_rank": 2, "quoted_value": 990_000, "is_awarded": True}),
        (3, 1, UNCLASSED, {"claims_mse": True, "quoted_value": 800_000}),
        (4, 2, LARGE, {"is_qualified": True, "price_rank": 1, "final_value": 500_000, "is_awarded": True}),
    )
    for number, bid_id, seller, values in offers:
        put(
            connection,
            "fact_bid_participation",
            participation_id=number,
            bid_id=bid_id,
            seller_id=seller,
            seller_key=seller,
            submitted_at=noon("2025-04-15"),
            **values,
        )


def _conduct(connection: Connection) -> None:
    incidents = (("2025-05-10", "2025-05-11", "2025-05-16", 4), ("2026-01-01", "2026-01-02", "2026-01-08", 10))
    for number, (raised, notice, answer, days) in enumerate(incidents, start=1):
        put(
            connection,
            "fact_incident",
            incident_id=number,
            stage="POST_CONTRACT",
            contract_id=1,
            severity="MILD",
            raised_at=noon(raised),
            scn_at=noon(notice),
            responded_at=noon(answer),
            days_to_close=days,
        )
    put(connection, "fact_incident", incident_id=3, stage="PRE_CONTRACT", raised_at=noon("2025-05-10"))
    for number, (seller, score) in enumerate(
        [*((WOMAN, score) for score in (4, 4, 5, 3, 4)), *((TRADER, score) for score in (1, 2, 1, 2))], start=1
    ):
        put(
            connection,
            "fact_rating",
            rating_id=number,
            ratee_type="SELLER",
            seller_id=seller,
            seller_key=seller,
            score=score,
            rated_at=noon("2025-06-01"),
        )
    deposits = (("HELD", 1_000, None), ("RELEASED", 2_000, "2026-04-05"), ("FORFEITED", 500, "2025-05-01"))
    for number, (status, amount, released) in enumerate(deposits, start=1):
        put(
            connection,
            "fact_security_deposit",
            deposit_id=number,
            kind="EMD",
            status=status,
            amount=amount,
            held_at=noon("2025-04-10"),
            released_at=noon(released) if released else None,
        )
    for number, (status, amount) in enumerate((("BILLED", 100), ("CANCELLED", 50)), start=1):
        put(
            connection,
            "fact_platform_charge",
            charge_id=number,
            seller_id=WOMAN,
            status=status,
            amount=amount,
            fy="2025-26",
            charged_at=noon("2025-06-01"),
        )
