"""Set rules of the contract (DOMAIN section 9): totals, what was accepted, the chain from PRC over CRAC to payment."""

from decimal import Decimal

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.domain_rules import exceeds_money
from emr_jobs.raw import RawBatch
from emr_jobs.set_rules import SetRule, row_key
from emr_jobs.transforms.amendments import approved, with_amended_values
from emr_jobs.transforms.delivery import acceptances
from gem.contracts.source.aggregates import SOURCE_TABLES

RUPEE = Decimal(1)
_LINE = ["contract_id", "contract_item_id"]


def _named(table: str) -> list[Column]:
    """What names the faulty rows of a frame that has the key of a table."""
    return [sf.lit(table).alias("table"), row_key(SOURCE_TABLES[table]).alias("row_key")]


def _totals_differ(batch: RawBatch, _census: DataFrame) -> DataFrame:
    """Contracts whose total differs from their lines; one line of unknown value makes the sum unknown."""
    lines = (
        batch.tables["contract_item"]
        .groupBy("contract_id")
        .agg(sf.sum("line_value").alias("lines_value"), sf.bool_or(sf.col("line_value").isNull()).alias("is_unknown"))
        .where(~sf.col("is_unknown"))
    )
    totals = batch.tables["contract"].select("contract_id", "total_value").join(lines, "contract_id")
    differs = sf.abs(sf.col("total_value") - sf.col("lines_value")) > sf.lit(RUPEE)
    return totals.where(differs).select(*_named("contract"))


def _too_much_accepted(batch: RawBatch, _census: DataFrame) -> DataFrame:
    """The CRACs of lines of which they accept more together than is ordered now."""
    certificates = batch.tables["receipt_certificate"]
    lines = with_amended_values(batch.tables["contract_item"], batch.tables["contract_amendment"])
    exceeds = sf.col("accepted_qty") > sf.col("current_qty")
    exceeded = lines.join(acceptances(certificates), _LINE).where(exceeds).select(*_LINE)
    cracs = certificates.where(sf.col("kind") == "CRAC")
    return cracs.join(exceeded, _LINE).select(*_named("receipt_certificate"))


def _cracs_without_prc(batch: RawBatch, _census: DataFrame) -> DataFrame:
    certificates = batch.tables["receipt_certificate"]
    prcs = certificates.where(sf.col("kind") == "PRC").select("contract_id", sf.col("cert_id").alias("prc_cert_id"))
    cracs = certificates.where(sf.col("kind") == "CRAC")
    return cracs.join(prcs, ["contract_id", "prc_cert_id"], "left_anti").select(*_named("receipt_certificate"))


def _payments_without_crac(batch: RawBatch, _census: DataFrame) -> DataFrame:
    certificates = batch.tables["receipt_certificate"].where(sf.col("kind") == "CRAC")
    cracs = certificates.select("contract_id", sf.col("cert_id").alias("crac_cert_id"))
    return batch.tables["payment"].join(cracs, ["contract_id", "crac_cert_id"], "left_anti").select(*_named("payment"))


def _products_too_large(batch: RawBatch, _census: DataFrame) -> DataFrame:
    """Amended quantities and certified ones that their line's price makes more than an amount can hold."""
    prices = batch.tables["contract_item"].select(*_LINE, "unit_price")
    amended = approved(batch.tables["contract_amendment"]).where(sf.col("kind") == "QTY")
    certified = batch.tables["receipt_certificate"].withColumn(
        "quantity", sf.greatest("received_qty", "accepted_qty", "rejected_qty")
    )
    return _over_limit(prices, amended.withColumn("quantity", sf.col("new_value")), "contract_amendment").unionAll(
        _over_limit(prices, certified, "receipt_certificate")
    )


def _over_limit(prices: DataFrame, quantities: DataFrame, table: str) -> DataFrame:
    is_over = exceeds_money(sf.col("quantity"), sf.col("unit_price"))
    return quantities.join(prices, _LINE).where(is_over).select(*_named(table))


CONTRACT_RULES: tuple[SetRule, ...] = (
    SetRule("contract_total_mismatch", ("contract",), "row_key", lambda _: "total_value", _totals_differ),
    SetRule(
        "accepted_exceeds_ordered", ("receipt_certificate",), "row_key", lambda _: "accepted_qty", _too_much_accepted
    ),
    SetRule("crac_without_prc", ("receipt_certificate",), "row_key", lambda _: "prc_cert_id", _cracs_without_prc),
    SetRule("payment_without_crac", ("payment",), "row_key", lambda _: "crac_cert_id", _payments_without_crac),
    SetRule(
        "value_out_of_range",
        ("contract_amendment", "receipt_certificate"),
        "row_key",
        lambda table: "new_value" if table.name == "contract_amendment" else "received_qty",
        _products_too_large,
    ),
)
