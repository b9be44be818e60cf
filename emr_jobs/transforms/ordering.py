"""What both facts of a contract say alike: whether it still stands."""

from pyspark.sql import Column
from pyspark.sql import functions as sf

from emr_jobs.columns import either_known


def is_void() -> Column:
    """Rejected or cancelled, by status or by time; what is not known does not void a contract."""
    return either_known(
        sf.col("status").isin("REJECTED", "CANCELLED"),
        sf.col("rejected_at").isNotNull(),
        sf.col("cancelled_at").isNotNull(),
    )
