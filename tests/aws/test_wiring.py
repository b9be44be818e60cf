"""Every rule, target, queue policy and mapping of the template is needed: without it the run stalls at its hop."""

import sys
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from gem.contracts.keys import BatchId, RawManifestKey, RawPartKey
from gem.contracts.manifest import BatchKind, PartKind, RawAggregate, RawManifest, RawPart, manifest_body
from gem.contracts.states import Mover, State
from local_aws.cloud import TEMPLATE, LocalCloud

CHEAP_STEP = Path(__file__).with_name("cheap_step.py")
SETTLE_SECONDS = 60
SEQUENCE = count(1)

SUBMIT = "RawManifestMapping"
LOAD = "StepCompletedMapping"
NOTE_FAILURE = "StepFailedMapping"
RECONCILE = "ScheduleMapping"


def wiring() -> list[str]:
    """The logical ids that connect one hop to the next, and each rule's targets as `Rule.Target`."""
    resources = yaml_parse(TEMPLATE.read_text())["Resources"]
    kinds = {"AWS::Events::Rule", "AWS::SQS::QueuePolicy", "AWS::Lambda::EventSourceMapping"}
    ids = [name for name, resource in resources.items() if resource["Type"] in kinds]
    targets = [f"{name}.{t['Id']}" for name in ids for t in resources[name]["Properties"].get("Targets", [])]
    return sorted(ids + targets)


def of_hop(*prefixes: str) -> list[str]:
    return [name for name in wiring() if name.startswith(prefixes)]


@pytest.fixture(scope="module")
def calls() -> list[str]:
    """What the cloud told of its functions and steps, in order."""
    return []


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory, calls: list[str]) -> Iterator[LocalCloud]:
    # No scheduled tick comes to the rescue of a stalled run, but one that is asked for acts at once.
    parameters = {"ReconcileSchedule": "rate(1 day)", "StaleSeconds": "0"}
    with LocalCloud(
        tmp_path_factory.mktemp("cloud"),
        parameters=parameters,
        step_command=cheap_step,
        on_progress=lambda progress: calls.append(str(progress)),
    ) as running:
        yield running


def cheap_step(endpoint_url: str, words: Sequence[str]) -> list[str]:
    return [sys.executable, str(CHEAP_STEP), *words]


def called(calls: list[str]) -> list[str]:
    """The mappings whose function was called, and the steps that ran."""
    return [call.partition(":")[0] for call in calls if call.endswith("started")]


def deliver(cloud: LocalCloud, kind: BatchKind = BatchKind.LIVE) -> str:
    """Puts a raw batch into the lake as the extractor does, waits until nothing moves; its id."""
    batch_id = BatchId("gem", next(SEQUENCE))
    key, body = str(RawPartKey(batch_id, "contract", 0, holds_roots=True)), b"PAR1"
    cloud.s3.put_object(Bucket=cloud.lake_bucket, Key=key, Body=body)
    now = datetime.now(UTC)
    manifest = RawManifest(
        batch_id=str(batch_id),
        source_id=batch_id.source_id,
        batch_seq=batch_id.batch_seq,
        kind=kind,
        snapshot="754:756:754",
        snapshot_at=now,
        created_at=now,
        bucket=cloud.lake_bucket,
        aggregates=(RawAggregate(name="contract", changed_roots=1, travels_whole=False),),
        parts=(RawPart(kind=PartKind.ROOTS, table="contract", key=key, rows=1, size_bytes=len(body), sha256="0" * 64),),
    )
    body = manifest_body(manifest)
    cloud.s3.put_object(Bucket=cloud.lake_bucket, Key=str(RawManifestKey(batch_id)), Body=body, IfNoneMatch="*")
    cloud.settle(SETTLE_SECONDS)
    return str(batch_id)


def state(cloud: LocalCloud, batch_id: str) -> State | None:
    record = cloud.ledger.get(batch_id)
    return record.state if record else None


@pytest.fixture
def deployed(cloud: LocalCloud, calls: list[str], request: pytest.FixtureRequest) -> LocalCloud:
    """The template deployed afresh, without what the test names."""
    cloud.redeploy(drop=request.param)
    calls.clear()
    return cloud


@pytest.mark.parametrize("deployed", [()], indirect=True)
def test_with_the_whole_template_a_batch_is_loaded(deployed: LocalCloud, calls: list[str]) -> None:
    batch_id = deliver(deployed)
    assert state(deployed, batch_id) is State.LOADED
    assert called(calls) == [SUBMIT, "emr", LOAD]
    record = deployed.ledger.get(batch_id)
    assert record is not None
    assert [move.by for move in record.history] == [
        Mover.ON_RAW_MANIFEST,
        Mover.ON_RAW_MANIFEST,
        Mover.ON_STEP_COMPLETED,
        Mover.ON_STEP_COMPLETED,
    ]
    assert deployed.dead_letters() == {}


@pytest.mark.parametrize("deployed", [()], indirect=True)
def test_with_the_whole_template_a_failing_step_is_tried_again_and_fails_its_batch_in_the_end(
    deployed: LocalCloud, calls: list[str]
) -> None:
    batch_id = deliver(deployed, BatchKind.BACKFILL)
    seen = [state(deployed, batch_id)]
    for _ in range(2):
        deployed.tick()
        deployed.settle(SETTLE_SECONDS)
        seen.append(state(deployed, batch_id))
    assert seen == [State.EXTRACTED, State.EXTRACTED, State.FAILED]
    assert called(calls) == [SUBMIT, "emr", NOTE_FAILURE, *[RECONCILE, "emr", NOTE_FAILURE] * 2]


@pytest.mark.parametrize("deployed", [("RawManifestMapping",)], indirect=True)
def test_the_schedule_rescues_a_batch_whose_event_was_lost(deployed: LocalCloud, calls: list[str]) -> None:
    batch_id = deliver(deployed)
    assert called(calls) == []
    deployed.tick()
    deployed.settle(SETTLE_SECONDS)
    assert state(deployed, batch_id) is State.LOADED
    assert called(calls) == [RECONCILE, "emr", LOAD]


@pytest.mark.parametrize(
    "deployed", [(name,) for name in of_hop("RawManifest")], indirect=True, ids=of_hop("RawManifest")
)
def test_no_step_is_submitted_without(deployed: LocalCloud, calls: list[str]) -> None:
    batch_id = deliver(deployed)
    assert state(deployed, batch_id) is None
    assert deployed.steps.step_states == {}
    assert called(calls) == []


@pytest.mark.parametrize(
    "deployed", [(name,) for name in of_hop("StepCompleted")], indirect=True, ids=of_hop("StepCompleted")
)
def test_nothing_is_loaded_without(deployed: LocalCloud, calls: list[str]) -> None:
    batch_id = deliver(deployed)
    assert state(deployed, batch_id) is State.SUBMITTED
    assert set(deployed.steps.step_states.values()) == {"COMPLETED"}
    assert called(calls) == [SUBMIT, "emr"]


@pytest.mark.parametrize(
    "deployed", [(name,) for name in of_hop("StepFailed")], indirect=True, ids=of_hop("StepFailed")
)
def test_no_failure_is_noted_without(deployed: LocalCloud, calls: list[str]) -> None:
    batch_id = deliver(deployed, BatchKind.BACKFILL)
    assert state(deployed, batch_id) is State.SUBMITTED
    assert set(deployed.steps.step_states.values()) == {"FAILED"}
    assert called(calls) == [SUBMIT, "emr"]


@pytest.mark.parametrize(
    "deployed",
    [("RawManifestMapping", name) for name in of_hop("Reconcile", "Schedule")],
    indirect=True,
    ids=of_hop("Reconcile", "Schedule"),
)
def test_no_lost_batch_is_found_without(deployed: LocalCloud, calls: list[str]) -> None:
    batch_id = deliver(deployed)
    deployed.tick()
    deployed.settle(SETTLE_SECONDS)
    assert state(deployed, batch_id) is None
    assert called(calls) == []


def test_every_piece_of_wiring_is_taken_out_once() -> None:
    tested = of_hop("RawManifest") + of_hop("StepCompleted") + of_hop("StepFailed") + of_hop("Reconcile", "Schedule")
    assert sorted(tested) == wiring()
    assert len(tested) >= 16
