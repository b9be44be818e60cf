"""What every DAG of the pipeline has in common: owner, retries, pools, assets, and that a failed task alerts."""

from datetime import timedelta
from typing import Any

from airflow.providers.common.compat.sdk import Asset
from pendulum import timezone

from dags.provider.alerts import alert_of_failure

IST = timezone("Asia/Kolkata")
SOURCE_POOL = "gem_source"
"""One slot: commands on the extractor's host."""
WAREHOUSE_POOL = "gem_warehouse"
"""Few slots: what reads or writes much of the warehouse, beside the loads."""

LOADED = Asset(name="gem_batch_loaded", uri="gem://batch/loaded")
"""Batches have arrived in the warehouse; each event names them as `batch_ids`."""
EXPORTED = Asset(name="gem_export", uri="gem://export/daily")
"""The BI views lie on S3 as files; each event names their folder."""

DEFAULT_ARGS: dict[str, Any] = {
    "owner": "gem",
    "retries": 2,
    "retry_delay": timedelta(minutes=5),
    "retry_exponential_backoff": True,
    "max_retry_delay": timedelta(minutes=30),
    "execution_timeout": timedelta(hours=6),
    "on_failure_callback": alert_of_failure,
}
TAGS = ["gem"]
