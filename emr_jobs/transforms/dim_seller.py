"""dim_seller: one observation per seller and segment of its classification's validity."""

from pyspark.sql import Column, DataFrame, Window
from pyspark.sql import functions as sf

from emr_jobs.columns import beginning_of_time, ist_midnight, mart_columns
from emr_jobs.transforms.periods import open_ended
from gem.contracts.mart.dim_seller import DIM_SELLER

CLASS_COLUMNS = (
    "udyam_no",
    "size",
    "is_trader",
    "is_women_owned",
    "social_category",
    "is_dpiit_startup",
    "is_shg",
    "is_artisan",
)


def dim_seller(seller: DataFrame, seller_gstin: DataFrame, seller_classification: DataFrame) -> DataFrame:
    """Sellers by segment; the first segment begins in 1900, the others at midnight IST of a day of change.

    Of classifications that overlap, the one that begins later counts (then the one changed later, then the higher
    id). Where none is valid (before the first, or in a gap) the class is unknown, which is not the same as false.
    A period that ends before it begins is valid on no day. Every segment of a seller is observed when any row of the
    seller last changed: the segments are one statement about the whole of its time.
    """
    periods = _periods(seller_classification)
    return (
        seller.join(_registrations(seller_gstin), "seller_id", "left")
        .join(_last_change(seller_classification, "classes_changed_at"), "seller_id", "left")
        .join(_segments(seller, periods), "seller_id")
        .withColumns(
            {
                # Spark's greatest passes over NULL: a seller may have no members.
                "observed_at": sf.greatest("updated_at", "gstins_changed_at", "classes_changed_at"),
                "seller_name": sf.col("legal_name"),
                "state_code": sf.col("registered_state_code"),
                "gstin_count": sf.coalesce("gstin_count", sf.lit(0)),
                "is_startup": sf.col("is_dpiit_startup"),
                "is_scst": sf.col("social_category").isin("SC", "ST"),
                "is_mse": _is_mse(),
                "is_ppp_mse": _is_mse() & ~sf.col("is_trader"),
            }
        )
        .select(*mart_columns(DIM_SELLER))
    )


def _is_mse() -> Column:
    return sf.col("size").isin("MICRO", "SMALL")


def _periods(seller_classification: DataFrame) -> DataFrame:
    """Classifications as half-open periods of instants: `starts_at`, and `ends_at` or NULL while it lasts."""
    return seller_classification.select(
        "seller_id",
        "classification_id",
        sf.col("updated_at").alias("classified_at"),
        # Spark's greatest passes over NULL: an unknown first day means that it always was.
        sf.greatest(ist_midnight(sf.col("valid_from")), beginning_of_time()).alias("starts_at"),
        ist_midnight(open_ended(sf.col("valid_to"))).alias("ends_at"),
        *CLASS_COLUMNS,
    ).where(sf.col("ends_at").isNull() | (sf.col("ends_at") > sf.col("starts_at")))


def _segments(seller: DataFrame, periods: DataFrame) -> DataFrame:
    """seller_id, segment_from and the class columns; neighbours of the same classification are one segment."""
    precedence = sf.struct("starts_at", "classified_at", "classification_id")
    classified = (
        _boundaries(seller, periods)
        .join(periods.withColumnRenamed("seller_id", "period_seller_id"), _is_valid(), "left")
        .groupBy("seller_id", "segment_from")
        .agg(sf.max_by(sf.struct("classification_id", *CLASS_COLUMNS), precedence).alias("class"))
    )
    by_time = Window.partitionBy("seller_id").orderBy("segment_from")
    before = sf.lag("class.classification_id").over(by_time)
    return (
        classified.withColumns({"before": before, "number": sf.row_number().over(by_time)})
        .where((sf.col("number") == 1) | ~sf.col("before").eqNullSafe(sf.col("class.classification_id")))
        .select("seller_id", "segment_from", "class.*")
        .drop("classification_id")
    )


def _is_valid() -> Column:
    return (
        (sf.col("seller_id") == sf.col("period_seller_id"))
        & (sf.col("starts_at") <= sf.col("segment_from"))
        & (sf.col("ends_at").isNull() | (sf.col("segment_from") < sf.col("ends_at")))
    )


def _boundaries(seller: DataFrame, periods: DataFrame) -> DataFrame:
    """seller_id and segment_from: the beginning of time, and every instant at which a classification begins or ends.

    By arrays and not by a union: rows that lie by their seller stay where they are.
    """
    changes = periods.groupBy("seller_id").agg(
        sf.flatten(sf.collect_list(sf.array_compact(sf.array("starts_at", "ends_at")))).alias("changes")
    )
    first = sf.array(beginning_of_time())
    instants = sf.array_union(first, sf.coalesce("changes", first))
    return seller.join(changes, "seller_id", "left").select("seller_id", sf.explode(instants).alias("segment_from"))


def _registrations(seller_gstin: DataFrame) -> DataFrame:
    """Per seller how many registrations there are, and the state of the primary one, the first of several."""
    is_primary = sf.coalesce(sf.col("is_primary"), sf.lit(False))
    return seller_gstin.groupBy("seller_id").agg(
        sf.count("*").alias("gstin_count"),
        sf.max("updated_at").alias("gstins_changed_at"),
        sf.substring(sf.min(sf.when(is_primary, sf.col("gstin"))), 1, 2).alias("gst_state_code"),
    )


def _last_change(members: DataFrame, name: str) -> DataFrame:
    return members.groupBy("seller_id").agg(sf.max("updated_at").alias(name))
