"""All golden cases: those of DOMAIN 9 by their letters, and what they leave out."""

from tests.golden import bids, delivery, further, orders, sellers

CASES = tuple(
    sorted(
        (*orders.CASES, *sellers.CASES, *delivery.CASES, *bids.CASES, *further.CASES),
        key=lambda case: case.base,
    )
)
