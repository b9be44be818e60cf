"""What approved amendments make of a contract's lines (ADR 13)."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import known

_LINE = ["contract_id", "contract_item_id"]


def with_amended_values(contract_item: DataFrame, contract_amendment: DataFrame) -> DataFrame:
    """The lines with `current_qty` and `amended_value`: their newest quantity, and their value by the newest amendment.

    A new quantity of a line without a price makes its value unknown. What names no line of the contract changes none.
    """
    kind, new_value = sf.col("newest.kind"), sf.col("newest.new_value")
    by_quantity = sf.round(new_value * sf.col("unit_price"), 2)
    return (
        contract_item.join(_newest(approved(contract_amendment)), _LINE, "left")
        .withColumns(
            {
                "current_qty": sf.coalesce("amended_qty", "qty"),
                "amended_value": sf.when(kind == "VALUE", new_value)
                .when(kind == "QTY", by_quantity)
                .otherwise(sf.col("line_value")),
            }
        )
        .drop("newest", "amended_qty")
    )


def with_extensions(lines: DataFrame, contract_amendment: DataFrame) -> DataFrame:
    """The lines with the days by which they may come later: `extension_days`, and of these `days_without_ld`.

    An extension that names no line moves all lines of its contract.
    """
    extensions = approved(contract_amendment).where(sf.col("kind") == "DP_EXTENSION")
    of_line = _days(extensions.where(sf.col("contract_item_id").isNotNull()), _LINE, "line")
    of_all = _days(extensions.where(sf.col("contract_item_id").isNull()), ["contract_id"], "all")
    return (
        lines.join(of_line, _LINE, "left")
        .join(of_all, "contract_id", "left")
        .withColumns(
            {
                "extension_days": _sum_of("line_days", "all_days"),
                "days_without_ld": _sum_of("line_days_without_ld", "all_days_without_ld"),
            }
        )
    )


def contracts_with_unplaced_amendment(contract_item: DataFrame, contract_amendment: DataFrame) -> DataFrame:
    """contract_id of those with an approved amendment of quantity or value that names none of their lines."""
    placed = contract_item.select(*_LINE)
    changing = contract_amendment.where(sf.col("approved_at").isNotNull() & sf.col("kind").isin("QTY", "VALUE"))
    return changing.join(placed, _LINE, "left_anti").select("contract_id").distinct()


def approved(contract_amendment: DataFrame) -> DataFrame:
    """The amendments that count: approved, and known in what they change."""
    return contract_amendment.where(sf.col("approved_at").isNotNull() & sf.col("new_value").isNotNull())


def _newest(amendments: DataFrame) -> DataFrame:
    """Per line its newest amendment of quantity or value, and its newest quantity."""
    by_time = sf.struct("approved_at", "amendment_id")
    is_qty = sf.col("kind") == "QTY"
    return (
        amendments.where(sf.col("kind").isin("QTY", "VALUE"))
        .groupBy(*_LINE)
        .agg(
            sf.max_by(sf.struct("kind", "new_value"), by_time).alias("newest"),
            sf.max_by(sf.when(is_qty, sf.col("new_value")), sf.when(is_qty, by_time)).alias("amended_qty"),
        )
    )


def _days(extensions: DataFrame, key: list[str], prefix: str) -> DataFrame:
    days = sf.col("new_value") - sf.col("old_value")
    without_ld = sf.when(~known(sf.col("with_ld")), days)
    return extensions.groupBy(*key).agg(
        sf.sum(days).alias(f"{prefix}_days"), sf.sum(without_ld).alias(f"{prefix}_days_without_ld")
    )


def _sum_of(*days: str) -> Column:
    """Whole days; what is not known moves nothing."""
    first, second = (sf.coalesce(name, sf.lit(0)) for name in days)
    return sf.round(first + second, 0).cast("int")
