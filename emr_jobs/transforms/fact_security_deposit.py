"""fact_security_deposit: one row per deposit."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import days_between, ist_date_key, known, mart_columns
from gem.contracts.mart.fact_security_deposit import FACT_SECURITY_DEPOSIT


def fact_security_deposit(security_deposit: DataFrame) -> DataFrame:
    """Deposits with how long they were held."""
    return security_deposit.withColumns(
        {
            "held_date_key": ist_date_key(sf.col("held_at")),
            "released_date_key": ist_date_key(sf.col("released_at")),
            "held_days": days_between(sf.col("held_at"), sf.col("released_at")),
            "is_forfeited": known(sf.col("status") == "FORFEITED"),
        }
    ).select(*mart_columns(FACT_SECURITY_DEPOSIT))
