"""The commands that make batches, under `gem` and under `python -m extractor_ec2`, from one declaration."""

import json
import os
import subprocess
import sys

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractor_ec2.copy_stream import arrow_schema
from gem.contracts.manifest import BatchKind
from gem.contracts.source.aggregates import SOURCE_TABLES

from .test_extract_cut import MANY

GEM = ["-c", "from gem.cli import main; main()"]
MODULE = ["-m", "extractor_ec2"]


@pytest.fixture
def run(site):
    """Runs a command as a process of its own: the JSON it printed, or the code and text of its refusal."""
    environment = {
        "PATH": os.defpath,
        "GEM_SOURCE_DSN": site.dsn,
        "GEM_LAKE_BUCKET": "lake",
        "AWS_ENDPOINT_URL": site.s3.meta.endpoint_url,
        "AWS_DEFAULT_REGION": "ap-south-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
    }

    def command(*words, by=GEM, code=0, said="", **changes):
        done = subprocess.run(
            [sys.executable, *by, *words],
            env={name: value for name, value in (environment | changes).items() if value},
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, done.stderr
        return json.loads(done.stdout) if code == 0 else done.stderr

    return command


def test_the_commands_are_those_of_gem_and_of_the_module():
    for by in (GEM, MODULE):
        shown = subprocess.run([sys.executable, *by, "--help"], capture_output=True, text=True, check=True).stdout
        for command in ("extract", "backfill", "resync", "land"):
            assert f"│ {command}" in shown


def test_without_the_database_s_driver_the_commands_are_simply_absent():
    hidden = (
        "import importlib.util as u; find = u.find_spec;"
        " u.find_spec = lambda name, *a: None if name == 'psycopg2' else find(name, *a);"
        " from gem.cli import main; main()"
    )
    shown = subprocess.run([sys.executable, "-c", hidden, "--help"], capture_output=True, text=True, check=True).stdout
    assert "│ status" in shown
    assert "│ extract" not in shown


@pytest.mark.parametrize("by", [GEM, MODULE])
def test_extract_names_every_batch_of_a_cut_window_and_the_last_one(site, run, by):
    site.execute(*MANY)
    summary = run("extract", "--max-rows", "30", by=by)
    assert summary["batch_id"] == summary["batches"][-1] == [m.batch_id for m in site.manifests()][-1]
    assert len(summary["batches"]) == len(site.manifests()) > 2
    assert (summary["aggregates"]["contract"], summary["rows"]["contract"]) == ({"changed_roots": 40}, 40)


def test_the_limit_may_be_set_by_the_environment(site, run):
    site.execute(*MANY)
    assert len(run("extract", GEM_BATCH_ROWS="30")["batches"]) > 2


def test_a_backfill_is_looked_at_and_then_made(site, run):
    site.execute(*MANY)
    site.extract()
    words = ("backfill", "--aggregate", "contract", "--from", "5", "--to", "8")
    planned = run(*words, "--dry-run")
    assert (planned["batch_id"], planned["ranges"]) == (None, [{"from": 5, "to": 8, "roots": 4, "rows": 10}])
    assert len(site.manifests()) == 1
    done = run(*words, "--roots", "7,8")
    assert (done["batches"], done["ranges"][0]["rows"]) == (["gem-0000000002"], 10)
    assert run("backfill", "--aggregate", "contract", "--roots", "-4,77")["ranges"][0]["roots"] == 2


def test_a_backfill_that_cannot_be_meant_says_so(run):
    assert "gem: aggregate 'order' is not declared" in run("backfill", "--aggregate", "order", code=1)
    assert "--roots '1,x' is no list of root ids such as 1,2,3" in run(
        "backfill", "--aggregate", "bid", "--roots", "1,x", code=1
    )


def test_a_resync_asks_first(site, run):
    site.extract()
    assert "Read every root of source 'gem' again" in run("resync", code=1, said="n\n")
    assert len(site.manifests()) == 1
    batch_id = run("resync", "--yes")["batch_id"]
    assert site.manifest(batch_id).kind is BatchKind.RESYNC


def test_a_file_is_landed_without_a_source(site, run, tmp_path):
    path = tmp_path / "contract.parquet"
    schema = arrow_schema(SOURCE_TABLES["contract"].extracted_columns)
    pq.write_table(pa.Table.from_pylist([{"contract_id": 5}], schema), path)
    summary = run(
        "land", str(path), "--aggregate", "contract", "--roots", "6", GEM_SOURCE_DSN="", GEM_SOURCE_ID="dropped"
    )
    assert summary == {
        "batch_id": "dropped-0000000001",
        "batches": ["dropped-0000000001"],
        "aggregates": {"contract": {"changed_roots": 2}},
        "rows": {"contract": 1},
    }


def test_the_change_log_is_pruned_by_command(run):
    run("extract", by=MODULE)
    assert run("changelog", "prune", by=MODULE) == {"dropped": [], "closed": [], "needed": [], "busy": []}
