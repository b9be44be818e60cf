"""`python -m extractor_ec2`: one JSON line on success, one clear line on failure, and never a password."""

import json
import os
import subprocess
import sys

import boto3
import pytest

from extractor_ec2.cli import main
from gem.contracts.source.aggregates import AGGREGATES
from local_aws.postgres import free_port

PASSWORD = "pa55%40word"  # "pa55@word", as a URI spells it


@pytest.fixture
def run(site, monkeypatch, capsys):
    """Runs the command in this process, against the site: (exit code, stdout, stderr)."""
    environment = {
        "GEM_SOURCE_DSN": site.dsn,
        "GEM_LAKE_BUCKET": "lake",
        "AWS_ENDPOINT_URL": site.s3.meta.endpoint_url,
        "AWS_REGION": "ap-south-1",
        "AWS_DEFAULT_REGION": "ap-south-1",
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_MAX_ATTEMPTS": "1",
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    def command(*words, **changes):
        for name, value in changes.items():
            monkeypatch.delenv(name) if value is None else monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["extractor_ec2", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return ended.value.code or 0, captured.out, captured.err

    return command


def test_extract_as_its_own_process_prints_progress_and_one_line_of_json(site, run):
    site.execute("insert into gem.contract (contract_id) values (1), (2)")
    done = subprocess.run(
        [sys.executable, "-m", "extractor_ec2", "extract"], env=os.environ, capture_output=True, text=True, check=True
    )
    (line,) = done.stdout.splitlines()
    summary = json.loads(line)
    assert summary.pop("seconds") > 0
    assert summary == {
        "batch_id": "gem-0000000001",
        "batches": ["gem-0000000001"],
        "aggregates": {
            **{aggregate.name: {"changed_roots": 1} for aggregate in AGGREGATES if aggregate.travels_whole},
            "contract": {"changed_roots": 2},
        },
        "rows": {"contract": 2},
        "failed": {},
        "sweep_due": [],
    }
    assert "gem-0000000001: published s3://lake/raw/gem/gem-0000000001/_manifest.json" in done.stderr


def test_nothing_changed_is_success_without_a_batch(run):
    assert run("extract")[0] == 0
    code, out, _ = run("extract")
    assert (code, json.loads(out)["batch_id"]) == (0, None)


def test_an_aggregate_that_cannot_be_read_makes_the_exit_code_one_though_the_others_are_published(site, run):
    site.execute("alter table gem.bid drop column status", "insert into gem.contract (contract_id) values (1)")
    code, out, err = run("extract")
    assert code == 1
    assert json.loads(out)["rows"] == {"contract": 1}
    assert "gem.bid.status does not exist" in json.loads(out)["failed"]["bid"]
    assert err.splitlines()[-1] == "error: not read: bid; the reasons are above"


def test_the_status_of_the_change_log_says_what_passes_it_by(site, run):
    site.execute("create table gem.old_bid () inherits (gem.bid)")
    code, out, err = run("changelog", "status")
    assert (code, list(json.loads(out)["bypassed"])) == (1, ["bid"])
    assert "error: the change log cannot see every change of bid" in err


def test_the_change_log_is_installed_looked_at_and_removed_by_command(run):
    assert run("changelog", "remove")[0] == 0
    code, out, err = run("changelog", "status")
    assert (code, len(json.loads(out)["missing"])) == (1, len(AGGREGATES))
    assert "changelog install" in err
    assert json.loads(run("changelog", "install")[1])["newly_logged"] == [aggregate.name for aggregate in AGGREGATES]
    assert json.loads(run("changelog", "status")[1])["missing"] == {}


def test_the_state_is_shown(site, run):
    run("extract")
    shown = json.loads(run("state", "show")[1])
    assert shown == site.state()
    assert shown["next_batch_seq"] == 2


def test_the_source_may_be_named_by_a_secret(site, run):
    parameters = dict(zip(("user", "password", "host", "port"), _pieces(site.dsn), strict=True))
    secret = {**parameters, "username": parameters.pop("user"), "dbname": site.dsn.rpartition("/")[2]}
    _create_secret("source", json.dumps(secret))
    code, out, err = run("extract", GEM_SOURCE_DSN=None, GEM_SOURCE_SECRET_ID="source")
    assert (code, json.loads(out)["batch_id"]) == (0, "gem-0000000001"), err
    assert secret["password"] not in out + err


@pytest.mark.parametrize(
    ("dsn", "code", "message"),
    [
        (f"postgresql://gem:{PASSWORD}@127.0.0.1:1/gem", 75, "source 'gem' cannot be reached: "),
        (f"postgresql://gem:{PASSWORD}@127.0.0.1:{{port}}/gem", 1, "password authentication failed for user"),
        ("postgresql://gem:pa55%zzword@127.0.0.1/gem", 1, "GEM_SOURCE_DSN is no connection string"),
        ("mysql://gem:pa55word@127.0.0.1/gem", 1, "settings: GEM_SOURCE_DSN: "),
        ("pa55word", 1, "settings: GEM_SOURCE_DSN: "),
    ],
)
def test_a_source_that_cannot_be_reached_ends_in_one_line_without_the_password(site, run, dsn, code, message):
    port = _pieces(site.dsn)[3]
    ended, out, err = run("extract", GEM_SOURCE_DSN=dsn.format(port=port))
    assert (ended, out) == (code, "")
    assert message in err
    assert err.startswith("error: ")
    assert "pa55" not in err


def test_a_secret_that_is_no_connection_is_named_and_not_shown(run):
    _create_secret("broken", '{"host": "db", "password": "pa55word"')
    code, _, err = run("extract", GEM_SOURCE_DSN=None, GEM_SOURCE_SECRET_ID="broken")
    assert code == 1
    assert "error: secret 'broken' is not JSON with host, port, dbname, username and password" in err
    assert "pa55" not in err


def test_settings_that_are_missing_are_named(run):
    code, _, err = run("extract", GEM_LAKE_BUCKET=None)
    assert (code, "error: settings: GEM_LAKE_BUCKET is not set. eval" in err) == (1, True)
    code, _, err = run("extract", GEM_LAKE_BUCKET="lake", GEM_SOURCE_DSN=None)
    assert (code, "set GEM_SOURCE_DSN" in err) == (1, True)


def test_a_lake_that_does_not_answer_is_worth_another_try(run):
    code, _, err = run("extract", AWS_ENDPOINT_URL=f"http://127.0.0.1:{free_port()}")
    assert code == 75
    assert "s3://lake/state/gem.json" in err


def _pieces(dsn):
    login, _, place = dsn.removeprefix("postgresql://").rpartition("@")
    return (*login.split(":"), *place.partition("/")[0].split(":"))


def _create_secret(name, text):
    boto3.Session().client("secretsmanager").create_secret(Name=name, SecretString=text)
