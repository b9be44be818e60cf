"""Split orders by running sums are those that the rule names order by order, and many orders take no long time."""

import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from gem.warehouse.connection import execute
from tests.warehouse.mart_rows import noon, policy, put_rows

DATABASE = "split"
FIRST_DAY, DAYS = date(2025, 4, 1), 120
LIMIT_RISES = date(2025, 6, 1)
WINDOW_FROM, WINDOW_SHRINKS = date(2025, 4, 10), date(2025, 7, 1)
SECONDS = 8


@dataclass(frozen=True)
class Order:
    contract: int
    user: int | None
    category: int
    mode: str
    day: date
    value: int

    @property
    def limit(self) -> int:
        if self.mode == "L1":
            return 1000
        return 100 if self.day >= LIMIT_RISES else 60

    @property
    def until(self) -> date | None:
        """The first day after the window that begins with it; None where no rule is in force."""
        if self.day < WINDOW_FROM:
            return None
        return self.day + timedelta(days=3 if self.day >= WINDOW_SHRINKS else 7)

    def is_like(self, other: "Order") -> bool:
        own = (self.user, self.category, self.mode)
        return self.user is not None and own == (other.user, other.category, other.mode)


def by_the_rule(orders: list[Order]) -> set[int]:
    """Every pair is looked at."""
    small = [order for order in orders if order.value <= order.limit]
    found: set[int] = set()
    for first in small:
        if first.until is None:
            continue
        window = [each for each in small if each.is_like(first) and first.day <= each.day < first.until]
        if len(window) >= 2 and sum(each.value for each in window) > first.limit:
            found |= {each.contract for each in window}
    return found


@pytest.fixture
def ruled(migrated: Any) -> Iterator[Any]:
    policy(migrated, "DP_LIMIT", 60, until_day=str(LIMIT_RISES))
    policy(migrated, "DP_LIMIT", 100, first_day=str(LIMIT_RISES))
    policy(migrated, "L1_LIMIT", 1000)
    policy(migrated, "SPLIT_WINDOW_DAYS", 7, first_day=str(WINDOW_FROM), until_day=str(WINDOW_SHRINKS))
    policy(migrated, "SPLIT_WINDOW_DAYS", 3, first_day=str(WINDOW_SHRINKS))
    yield migrated
    migrated.rollback()


def place(connection: Any, orders: list[Order]) -> None:
    rows = [
        {
            "contract_item_id": order.contract,
            "contract_id": order.contract,
            "buyer_user_id": order.user,
            "category_id": order.category,
            "buy_mode": order.mode,
            "contract_at": noon(str(order.day)),
            "line_value": order.value,
        }
        for order in orders
    ]
    put_rows(connection, "fact_order_line", rows)


@pytest.mark.parametrize("seed", range(3))
def test_split_orders_are_those_of_the_rule(ruled: Any, seed: int) -> None:
    chance = random.Random(seed)
    orders = [
        Order(
            contract=number,
            user=chance.choice([None, 1, 1, 2, 3]),
            category=chance.choice([7, 8]),
            mode=chance.choice(["DIRECT", "DIRECT", "L1"]),
            day=FIRST_DAY + timedelta(days=chance.randrange(DAYS)),
            value=chance.choice([5, 20, 30, 59, 60, 61, 100, 500]),
        )
        for number in range(1, 301)
    ]
    place(ruled, orders)
    found = {contract for (contract,) in execute(ruled, "select contract_id from bi.v_split_orders")}
    assert found == by_the_rule(orders)
    assert 20 < len(found) < 250


def test_ten_thousand_orders_of_one_buyer_take_no_long_time(ruled: Any) -> None:
    """A comparison of every order with every other would be of a hundred million pairs."""
    days = [WINDOW_FROM + timedelta(days=number % DAYS) for number in range(10_000)]
    orders = [Order(number, 1, 7, "DIRECT", day, 20) for number, day in enumerate(days, start=1)]
    for begin in range(0, len(orders), 1_000):
        place(ruled, orders[begin : begin + 1_000])
    started = time.monotonic()
    [[count]] = execute(ruled, "select count(*) from bi.v_split_orders")
    assert count == len(orders)
    assert time.monotonic() - started < SECONDS
