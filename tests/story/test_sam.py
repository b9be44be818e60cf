"""SAM builds the functions of a clean clone and really invokes each: a batch moves from PostgreSQL to the warehouse."""

import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.environments import programs
from tests.story.up_cloud import UpCloud, command_line, descendants, kill, until

pytestmark = [pytest.mark.slow, pytest.mark.sam, pytest.mark.timeout(1_800)]

REPOSITORY = Path(__file__).parents[2]
SAM_ENVIRONMENT = REPOSITORY / ".venv-sam"
SETUP = os.environ.get("GEM_SAM_SETUP")
"""A program that makes Docker and an image of the runtime available: `PROGRAM VENV`, and `PROGRAM stop` afterwards."""
ZIPPED_BYTES, UNZIPPED_BYTES = 50 * 1024**2, 250 * 1024**2
"""What Lambda takes as one zip, and of it once unpacked (AWS Lambda quotas)."""
NOT_FOR_LAMBDA = {"pyspark", "airflow", "local_aws", "emr_jobs", "extractor_ec2", "psycopg2", "pyarrow"}
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("AWS_")},
    "SAM_CLI_TELEMETRY": "0",
    # sam hands the caller's log-in on to the container.
    "AWS_ACCESS_KEY_ID": "local",
    "AWS_SECRET_ACCESS_KEY": "local",
    "AWS_DEFAULT_REGION": "ap-south-1",
    # The makefile's python3: any that has pip.
    "PATH": f"{SAM_ENVIRONMENT / 'bin'}:{os.environ['PATH']}",
}


def has_docker() -> bool:
    found = shutil.which("docker")
    return found is not None and subprocess.run([found, "info"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="module")
def sam() -> Path:
    """The command of the locked environment."""
    return programs("sam") / "sam"


@pytest.fixture(scope="module")
def built(sam: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The checkout as a clone has it, with what `sam build` made in it."""
    clone = tmp_path_factory.mktemp("clone")
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    names = subprocess.run(words, cwd=REPOSITORY, capture_output=True, check=True, text=True).stdout.split("\0")
    for name in filter(None, names):
        if (REPOSITORY / name).is_file():
            (clone / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(REPOSITORY / name, clone / name)
    done = subprocess.run([sam, "build"], cwd=clone, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return clone


@pytest.fixture(scope="module")
def engine(sam: Path) -> Iterator[None]:
    """A container engine with the runtime's image, as it was found or as the set-up makes it, which then ends it."""
    had_docker = has_docker()
    if SETUP is None and not had_docker:
        pytest.skip("no Docker answers, and GEM_SAM_SETUP names no program that makes it available")
    if SETUP is not None:
        done = subprocess.run([SETUP, SAM_ENVIRONMENT], capture_output=True, text=True, check=False)
        if done.returncode != 0 and not had_docker:
            pytest.skip(f"{Path(SETUP).name} could not make Docker available: {done.stderr[-500:]}")
        assert done.returncode == 0, done.stderr
    yield
    if SETUP is not None and not had_docker:
        subprocess.run([SETUP, "stop"], check=True)


def bridge() -> str:
    """Where containers find this machine; skips where its programs cannot listen there (Docker Desktop)."""
    words = ["docker", "network", "inspect", "bridge", "--format", "{{(index .IPAM.Config 0).Gateway}}"]
    address = subprocess.run(words, capture_output=True, check=True, text=True).stdout.strip()
    with socket.socket() as probe:
        try:
            probe.bind((address, 0))
        except OSError:
            pytest.skip(f"the engine is not on this machine: {address} is no address of it")
    return address


@dataclass
class Hands:
    """Calls functions in place of Lambda: takes what waits in a queue and hands it to `sam local invoke`."""

    cloud: UpCloud
    sam: Path
    folder: Path

    def event(self, function: str) -> dict[str, Any]:
        """What waits for the function, or comes while a machine with other work runs its step."""
        words = ("event", function, "--work-dir", self.cloud.work_dir, "--wait", "480")
        event: dict[str, Any] = json.loads(self.cloud.gem(*words).stdout)
        return event

    def invoke(self, function: str, event: dict[str, Any]) -> None:
        """In a container; every message of the event was answered."""
        variables = self.cloud.work_dir / "env.local.json"
        words = ["local", "invoke", function, "--event", "-", "--env-vars", variables]
        done = subprocess.run(
            [self.sam, *words, *(["--skip-pull-image"] if SETUP else [])],
            cwd=self.folder,
            env=ENVIRONMENT,
            input=json.dumps(event),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout) == {"batchItemFailures": []}, done.stderr

    def call(self, function: str) -> None:
        self.invoke(function, self.event(function))

    def kill_spark(self) -> None:
        aws = self.cloud.pid("aws")

        def javas() -> list[int]:
            return [pid for pid in descendants(aws) if "/java " in command_line(pid)]

        until(javas, "Spark was to run")
        kill(javas()[0])


@pytest.fixture(scope="module")
def hands(built: Path, engine: None, sam: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hands]:
    """A cloud that is up and whose functions nobody else calls."""
    cloud = UpCloud(tmp_path_factory.mktemp("home") / "up")
    cloud.up("--no-functions", "--host", bridge(), "--parameter", "StaleSeconds=0")
    try:
        yield Hands(cloud, sam, built)
    finally:
        cloud.down()


def test_one_zip_carries_all_functions_and_is_small_enough(built: Path, tmp_path: Path) -> None:
    folders = sorted((built / ".aws-sam" / "build").glob("On*Function"))
    assert len(folders) == 4
    listings = [
        {path.relative_to(folder): path.stat().st_mtime for path in folder.rglob("*") if path.is_file()}
        for folder in folders
    ]
    assert all(listing == listings[0] for listing in listings), "sam would upload several zips"
    assert NOT_FOR_LAMBDA.isdisjoint(path.name for path in folders[0].iterdir())
    zipped = Path(shutil.make_archive(str(tmp_path / "function"), "zip", folders[0]))
    assert zipped.stat().st_size < ZIPPED_BYTES
    assert sum((folders[0] / path).stat().st_size for path in listings[0]) < UNZIPPED_BYTES


def test_a_batch_moves_from_hop_to_hop_by_invocations_alone(hands: Hands) -> None:
    batch = hands.cloud.extract()
    assert hands.cloud.batch_states() == {}
    hands.call("OnRawManifestFunction")
    assert hands.cloud.batch_states() == {batch: "SUBMITTED"}
    hands.call("OnStepCompletedFunction")
    assert hands.cloud.batch_states() == {batch: "LOADED"}
    hands.cloud.assert_agrees()


def test_the_doctor_finds_only_what_a_local_cloud_lacks(hands: Hands) -> None:
    """Nobody subscribes to its alerts, and its clusters run under whatever role; exit 1 says so."""
    done = hands.cloud.gem("doctor", "--json", check=False)
    wrong = {each["check"]: each["advice"] for each in json.loads(done.stdout) if each["verdict"] != "ok"}
    assert {"alerts"} <= wrong.keys() <= {"alerts", "cluster"}
    assert "aws sns subscribe" in wrong["alerts"]
    assert done.returncode == 1


def test_a_lost_event_and_a_failed_step_are_answered_by_invocations_alone(hands: Hands) -> None:
    hands.cloud.change(seed=7)
    batch = hands.cloud.extract()
    hands.event("OnRawManifestFunction")  # taken, and lost
    hands.call("OnScheduleFunction")
    assert hands.cloud.batch_states()[batch] == "SUBMITTED"
    hands.kill_spark()
    hands.call("OnStepFailedFunction")
    assert hands.cloud.batch_states()[batch] == "EXTRACTED"
    hands.call("OnScheduleFunction")
    assert hands.cloud.batch_states()[batch] == "SUBMITTED"
