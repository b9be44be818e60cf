"""The set rule of sums: what the facts of a root add up must fit its column, else the batch would stop on it."""

from decimal import Decimal
from functools import reduce
from operator import or_

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.raw import RawBatch
from emr_jobs.set_rules import SetRule
from emr_jobs.transforms.delivery import valued_certificates
from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.types import MONEY, Kind, Type

SUMMED: dict[str, tuple[str, ...]] = {
    "bid_participation": ("final_value",),
    "reverse_auction": ("start_price", "extensions"),
    "ra_offer": ("offered_value",),
    "shipment": ("delivered_qty", "ld_amount"),
    "receipt_certificate": ("accepted_qty",),
    "payment": ("paid_amount",),
}
"""By source table the columns that a fact adds up; the first is the one to look at."""

INTEGER_LIMIT = Decimal(2**31)


def _limit(type_: Type) -> Decimal:
    """The first sum that a column of a type cannot hold."""
    return INTEGER_LIMIT if type_.kind is Kind.INTEGER else Decimal(10) ** (type_.precision - type_.scale)


def _too_large(batch: RawBatch, _census: DataFrame) -> DataFrame:
    found = [_over_limit(rows, table) for table, rows in batch.tables.items() if table in SUMMED]
    if "receipt_certificate" in batch.tables:
        found.append(_values_over_limit(batch.tables["contract_item"], batch.tables["receipt_certificate"]))
    return reduce(DataFrame.unionAll, found)


def _over_limit(rows: DataFrame, table: str) -> DataFrame:
    declared = SOURCE_TABLES[table]
    sums = {name: sf.sum(name) for name in SUMMED[table]}
    is_over = reduce(or_, (sf.col(name) >= sf.lit(_limit(declared.column(name).type)) for name in sums))
    return (
        rows.groupBy(sf.col(str(declared.root_column)).alias("root_id"))
        .agg(*(value.alias(name) for name, value in sums.items()))
        .where(is_over)
        .select(sf.lit(table).alias("table"), "root_id")
    )


def _values_over_limit(contract_item: DataFrame, receipt_certificate: DataFrame) -> DataFrame:
    return (
        valued_certificates(contract_item, receipt_certificate)
        .groupBy(sf.col("contract_id").alias("root_id"))
        .agg(sf.sum("accepted_value").alias("accepted_value"))
        .where(sf.col("accepted_value") >= sf.lit(_limit(MONEY)))
        .select(sf.lit("receipt_certificate").alias("table"), "root_id")
    )


SUM_RULES: tuple[SetRule, ...] = (
    SetRule("sum_out_of_range", tuple(SUMMED), "root_id", lambda table: SUMMED[table.name][0], _too_large),
)
