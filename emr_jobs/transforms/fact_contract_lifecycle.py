"""fact_contract_lifecycle: one row per contract with the milestones that the contract itself knows."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import days_between, ist_date_key, known, mart_columns
from emr_jobs.transforms.amendments import contracts_with_unplaced_amendment, with_amended_values
from emr_jobs.transforms.delivery import fully_accepted, valued_certificates
from emr_jobs.transforms.ordering import is_void
from emr_jobs.transforms.paying import with_standing
from gem.contracts.mart.fact_contract_lifecycle import FACT_CONTRACT_LIFECYCLE

MILESTONES = (
    "contract",
    "accepted",
    "first_dispatched",
    "last_delivered",
    "first_prc",
    "last_crac",
    "first_invoiced",
    "last_paid",
    "rejected",
    "cancelled",
)


def fact_contract_lifecycle(
    *,
    contract: DataFrame,
    contract_item: DataFrame,
    contract_amendment: DataFrame,
    shipment: DataFrame,
    receipt_certificate: DataFrame,
    invoice: DataFrame,
    payment: DataFrame,
) -> DataFrame:
    """Contracts with the days of their own milestones; those of their bid are filled by the load.

    Days between two milestones are days of the Indian calendar, NULL where either is unknown.
    """
    accepted = fully_accepted(with_amended_values(contract_item, contract_amendment), receipt_certificate)
    unplaced = contracts_with_unplaced_amendment(contract_item, contract_amendment)
    parts = (
        contract_item.groupBy("contract_id").agg(sf.count("*").alias("line_count")),
        _shipped(shipment),
        _certified(contract_item, receipt_certificate),
        invoice.groupBy("contract_id").agg(sf.min("invoiced_at").alias("first_invoiced_at")),
        _paid(payment),
        accepted,
        unplaced.withColumn("has_amendment_without_line", sf.lit(True)),
    )
    rows = contract
    for part in parts:
        rows = rows.join(part, "contract_id", "left")
    return (
        rows.fillna(0, ["line_count", "accepted_value", "paid_value", "ld_amount"])
        .fillna(False, ["has_amendment_without_line", "is_fully_accepted", "all_paid"])
        .withColumn("is_fully_paid", sf.col("is_fully_accepted") & sf.col("all_paid"))
        .withColumns({f"{name}_date_key": ist_date_key(sf.col(f"{name}_at")) for name in MILESTONES})
        .withColumns(_lags() | {"is_void": is_void()})
        .select(*mart_columns(FACT_CONTRACT_LIFECYCLE))
    )


def _shipped(shipment: DataFrame) -> DataFrame:
    return shipment.groupBy("contract_id").agg(
        sf.min("dispatched_at").alias("first_dispatched_at"),
        sf.max("delivered_at").alias("last_delivered_at"),
        sf.sum("ld_amount").alias("ld_amount"),
    )


def _certified(contract_item: DataFrame, receipt_certificate: DataFrame) -> DataFrame:
    is_crac = sf.col("kind") == "CRAC"
    return (
        valued_certificates(contract_item, receipt_certificate)
        .groupBy("contract_id")
        .agg(
            sf.min(sf.when(sf.col("kind") == "PRC", sf.col("issued_at"))).alias("first_prc_at"),
            sf.max(sf.when(is_crac, sf.col("issued_at"))).alias("last_crac_at"),
            sf.sum(sf.when(is_crac, sf.col("accepted_value"))).alias("accepted_value"),
        )
    )


def _paid(payment: DataFrame) -> DataFrame:
    """What was paid, and whether every payment that counts was."""
    is_paid = sf.col("is_paid")
    return (
        with_standing(payment)
        .where(~sf.col("is_superseded"))
        .groupBy("contract_id")
        .agg(
            sf.max(sf.when(is_paid, sf.col("paid_at"))).alias("last_paid_at"),
            sf.sum(sf.when(is_paid, sf.col("paid_amount"))).alias("paid_value"),
            known(sf.bool_and(is_paid)).alias("all_paid"),
        )
    )


def _lags() -> dict[str, Column]:
    lags = {
        "contract_to_acceptance_days": ("contract_at", "accepted_at"),
        "acceptance_to_dispatch_days": ("accepted_at", "first_dispatched_at"),
        "dispatch_to_delivery_days": ("first_dispatched_at", "last_delivered_at"),
        "delivery_to_crac_days": ("last_delivered_at", "last_crac_at"),
        "crac_to_payment_days": ("last_crac_at", "last_paid_at"),
    }
    days = {name: days_between(sf.col(start), sf.col(end)) for name, (start, end) in lags.items()}
    order_to_cash = days_between(sf.col("contract_at"), sf.col("last_paid_at"))
    return days | {"order_to_cash_days": sf.when(sf.col("is_fully_paid"), order_to_cash)}
