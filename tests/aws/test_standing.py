"""What alarms look at: the tick tells it, under the names and the dimension that template.yaml asks for."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from gem.contracts.keys import BatchId, quiet_key
from gem.contracts.quiet import QuietSign
from gem.contracts.states import Mover, State
from lambdas import on_schedule
from lambdas.standing import Standing
from tests.aws.aws_events import LAKE, eventbridge
from tests.aws.conftest import NOW, Aws, Functions, submitted
from tests.aws.warehouse_fake import FakeWarehouse

TEMPLATE = Path(__file__).parents[2] / "template.yaml"
ONE, TWO = (BatchId("gem", seq) for seq in (1, 2))


def load(aws: Aws, batch_id: BatchId) -> None:
    aws.put_raw(batch_id)
    submitted(aws, batch_id)
    record = aws.ledger.get(batch_id)
    assert record is not None
    record = aws.ledger.move(record, State.CURATED, Mover.ON_STEP_COMPLETED)
    aws.ledger.move(record, State.LOADED, Mover.ON_STEP_COMPLETED)


def metrics(aws: Aws, now: datetime) -> dict[str, float]:
    return Standing(aws.ledger, aws.client("s3"), LAKE).metrics(now)


def test_where_nothing_was_ever_loaded_no_age_is_told(aws: Aws) -> None:
    assert metrics(aws, datetime.now(UTC)) == {"OldestUnloadedSeconds": 0.0, "StoppedBatches": 0}


def test_the_oldest_batch_on_its_way_counts_and_a_loaded_one_does_not(aws: Aws) -> None:
    load(aws, ONE)
    aws.put_raw(TWO)
    aws.ledger.create(TWO, State.EXTRACTED, Mover.ON_RAW_MANIFEST)
    assert metrics(aws, datetime.now(UTC) + timedelta(hours=4))["OldestUnloadedSeconds"] == pytest.approx(
        4 * 3600, abs=60
    )


def test_the_warehouse_is_as_old_as_the_snapshot_that_it_shows(aws: Aws) -> None:
    load(aws, ONE)
    assert metrics(aws, NOW + timedelta(hours=3))["StaleSeconds"] == 3 * 3600


def test_a_quiet_look_is_neither_silence_nor_age(aws: Aws) -> None:
    load(aws, ONE)
    later = datetime.now(UTC) + timedelta(days=3)
    assert metrics(aws, later)["SilentSeconds"] == pytest.approx(3 * 24 * 3600, abs=60)
    sign = QuietSign(source_id="gem", batch_seq=1, looked_at=later - timedelta(minutes=5))
    aws.put(quiet_key("gem"), sign.model_dump_json().encode())
    told = metrics(aws, later)
    assert (told["SilentSeconds"], told["StaleSeconds"]) == (300, 300)


def test_the_worst_source_is_told(aws: Aws) -> None:
    load(aws, ONE)
    load(aws, BatchId("other", 1))
    later = datetime.now(UTC) + timedelta(days=2)
    sign = QuietSign(source_id="gem", batch_seq=1, looked_at=later)
    aws.put(quiet_key("gem"), sign.model_dump_json().encode())
    assert metrics(aws, later)["SilentSeconds"] == pytest.approx(2 * 24 * 3600, abs=60)


def test_a_failed_batch_waits_for_a_person(aws: Aws) -> None:
    aws.ledger.move(aws.ledger.create(ONE, State.EXTRACTED, Mover.ON_RAW_MANIFEST), State.FAILED, Mover.ON_RAW_MANIFEST)
    assert metrics(aws, datetime.now(UTC))["StoppedBatches"] == 1


def told(functions: Functions, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What a tick printed for CloudWatch, in its embedded metric format."""
    capsys.readouterr()
    assert functions.deliver(on_schedule.handler, "gem-schedule", eventbridge("scheduled")) == []
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    [blob] = [line for line in lines if "OldestUnloadedSeconds" in line]
    return dict(blob)


def test_every_alarm_of_ours_looks_at_what_a_tick_tells(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, capsys: pytest.CaptureFixture[str]
) -> None:
    assert warehouse
    load(aws, ONE)
    blob = told(functions, capsys)
    [emitted] = blob["_aws"]["CloudWatchMetrics"]
    template = yaml_parse(TEMPLATE.read_text())["Resources"].values()
    alarms = [each["Properties"] for each in template if each["Type"] == "AWS::CloudWatch::Alarm"]
    ours = [alarm for alarm in alarms if alarm.get("Namespace") == emitted["Namespace"]]
    assert {alarm["MetricName"] for alarm in ours} == {
        "OldestUnloadedSeconds",
        "StaleSeconds",
        "SilentSeconds",
        "StoppedBatches",
    }
    assert {alarm["MetricName"] for alarm in ours} <= {metric["Name"] for metric in emitted["Metrics"]}
    assert emitted["Dimensions"] == [[dimension["Name"]] for dimension in ours[0]["Dimensions"]]
