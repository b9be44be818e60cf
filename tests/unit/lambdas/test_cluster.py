"""EMR's traps, with a hand-written EMR: no client token, throttling, limits of steps and arguments."""

from contextlib import nullcontext
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

import gem.aws
from gem.cluster import ACTIVE_STEP_STATES, MAX_ACTIVE_STEPS, Cluster, step_arguments
from gem.contracts.errors import TerminalError, TransientError
from gem.contracts.keys import Attempt, BatchId
from gem.settings import SubmitSettings

BEGAN = datetime(2026, 4, 1, tzinfo=UTC)
ATTEMPT = Attempt(BatchId("gem", 7), 1)
SETTINGS = SubmitSettings(
    ledger_table="ledger",
    lake_bucket="lake",
    artifact_bucket="artifacts",
    artifact_prefix="1.2.0",
    cluster_name="gem",
    cluster_launch_parameter="/gem/cluster-launch",
)


class Emr:
    """Lists steps in pages of fifty, the newest first; raises what it is told before it adds a step."""

    def __init__(self, *names: str, state: str = "COMPLETED") -> None:
        self.names = [*names]
        self.state = state
        self.errors: list[Exception] = []
        self.added: list[dict[str, Any]] = []

    def list_steps(self, **request: str) -> dict[str, Any]:
        begin = int(request.get("Marker", 0))
        page = [
            {"Id": f"s-{name}", "Name": name, "Status": {"State": self.state}}
            for name in self.names[begin : begin + 50]
        ]
        return {"Steps": page, **({"Marker": str(begin + 50)} if begin + 50 < len(self.names) else {})}

    def add_job_flow_steps(self, **request: Any) -> dict[str, Any]:
        if self.errors:
            raise self.errors.pop(0)
        self.added += request["Steps"]
        return {"StepIds": ["s-new"]}


class Listing:
    """Lists clusters in pages of two, and no step of any; keeps what is launched and ended."""

    def __init__(self, **names: str) -> None:
        self.names = names
        self.launched: list[str] = []

    def list_clusters(self, **request: Any) -> dict[str, Any]:
        begin = int(request.get("Marker", 0))
        listed = list(self.names.items())
        status = {"State": "WAITING", "Timeline": {"CreationDateTime": BEGAN}}
        page = [{"Id": key, "Name": name, "Status": status} for key, name in listed[begin : begin + 2]]
        return {"Clusters": page, **({"Marker": str(begin + 2)} if begin + 2 < len(listed) else {})}

    def list_steps(self, **_: str) -> dict[str, Any]:
        return {}

    def run_job_flow(self, **arguments: Any) -> dict[str, Any]:
        self.launched.append(arguments["Name"])
        return {"JobFlowId": "j-new"}


class Parameters:
    """The launch arguments."""

    def get_parameter(self, **_: str) -> dict[str, Any]:
        return {"Parameter": {"Value": '{"Name": "gem", "ReleaseLabel": "emr-7.13.0"}'}}


def throttled(code: str = "ThrottlingException") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "Rate exceeded"}}, "AddJobFlowSteps")


@pytest.fixture(autouse=True)
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    made: list[float] = []
    monkeypatch.setattr(gem.aws, "sleep", made.append)
    return made


def cluster(emr: Emr) -> Cluster:
    return Cluster(emr, None, SETTINGS, None)  # type: ignore[arg-type]  # a fake, and parts that are not reached


def listed(**names: str) -> tuple[Cluster, Listing]:
    emr = Listing(**names)
    lease: Any = SimpleNamespace(held=lambda _: nullcontext())
    return Cluster(emr, Parameters(), SETTINGS, lease), emr  # type: ignore[arg-type]  # fakes


def test_steps_run_on_a_cluster_of_their_own_release() -> None:
    others = {"a": "gem", "b": "gem/1.1.0", "c": "gem-dev/1.2.0", "d": "somebody"}
    mine, emr = listed(**others, e="gem/1.2.0")
    assert mine.live_or_launched("me") == "e"
    assert emr.launched == []
    mine, emr = listed(**others)
    assert mine.live_or_launched("me") == "j-new"
    assert emr.launched == ["gem/1.2.0"]


def test_clusters_of_every_release_and_of_no_other_stack_are_found_idle() -> None:
    mine, _ = listed(a="gem", b="gem/1.1.0", c="gem-dev/1.2.0", d="somebody", e="gem/1.2.0")
    assert list(mine.idle_since()) == [(key, BEGAN) for key in "abe"]


def test_a_step_is_found_by_its_whole_name_on_any_page_in_any_state() -> None:
    emr = Emr(*(f"gem/gem-0000000007/{number}" for number in range(120, 0, -1)), state="FAILED")
    assert cluster(emr).submit("j-1", ATTEMPT) == "s-gem/gem-0000000007/1"
    assert emr.added == []


def test_a_name_that_only_begins_alike_is_another_step() -> None:
    emr = Emr("gem/gem-0000000007/10")
    assert cluster(emr).submit("j-1", ATTEMPT) == "s-new"
    assert [step["Name"] for step in emr.added] == ["gem/gem-0000000007/1"]


@pytest.mark.parametrize("state", sorted(ACTIVE_STEP_STATES))
def test_a_full_cluster_takes_no_step(state: str) -> None:
    emr = Emr(*map(str, range(MAX_ACTIVE_STEPS)), state=state)
    with pytest.raises(TransientError, match="200 active steps"):
        cluster(emr).submit("j-1", ATTEMPT)
    assert emr.added == []


def test_a_throttled_call_is_made_again_after_a_growing_pause(pauses: list[float]) -> None:
    emr = Emr()
    emr.errors = [throttled(), throttled("TooManyRequestsException")]
    assert cluster(emr).submit("j-1", ATTEMPT) == "s-new"
    assert len(emr.added) == 1
    assert [0 <= pause <= limit for pause, limit in zip(pauses, (0.5, 1.0), strict=True)] == [True, True]


def test_throttling_without_end_is_left_to_the_next_delivery() -> None:
    emr = Emr()
    emr.errors = [throttled() for _ in range(10)]
    with pytest.raises(TransientError, match="Rate exceeded"):
        cluster(emr).submit("j-1", ATTEMPT)
    assert len(emr.errors) == 5


def test_a_call_whose_answer_was_lost_is_not_made_again() -> None:
    emr = Emr()
    emr.errors = [ReadTimeoutError(endpoint_url="https://elasticmapreduce")]
    with pytest.raises(TransientError, match="adding gem/gem-0000000007/1"):
        cluster(emr).submit("j-1", ATTEMPT)
    assert emr.added == [], "the next delivery looks for the step by its name first"


def test_a_step_gets_uris_and_not_lists() -> None:
    assert step_arguments(SETTINGS, ATTEMPT) == (
        "spark-submit",
        "--deploy-mode",
        "cluster",
        "--py-files",
        "s3://artifacts/1.2.0/pyfiles.zip",
        "s3://artifacts/1.2.0/curate.py",
        "--manifest",
        "s3://lake/raw/gem/gem-0000000007/_manifest.json",
        "--attempt",
        "1",
    )


def test_arguments_longer_than_emr_takes_are_refused_before_the_call() -> None:
    settings = SETTINGS.model_copy(update={"artifact_prefix": "x" * 6_000})
    with pytest.raises(TerminalError, match="EMR takes 10240"):
        step_arguments(settings, ATTEMPT)
