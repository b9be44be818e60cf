"""All measures, by number."""

from gem.contracts.measures import bids, conduct, delivery, orders, sellers
from gem.contracts.measures.spec import Measure

_DECLARED = (*orders.MEASURES, *sellers.MEASURES, *bids.MEASURES, *delivery.MEASURES, *conduct.MEASURES)
MEASURES: tuple[Measure, ...] = tuple(sorted(_DECLARED, key=lambda measure: measure.number))
MEASURE_BY_KEY: dict[str, Measure] = {measure.key: measure for measure in MEASURES}
REMAINDER = tuple(measure for measure in MEASURES if measure.expression is not None)
"""Measures whose value is SQL of their own, not the numerator by the denominator."""
FREE_DAX = tuple(measure for measure in MEASURES if measure.dax is not None)
"""Measures whose DAX is their own, not made of the parts that their SQL is made of."""
STEADY = tuple(measure for measure in MEASURES if measure.relation != "bi.v_freshness")
"""Measures that depend on the data and the day alone, not on the hour at which they are asked."""
