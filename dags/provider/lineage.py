"""What OpenLineage is told of loaded batches; only imported where its provider is installed and asks."""

from collections.abc import Sequence
from typing import Any

from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook

from dags.provider.hooks import GemHook
from dags.provider.settings import ScheduleSettings

PRODUCER = "gem"
WAREHOUSE_CONNECTION = "redshift_default"


def lineage_of(hook: GemHook, batch_ids: Sequence[str]) -> Any:
    """Of each batch its manifest on S3 as input, every table that it changed as output; all batch ids as run tags.

    The warehouse is called as the Redshift hook calls it, so that tables of other tasks are the same datasets.
    """
    from airflow.providers.common.compat.openlineage.facet import Dataset  # noqa: PLC0415
    from airflow.providers.openlineage.extractors import OperatorLineage  # noqa: PLC0415
    from openlineage.client.facet_v2 import tags_run  # noqa: PLC0415

    from gem.contracts.keys import BatchId, RawManifestKey  # noqa: PLC0415

    lake, ledger = hook.settings(ScheduleSettings).lake_bucket, hook.ledger
    warehouse, database = _warehouse()
    ids = [BatchId.parse(each) for each in batch_ids]
    tables = {table for each in ids if (record := ledger.get(each)) for table in record.loaded_rows}
    tags = [tags_run.TagsRunFacetFields(key="batch_id", value=str(each), source=PRODUCER) for each in ids]
    return OperatorLineage(
        inputs=[Dataset(namespace=f"s3://{lake}", name=str(RawManifestKey(each))) for each in ids],
        outputs=[Dataset(namespace=warehouse, name=f"{database}.mart.{table}") for table in sorted(tables)],
        run_facets={"tags": tags_run.TagsRunFacet(tags=tags)},
    )


def _warehouse() -> tuple[str, str]:
    """The namespace of the warehouse's tables, and their database."""
    hook = RedshiftSQLHook(WAREHOUSE_CONNECTION)
    about = hook.get_openlineage_database_info(hook.get_connection(WAREHOUSE_CONNECTION))
    return f"{about.scheme}://{about.authority}", str(about.database)
