"""Every DAG parses under both Airflows, at once and without reaching out, and keeps the rules of the house."""

import itertools
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
DAGS = {"gem_backfill", "gem_daily", "gem_maintenance", "gem_redrive", "gem_sla"}
SECONDS = 1.0
REDSHIFT = {"conn_type": "redshift", "host": "gem.abc.ap-south-1.redshift.amazonaws.com", "schema": "gem"}


@pytest.fixture(scope="module")
def airflow_layout() -> tuple[Path, Path]:
    """The checkout: the folder of DAGs, and what is on the path."""
    return ROOT / "dags", ROOT


@pytest.fixture(scope="module")
def mwaa_layout(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """What make mwaa builds, as an environment of MWAA unpacks it."""
    return built(tmp_path_factory)


def built(tmp_path_factory: pytest.TempPathFactory, *words: str) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("build") / "mwaa"
    command = ["make", "--silent", "mwaa", f"MWAA_BUILD={folder}", *words]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    asked = (folder / "requirements.txt").read_text()
    assert ("apache-airflow-providers-microsoft-azure==" in asked) == bool(words)
    shutil.unpack_archive(folder / "plugins.zip", folder / "plugins")
    return folder / "dags", folder / "plugins"


@pytest.fixture(scope="module")
def powerbi_layout(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """As MWAA's: the pipeline's packages beside the DAGs, not the checkout."""
    return built(tmp_path_factory, "MWAA_ARGS=--power-bi")


@pytest.fixture(scope="module", params=["airflow", "mwaa", "powerbi"])
def parsed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp(request.param)
    python = request.getfixturevalue(f"{request.param}_programs") / "python"
    dags, path = request.getfixturevalue(f"{request.param}_layout")
    environment = {
        "PATH": os.defpath,
        "AIRFLOW_HOME": str(folder),
        "PYTHONPATH": str(path),
        "PYTHONDONTWRITEBYTECODE": "1",
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW_CONN_REDSHIFT_DEFAULT": json.dumps(REDSHIFT),
    }
    command = [python, Path(__file__).with_name("parse.py"), dags, folder / "found.json"]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return json.loads((folder / "found.json").read_text())


def test_every_dag_is_there_and_none_reaches_out(parsed: Any) -> None:
    assert parsed["errors"] == {}
    assert parsed["dags"].keys() == DAGS


def test_each_parses_within_a_second(parsed: Any) -> None:
    assert {name for name, seconds in parsed["seconds"].items() if seconds >= SECONDS} == set(), parsed["seconds"]


def test_runs_are_bounded_and_tasks_wait_in_pools_that_are_declared(parsed: Any) -> None:
    pools = json.loads((ROOT / "dags/pools.json").read_text()).keys() | {"default_pool"}
    for dag_id, dag in parsed["dags"].items():
        assert (dag["catchup"], dag["active"], dag["doc"]) == (False, 1, True), dag_id
        for name, task in dag["tasks"].items():
            assert task["pool"] in pools, name
            assert task["is_bounded"], name


def test_what_follows_a_load_comes_after_it(parsed: Any) -> None:
    tasks = parsed["dags"]["gem_daily"]["tasks"]
    chain = [
        "extract",
        "published_batches",
        "raw_manifests",
        "loaded",
        "run_job",
        "check_warehouse",
        "reconcile",
        "export",
    ]
    for before, after in itertools.pairwise(chain):
        assert after in tasks[before]["downstream"], (before, after)


def test_what_waits_in_the_triggerer_says_what_its_trigger_met(parsed: Any, request: pytest.FixtureRequest) -> None:
    telling = {name for name, task in parsed["dags"]["gem_daily"]["tasks"].items() if task["tells"]}
    refreshed = {"power_bi.refresh_dataset"} if "powerbi" in request.node.name else set()
    assert telling == {"extract", "loaded"} | refreshed


def test_lineage_can_be_told_under_each(parsed: Any) -> None:
    assert parsed["lineage"] == [
        "batch_id gem-0000000001",
        "s3://lake raw/gem/gem-0000000001/_manifest.json",
        "redshift://gem.ap-south-1:5439 gem.mart.fact_order_line",
    ]


def test_both_lines_of_airflow_are_tried(mwaa_programs: Path, airflow_programs: Path) -> None:
    def version(programs: Path) -> str:
        [found] = (programs.parent / "lib").glob("python3.*/site-packages/apache_airflow-*.dist-info")
        return found.name.removeprefix("apache_airflow-").removesuffix(".dist-info")

    assert version(mwaa_programs) == "3.0.6"
    assert version(airflow_programs) > "3.1"
