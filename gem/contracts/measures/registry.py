"""All measures, by number."""

from gem.contracts.measures import bids, orders
from gem.contracts.measures.spec import Measure

MEASURES: tuple[Measure, ...] = tuple(sorted((*orders.MEASURES, *bids.MEASURES), key=lambda m: m.number))
