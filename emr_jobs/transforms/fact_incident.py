"""fact_incident: one row per incident."""

from pyspark.sql import DataFrame
from pyspark.sql import functions as sf

from emr_jobs.columns import code_key, days_between, hours_between, ist_date_key, mart_columns
from gem.contracts.mart.code_lists import DIM_INCIDENT_REASON
from gem.contracts.mart.fact_incident import FACT_INCIDENT


def fact_incident(incident: DataFrame) -> DataFrame:
    """Incidents with how long each of their stages took; the seller is known where it is against one."""
    raised_at = sf.col("raised_at")
    return incident.withColumns(
        {
            "seller_id": sf.when(sf.col("against_type") == "SELLER", sf.col("against_id")),
            "incident_reason_key": code_key(sf.col("reason_code"), DIM_INCIDENT_REASON),
            "raised_date_key": ist_date_key(raised_at),
            "closed_date_key": ist_date_key(sf.col("closed_at")),
            "hours_to_escalate": hours_between(raised_at, sf.col("escalated_at")),
            "hours_to_respond": hours_between(sf.col("scn_at"), sf.col("responded_at")),
            "hours_to_close": hours_between(raised_at, sf.col("closed_at")),
            "days_scn_to_response": days_between(sf.col("scn_at"), sf.col("responded_at")),
            "days_to_close": days_between(raised_at, sf.col("closed_at")),
        }
    ).select(*mart_columns(FACT_INCIDENT))
