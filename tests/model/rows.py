"""Curated rows of the small history, with the columns that loads decide by."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

ALWAYS = datetime(1900, 1, 1, tzinfo=UTC)
Row = Mapping[str, Any]


def day(number: int) -> datetime:
    return datetime(2026, 1, number, 6, 30, tzinfo=UTC)


def category(key: int, name: str, observed: int) -> Row:
    own = {"category_id": key, "category_name": name, "level1_name": name or None}
    return {**own, "observed_at": day(observed), "segment_from": ALWAYS}


def organisation(key: int, ministry: int | None, observed: int, state: str | None = None) -> Row:
    named = None if ministry is None else f"Ministry {ministry}"
    own = {"org_id": key, "ministry_id": ministry, "ministry_name": named, "state_code": state}
    return {**own, "observed_at": day(observed), "segment_from": ALWAYS}


def seller(key: int, name: str, observed: int, **sizes: str) -> list[Row]:
    """One row per segment: `always` is the first, `day_3` the one that begins on the third; "" is an unknown size."""
    return [
        {
            "seller_id": key,
            "seller_name": name,
            "size": size or None,
            "is_mse": size in ("MICRO", "SMALL") if size else None,
            "is_ppp_mse": size == "MICRO" if size else None,
            "is_women_owned": size in ("MICRO", "LARGE"),
            "is_scst": size == "SMALL",
            "is_startup": size == "LARGE",
            "observed_at": day(observed),
            "segment_from": ALWAYS if start == "always" else day(int(start.removeprefix("day_"))),
        }
        for start, size in sizes.items()
    ]


def pairs(*paths: tuple[int, ...]) -> list[Row]:
    """The hierarchy: of each path, from an organisation upwards, the pairs of its first with all above and itself."""
    return [
        {"root_id": 0, "ancestor_org_id": above, "descendant_org_id": path[0], "depth": depth}
        for path in paths
        for depth, above in enumerate(path)
    ]


def product(key: int, mii_class: str, model: str, observed: int) -> Row:
    return {
        "product_id": key,
        "mii_class": mii_class,
        "model": model,
        "observed_at": day(observed),
        "segment_from": ALWAYS,
    }


def limit(code: str, observed: int, **values: int) -> list[Row]:
    """One row per segment: NULL until the first, `day_3` the one that begins on the third."""
    starts = {ALWAYS: None, **{day(int(start.removeprefix("day_"))): value for start, value in values.items()}}
    return [
        {
            "param_code": code,
            "num_value": None if value is None else Decimal(value),
            "observed_at": day(observed),
            "segment_from": start,
        }
        for start, value in starts.items()
    ]


def bid(
    key: int,
    *,
    published: int | None,
    value: str,
    category_id: int = 6,
    awarded: int | None = None,
    user_id: int | None = None,
) -> Row:
    return {
        "bid_id": key,
        "category_id": category_id,
        "buyer_user_id": user_id,
        "published_at": day(published) if published else None,
        "published_date_key": 20260100 + published if published else -1,
        "awarded_at": day(awarded) if awarded else None,
        "awarded_date_key": 20260100 + awarded if awarded else -1,
        "estimated_value": Decimal(value),
    }


def offer(
    key: int, bid_id: int, seller_id: int | None, *, submitted: int, value: str | None = None, withdrawn: bool = False
) -> Row:
    return {
        "participation_id": key,
        "bid_id": bid_id,
        "seller_id": seller_id,
        "category_id": 7,
        "submitted_at": day(submitted),
        "submitted_date_key": 20260100 + submitted,
        "quoted_value": None if value is None else Decimal(value),
        "is_withdrawn": withdrawn,
    }


def line(
    key: int,
    contract_id: int,
    seller_id: int,
    *,
    signed: int | None,
    state: str | None,
    category_id: int | None = 6,
    org_id: int | None = None,
    mode: str | None = None,
    status: str | None = None,
) -> Row:
    return {
        "contract_item_id": key,
        "contract_id": contract_id,
        "seller_id": seller_id,
        "category_id": category_id,
        "product_id": 1,
        "org_id": org_id,
        "buy_mode": mode,
        "status": status,
        "seller_state_code": state,
        "contract_at": day(signed) if signed else None,
        "contract_date_key": 20260100 + signed if signed else -1,
        "line_value": Decimal("5.25"),
        "current_value": Decimal("0.00") if status == "CANCELLED" else Decimal("4.75"),
        "mii_class": "",
    }


def contract(key: int, *, signed: int, bid_id: int | None = None, seller_id: int | None = None) -> Row:
    return {
        "contract_id": key,
        "bid_id": bid_id,
        "seller_id": seller_id,
        "contract_at": day(signed),
        "contract_date_key": 20260100 + signed,
        "total_value": Decimal("5.25"),
    }
