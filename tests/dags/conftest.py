"""The environments of Airflow, which make builds where they are missing."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def programs(environment: str) -> Path:
    subprocess.run(["make", "--silent", f"{environment}-env"], cwd=ROOT, check=True)
    return ROOT / f".venv-{environment}" / "bin"


@pytest.fixture(scope="session")
def airflow_programs() -> Path:
    """The newest Airflow, with what the pipeline's DAGs need."""
    return programs("airflow")


@pytest.fixture(scope="session")
def mwaa_programs() -> Path:
    """The Airflow of Amazon MWAA."""
    return programs("mwaa")
