"""fact_contract_lifecycle: one row per contract with the milestones that the contract itself knows."""

from pyspark.sql import Column, DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import ist_date, ist_date_key, mart_columns
from emr_jobs.transforms.ordering import is_void
from gem.contracts.mart.fact_contract_lifecycle import FACT_CONTRACT_LIFECYCLE


def fact_contract_lifecycle(contract: DataFrame, contract_item: DataFrame) -> DataFrame:
    """Contracts with the days of their own milestones; those of their bid are filled by the load.

    Days between two milestones are days of the Indian calendar, NULL where either is unknown.
    """
    lines = contract_item.groupBy("contract_id").agg(sf.count("*").alias("line_count"))
    return (
        contract.join(lines, "contract_id", "left")
        .fillna(0, ["line_count"])
        .withColumns(
            {
                "contract_date_key": ist_date_key(sf.col("contract_at")),
                "accepted_date_key": ist_date_key(sf.col("accepted_at")),
                "rejected_date_key": ist_date_key(sf.col("rejected_at")),
                "cancelled_date_key": ist_date_key(sf.col("cancelled_at")),
                "contract_to_acceptance_days": _days_between(sf.col("contract_at"), sf.col("accepted_at")),
                "is_void": is_void(),
            }
        )
        .select(*mart_columns(FACT_CONTRACT_LIFECYCLE))
    )


def _days_between(start: Column, end: Column) -> Column:
    return sf.datediff(ist_date(end), ist_date(start))
