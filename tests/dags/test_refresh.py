"""The refresh of a Power BI dataset by the stock operator, against a stand-in for Power BI and its tokens."""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dags.power_bi import DATASET, FAULT, GROUP, RUNNING, PowerBI

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
NAMED = {"powerbi_dataset_id": DATASET, "powerbi_group_id": GROUP}


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PowerBI]:
    """Its first refresh ends well, the second fails; then somebody else's runs."""
    with PowerBI(tmp_path_factory.mktemp("powerbi"), ["Completed", "Failed"]) as service:
        yield service


@pytest.fixture(scope="module")
def runs(service: PowerBI, powerbi_programs: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What became of each run's tasks, by a worker and a triggerer of one Airflow: importing it is what takes time."""
    link = service.connection()
    worlds = {
        "ended well": world(link, **NAMED),
        "failed": world(link, **NAMED),
        "asked for twice": world(link, **NAMED),
        "without a dataset": world(link),
        "without a workspace": world(link, powerbi_dataset_id=DATASET),
        "without a connection": world(None, **NAMED),
        "with another's secret": world(service.connection("another"), **NAMED),
        "without the provider": world(link, is_installed=False, **NAMED),
    }
    folder = tmp_path_factory.mktemp("runs")
    (folder / "worlds.json").write_text(json.dumps(list(worlds.values())))
    environment = {
        "PATH": os.defpath,
        "AIRFLOW_HOME": str(folder),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [powerbi_programs / "python", Path(__file__).with_name("refresh.py"), "worlds.json", "found.json"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return dict(zip(worlds, json.loads((folder / "found.json").read_text()), strict=True))


def world(link: str | None, *, is_installed: bool = True, **named: str) -> dict[str, Any]:
    extra = {"lake_bucket": "lake", "extractor_instance_id": "i-1", **named}
    connections = {"AIRFLOW_CONN_GEM_DEFAULT": json.dumps({"conn_type": "gem", "extra": extra})}
    connections |= {"AIRFLOW_CONN_POWERBI_DEFAULT": link} if link else {}
    return {"connections": connections, "is_installed": is_installed}


def test_a_dataset_is_refreshed_and_waited_for_in_the_triggerer(service: PowerBI, runs: dict[str, Any]) -> None:
    done = runs["ended well"]["refresh_dataset"]
    assert (done["state"], done["deferred"]) == ("success", ["handle_refresh", "execute_complete"])
    assert done["xcom"]["power_bi.refresh_dataset.powerbi_dataset_refresh_status"] == "Completed"
    assert done["xcom"]["power_bi.refresh_dataset.powerbi_dataset_refresh_id"] == service.ids()[0]


def test_a_refresh_that_fails_alerts_with_what_power_bi_said(service: PowerBI, runs: dict[str, Any]) -> None:
    failed = runs["failed"]["refresh_dataset"]
    assert failed["state"] == "up_for_retry"
    assert failed["said"] == f"The dataset refresh {service.ids()[1]} has Failed. Error: {FAULT}"
    [alert] = failed["alerts"]
    assert alert.startswith("refresh.power_bi.refresh_dataset failed\n")
    assert alert.endswith(failed["said"])


def test_a_refresh_beside_one_that_runs_is_tried_again_and_says_why(service: PowerBI, runs: dict[str, Any]) -> None:
    refused = runs["asked for twice"]["refresh_dataset"]
    assert (refused["state"], refused["deferred"]) == ("up_for_retry", ["handle_refresh"])
    assert RUNNING in refused["said"]
    assert RUNNING in refused["alerts"][0]
    assert len(service.ids()) == 2


def test_a_secret_that_is_wrong_is_said_by_the_task_and_the_alert(runs: dict[str, Any]) -> None:
    refused = runs["with another's secret"]["refresh_dataset"]
    assert "AADSTS7000215: Invalid client secret" in refused["said"]
    assert "AADSTS7000215: Invalid client secret" in refused["alerts"][0]


@pytest.mark.parametrize(
    ("run", "state", "said"),
    [
        ("without a dataset", "skipped", "gem_default names no powerbi_dataset_id: nothing to refresh"),
        ("without a workspace", "failed", "powerbi_dataset_id is set: its workspace is missing, powerbi_group_id"),
        ("without a connection", "failed", "powerbi_dataset_id is set: there is no connection powerbi_default"),
        (
            "without the provider",
            "failed",
            "powerbi_dataset_id is set: install apache-airflow-providers-microsoft-azure",
        ),
    ],
)
def test_what_there_is_not_is_said_before_power_bi_is_asked(
    runs: dict[str, Any], run: str, state: str, said: str
) -> None:
    assert runs[run].keys() == {"has_dataset"}
    assert runs[run]["has_dataset"]["state"] == state
    assert runs[run]["has_dataset"]["said"].startswith(said)
