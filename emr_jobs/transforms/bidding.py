"""What both facts of a bid say alike: who withdrew in time, and who qualified."""

from pyspark.sql import Column
from pyspark.sql import functions as sf


def withdrew_before_closing() -> Column:
    """Withdrawn before `closes_at`; where the closing is unknown, a withdrawal counts as one."""
    withdrawn = sf.col("withdrawn_at").isNotNull()
    return withdrawn & sf.coalesce(sf.col("withdrawn_at") < sf.col("closes_at"), sf.lit(True))


def qualified() -> Column:
    """Technically qualified and still in the bid; an unknown status does not qualify."""
    return sf.coalesce(sf.col("tech_status") == "QUALIFIED", sf.lit(False)) & ~withdrew_before_closing()
