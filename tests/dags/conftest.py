"""The environments of Airflow, and one Airflow beside a local cloud."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from local_aws.airflow import LocalAirflow, connections
from local_aws.cloud import LocalCloud
from local_aws.parts import Login
from local_aws.spark import spark_submit
from tests.dags.runs import World
from tests.environments import programs
from tests.story.stage import Stage, fill_with_generated_contracts

CONTRACTS = 60
# The reconciler comes when it is asked to, and looks at everything then.
PATIENT = {"ReconcileSchedule": "rate(1 day)", "StaleSeconds": "1"}
STEP_SECONDS = 8


def unhurried(endpoint_url: str, words: Sequence[str]) -> list[str]:
    """Real Spark, and a while before it as on a cluster: so long that what waits for it has to wait."""
    return ["/bin/sh", "-c", f'sleep {STEP_SECONDS} && exec "$@"', "sh", *spark_submit(endpoint_url, words)]


@pytest.fixture(scope="session")
def airflow_programs() -> Path:
    """The newest Airflow, with what the pipeline's DAGs need."""
    return programs("airflow")


@pytest.fixture(scope="session")
def mwaa_programs() -> Path:
    """The Airflow of Amazon MWAA."""
    return programs("mwaa")


@pytest.fixture(scope="session")
def powerbi_programs() -> Path:
    """The Airflow of Amazon MWAA with the provider of Microsoft Azure."""
    return programs("powerbi")


@pytest.fixture(scope="module")
def world(airflow_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A local cloud with a small source, and a real Airflow whose connections lead to it; of the module and not the
    session, for a process holds one local cloud and other files have theirs."""
    folder = tmp_path_factory.mktemp("world")
    with LocalCloud(folder / "cloud", parameters=PATIENT, step_command=unhurried) as cloud:
        fill_with_generated_contracts(cloud, CONTRACTS)
        links = connections(cloud.aws, Login(**cloud.warehouse))
        airflow = LocalAirflow(folder / "airflow", airflow_programs, links)
        airflow.start()
        try:
            yield World(Stage(cloud), airflow)
        finally:
            airflow.stop()
