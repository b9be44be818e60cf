"""The commands about batches, as far as they go without AWS; tests/aws and tests/story carry them through."""

import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pytest

from gem.contracts.manifest import Rejects
from gem.contracts.states import Mover, State
from gem.operations.reports import BatchReport, Freshness, Hop, StatusLine, TableRows
from gem.operations.tables import Tables

NOW = datetime(2026, 4, 1, 3, 30, tzinfo=UTC)


def gem(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from gem.cli import main; main()", *arguments]
    env = {"PATH": os.defpath, "COLUMNS": "160", **environment}
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


def run_module(module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", module, *arguments], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("command", "taught"),
    [
        ("status", "QUARANTINED and FAILED ones wait for you"),
        ("redrive", "curated again as a new attempt"),
        ("replay", "stays in the warehouse until then"),
        ("release", "keep the version that the warehouse has"),
        ("env", "gem env --stack gem"),
    ],
)
def test_help_teaches_what_a_command_does(command: str, taught: str) -> None:
    answer = gem(command, "--help")
    assert answer.returncode == 0
    assert taught in " ".join(answer.stdout.split())


def test_the_runbook_names_only_commands_and_options_that_exist() -> None:
    runbook = (Path(__file__).parents[3] / "docs" / "runbook.md").read_text()
    named = re.findall(r"(?:^\$ |[`(\"]|or `)gem ([a-z]+)([^`\n#)]*)", runbook, re.MULTILINE)
    assert {command for command, _ in named} >= {"status", "batch", "redrive", "replay", "release", "env"}
    help_of = cache(lambda *words: gem(*words, "--help"))
    for command, rest in set(named):
        known = help_of(command)
        assert known.returncode == 0, f"gem {command} is no command"
        subcommand = re.match(r" ([a-z]+)", rest)
        if "Commands" in known.stdout and subcommand:
            known = help_of(command, subcommand[1])
            assert known.returncode == 0, f"gem {command} {subcommand[1]} is no command"
        for option in re.findall(r"--[a-z-]+", rest):
            assert option in known.stdout, f"gem {command}{rest}: no {option}"
    extractor = run_module("extractor_ec2", "--help").stdout
    for command in set(re.findall(r"python -m extractor_ec2 ([a-z]+)", runbook)):
        assert re.search(rf"\b{command}\b", extractor), f"extractor_ec2 has no {command}"


def test_a_missing_setting_is_named_with_what_sets_it() -> None:
    answer = gem("redrive", "gem-0000000001", GEM_LEDGER_TABLE="gem-ledger", AWS_DEFAULT_REGION="ap-south-1")
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "GEM_RAW_MANIFEST_QUEUE_URL is not set" in answer.stderr
    assert "gem env --stack" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_what_is_no_batch_id_is_refused_before_anybody_is_asked() -> None:
    answer = gem("batch", "nonsense")
    assert answer.returncode == 1
    assert answer.stderr == "gem: 'nonsense' is no batch id (<source_id>-<ten digits>)\n"


def test_a_missing_region_is_an_error_of_ours() -> None:
    answer = gem("status", GEM_LEDGER_TABLE="gem-ledger", GEM_LAKE_BUCKET="lake", AWS_CONFIG_FILE="/nonexistent")
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "no AWS region" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_a_service_out_of_reach_is_worth_another_try() -> None:
    aws = {"AWS_DEFAULT_REGION": "ap-south-1", "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    # The discard port answers nobody.
    answer = gem("env", AWS_ENDPOINT_URL="http://127.0.0.1:9", **aws)
    assert answer.returncode == 75
    assert "CloudFormation stack gem" in answer.stderr


def test_release_asks_for_a_reason() -> None:
    answer = gem("release", "gem-0000000001")
    assert answer.returncode == 2
    assert "--reason" in answer.stderr


def test_status_is_a_table_with_errors_below_it(capsys: pytest.CaptureFixture[str]) -> None:
    error = "part s3://lake/raw/gem/[x] is missing"
    lines = [
        StatusLine(
            batch_id="gem-0000000008",
            state=State.FAILED,
            attempt=0,
            rows=0,
            age_seconds=61,
            hop_seconds={},
            error=error,
        ),
        StatusLine(
            batch_id="gem-0000000007",
            state=State.LOADED,
            attempt=2,
            rows=12_345,
            age_seconds=90_061.4,
            hop_seconds={State.SUBMITTED: 1.25, State.LOADED: 7},
            error="",
        ),
    ]
    fresh = Freshness(table="fact_bid", source_id="gem", batch_id="gem-0000000007", snapshot_at=NOW, age_seconds=3_600)
    Tables().status(lines, [fresh])
    out = capsys.readouterr().out
    first, second = (
        line for line in out.splitlines() if "gem-000000000" in line and "│" in line and "mart" not in line
    )
    assert [cell.strip() for cell in first.split("│")[1:6]] == ["gem-0000000008", "FAILED", "0", "0", "0:01:01"]
    assert [cell.strip() for cell in second.split("│")[4:9]] == ["12,345", "1 day, 1:01:01", "1.2 s", "", "7.0 s"]
    assert error in out, "brackets are no markup"
    assert "mart.fact_bid" in out
    assert "2026-04-01 03:30:00 UTC" in out


def test_a_batch_is_shown_whole(capsys: pytest.CaptureFixture[str]) -> None:
    report = BatchReport(
        batch_id="gem-0000000007",
        state=State.QUARANTINED,
        attempt=1,
        age_seconds=5,
        error="too many rejects in seller",
        snapshot_at=NOW,
        step_name="gem/gem-0000000007/1",
        step_id="s-1",
        cluster_id="j-1",
        held_by="",
        released_attempt=0,
        hops=(Hop(state=State.EXTRACTED, at=NOW, seconds=None, attempt=0, by=Mover.ON_RAW_MANIFEST, note=""),),
        rows=(TableRows(table="seller", raw=20, curated=None, loaded=None),),
        rejects=(Rejects(table="seller", reason="pin_invalid", rows=15, roots=15),),
        uris={"raw manifest": "s3://lake/raw/gem/gem-0000000007/_manifest.json"},
    )
    Tables().batch(report)
    out = capsys.readouterr().out
    for shown in ("EXTRACTED", "on_raw_manifest", "pin_invalid", "s-1", "too many rejects", *report.uris.values()):
        assert shown in out


def test_an_empty_ledger_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    Tables().status([], [])
    assert "No batches" in capsys.readouterr().out
