"""What approved amendments make of a contract's lines (ADR 13)."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import known

_LINE = ["contract_id", "contract_item_id"]


def with_amendments(contract_item: DataFrame, contract_amendment: DataFrame) -> DataFrame:
    """The lines with `current_qty`, `amended_value`, `extension_days` and `extension_without_ld_days`.

    `amended_value` is NULL for a line whose value no amendment changed. An extension that names no line moves all lines
    of its contract; one of quantity or value changes none.
    """
    approved = contract_amendment.where("approved_at is not null and new_value is not null")
    return (
        contract_item.join(_newest(approved), _LINE, "left")
        .join(_extensions(approved.where("contract_item_id is not null"), _LINE, "line"), _LINE, "left")
        .join(_extensions(approved.where("contract_item_id is null"), ["contract_id"], "all"), "contract_id", "left")
        .fillna(0, ["line_days", "line_days_without_ld", "all_days", "all_days_without_ld"])
        .withColumns(
            {
                "current_qty": sf.coalesce("amended_qty", "qty"),
                "amended_value": sf.when(sf.col("newest.kind") == "VALUE", sf.col("newest.new_value")).otherwise(
                    sf.round(sf.col("newest.new_value") * sf.col("unit_price"), 2)
                ),
                "extension_days": sf.col("line_days") + sf.col("all_days"),
                "extension_without_ld_days": sf.col("line_days_without_ld") + sf.col("all_days_without_ld"),
            }
        )
    )


def _newest(approved: DataFrame) -> DataFrame:
    """Per line its newest amendment of quantity or value, and its newest quantity."""
    by_time = sf.struct("approved_at", "amendment_id")
    is_qty = sf.col("kind") == "QTY"
    return (
        approved.where(sf.col("kind").isin("QTY", "VALUE"))
        .groupBy(*_LINE)
        .agg(
            sf.max_by(sf.struct("kind", "new_value"), by_time).alias("newest"),
            sf.max_by(sf.when(is_qty, sf.col("new_value")), sf.when(is_qty, by_time)).alias("amended_qty"),
        )
    )


def _extensions(approved: DataFrame, key: list[str], prefix: str) -> DataFrame:
    """Days by which deliveries may be later, and those of them without liquidated damages."""
    days = (sf.col("new_value") - sf.col("old_value")).cast("int")
    return (
        approved.where(sf.col("kind") == "DP_EXTENSION")
        .groupBy(*key)
        .agg(
            sf.coalesce(sf.sum(days), sf.lit(0)).cast("int").alias(f"{prefix}_days"),
            sf.coalesce(sf.sum(sf.when(~known(sf.col("with_ld")), days)), sf.lit(0))
            .cast("int")
            .alias(f"{prefix}_days_without_ld"),
        )
    )


def contracts_with_unplaced_amendment(contract_item: DataFrame, contract_amendment: DataFrame) -> DataFrame:
    """contract_id of those with an approved amendment of quantity or value that names none of their lines."""
    placed = contract_item.select(*_LINE)
    return (
        contract_amendment.where(sf.col("approved_at").isNotNull() & sf.col("kind").isin("QTY", "VALUE"))
        .join(placed, _LINE, "left_anti")
        .select("contract_id")
        .distinct()
    )
