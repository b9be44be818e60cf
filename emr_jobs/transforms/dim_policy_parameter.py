"""dim_policy_parameter: one observation per parameter and period in which it has one value."""

from pyspark.sql import DataFrame, Window
from pyspark.sql import functions as sf

from emr_jobs.columns import beginning_of_time, ist_midnight, mart_columns
from emr_jobs.transforms.periods import open_ended
from gem.contracts.mart.dim_policy_parameter import DIM_POLICY_PARAMETER

_VALUES = ("num_value", "text_value", "authority_ref")


def dim_policy_parameter(policy_parameter: DataFrame) -> DataFrame:
    """Parameters by segment, from midnight IST of a day; in a gap and before the first day the value is NULL.

    Of rows that overlap the one that begins later counts, as in law, until the day on which it begins or ends. Every
    segment is observed when any row of the parameter last changed.
    """
    rows = policy_parameter.select(
        "param_code",
        "effective_from",
        sf.greatest(ist_midnight(sf.col("effective_from")), beginning_of_time()).alias("starts_at"),
        ist_midnight(open_ended(sf.col("effective_to"))).alias("ends_at"),
        *_VALUES,
    ).where("ends_at is null or ends_at > starts_at")
    observed = policy_parameter.groupBy("source_id", "param_code").agg(sf.max("updated_at").alias("observed_at"))
    return observed.join(_segments(observed, rows), "param_code").select(*mart_columns(DIM_POLICY_PARAMETER))


def _segments(observed: DataFrame, rows: DataFrame) -> DataFrame:
    """param_code, segment_from and the values; neighbours that rest on one row are one segment."""
    in_force = (
        (sf.col("param_code") == sf.col("row_code"))
        & (sf.col("starts_at") <= sf.col("segment_from"))
        & (sf.col("ends_at").isNull() | (sf.col("segment_from") < sf.col("ends_at")))
    )
    valued = (
        _boundaries(observed, rows)
        .join(rows.withColumnRenamed("param_code", "row_code"), in_force, "left")
        .groupBy("param_code", "segment_from")
        .agg(sf.max_by(sf.struct("effective_from", *_VALUES), "effective_from").alias("value"))
    )
    by_time = Window.partitionBy("param_code").orderBy("segment_from")
    return (
        valued.withColumns(
            {"before": sf.lag("value.effective_from").over(by_time), "number": sf.row_number().over(by_time)}
        )
        .where((sf.col("number") == 1) | ~sf.col("before").eqNullSafe(sf.col("value.effective_from")))
        .select("param_code", "segment_from", *(f"value.{name}" for name in _VALUES))
    )


def _boundaries(observed: DataFrame, rows: DataFrame) -> DataFrame:
    """param_code and segment_from: the beginning of time, and every instant at which a row begins or ends."""
    return (
        observed.select("param_code", beginning_of_time().alias("segment_from"))
        .unionByName(rows.select("param_code", sf.col("starts_at").alias("segment_from")))
        .unionByName(rows.where("ends_at is not null").select("param_code", sf.col("ends_at").alias("segment_from")))
        .distinct()
    )
