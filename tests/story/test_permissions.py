"""A whole run, hop by hop and with what goes wrong: each part as its own role, each grant needed, no secret said."""

import io
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from moto.emr.models import emr_backends

from gem.contracts.keys import BatchId, RawManifestKey
from gem.contracts.states import State
from local_aws.aws_endpoint import ACCOUNT_ID
from local_aws.cloud import LocalCloud
from local_aws.iam.reasons import REASONS
from local_aws.iam.table import grants_of, reasons_of, unused
from local_aws.spark import spark_submit
from local_aws.ssm import INSTANCE_ID
from tests.story.stage import TIMEOUT_SECONDS, Stage, fill_with_generated_contracts, run_extractor

pytestmark = pytest.mark.slow

FIRST, SECOND = BatchId("gem", 1), BatchId("gem", 2)
BAD_SELLER = 3
PERSONAL = {
    "buyer_user.name": "Planted Personsname",
    "buyer_user.email": "planted.person@secret.example",
    "buyer_user.mobile": "9198765432",
    "consignee_location.address": "77 Planted Street",
    "seller.pan": "PLNTD1234Z",
}
"""By column of the source that must not leave it, what stands there in one row."""


@dataclass
class Steps:
    """spark-submit, but for the steps that are told to fail."""

    failing: list[str] = field(default_factory=list)

    def __call__(self, endpoint_url: str, words: Sequence[str]) -> list[str]:
        manifest = words[words.index("--manifest") + 1]
        attempt = f"{manifest.split('/')[-2]}/{words[words.index('--attempt') + 1]}"
        if attempt in self.failing:
            return [sys.executable, "-c", "raise SystemExit('planted failure')"]
        return spark_submit(endpoint_url, words)


@dataclass(frozen=True)
class Run:
    """What happened, once for all tests of this file."""

    cloud: LocalCloud
    work_dir: Path
    said: list[str]
    """What the commands of people and the extractor printed."""


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    work_dir = tmp_path_factory.mktemp("cloud")
    # Whoever is stale is so at once, and nobody looks before being told to.
    # And a step that fails is a person's at once, who needs the rights for that.
    parameters = {"ReconcileSchedule": "rate(1 day)", "StaleSeconds": "0", "MaxAttempts": "1"}
    steps = Steps(failing=[f"{SECOND}/1"])
    with LocalCloud(work_dir, parameters=parameters, step_command=steps) as cloud:
        told = Run(cloud, work_dir, [])
        fill_with_generated_contracts(cloud)
        plant_personal(Stage(cloud))
        first_load_whose_events_are_lost(told)
        backfill_whose_step_fails_once(told)
        events_that_come_again(told)
        messages_that_nobody_can_use(told)
        what_people_ask(told)
        yield told


def plant_personal(stage: Stage) -> None:
    for column, value in PERSONAL.items():
        table, _, name = column.partition(".")
        stage.change_source(
            f"update gem.{table} set {name} = '{value}' where ctid = (select min(ctid) from gem.{table})"
        )


@contextmanager
def events_lost(cloud: LocalCloud, *rules: str) -> Iterator[None]:
    """What happens meanwhile is told to nobody."""
    client = cloud.aws.client("events")
    names = [cloud.deployment.physical_id(rule) for rule in rules]
    targets = {name: client.list_targets_by_rule(Rule=name)["Targets"] for name in names}
    for name, of_rule in targets.items():
        client.remove_targets(Rule=name, Ids=[each["Id"] for each in of_rule])
    yield
    for name, of_rule in targets.items():
        client.put_targets(Rule=name, Targets=of_rule)


def first_load_whose_events_are_lost(run: Run) -> None:
    """The reconciler launches the cluster, submits the step, follows it when a person asks, and loads the batch."""
    cloud = run.cloud
    with events_lost(cloud, "RawManifestRule", "StepCompletedRule"):
        run.said.append(run_extractor(cloud, "extract").stdout)
        cloud.tick()
        cloud.wait_for(str(FIRST), State.SUBMITTED, TIMEOUT_SECONDS)
        # Its curated manifest is not there yet.
        run.said.append(gem(cloud, "batch", str(FIRST)))
        cloud.settle(TIMEOUT_SECONDS)
        run.said.append(gem(cloud, "redrive", str(FIRST)))
        cloud.wait_for(str(FIRST), State.LOADED, TIMEOUT_SECONDS)


def backfill_whose_step_fails_once(run: Run) -> None:
    """A scheduler asks for it; another cluster is launched, the step fails, a person redrives the batch."""
    cloud = run.cloud
    end_the_idle_cluster(cloud)
    # A postal code that the rules reject: its seller alone stays behind.
    Stage(cloud).change_source(f"update gem.seller set pincode = '012345' where seller_id = {BAD_SELLER}")
    send_command(cloud, "backfill --aggregate seller --all")
    cloud.wait_for(str(SECOND), State.FAILED, TIMEOUT_SECONDS)
    run.said.append(gem(cloud, "redrive", str(SECOND)))
    cloud.wait_for(str(SECOND), State.LOADED, TIMEOUT_SECONDS)


def end_the_idle_cluster(cloud: LocalCloud) -> None:
    """The reconciler does, of a cluster whose last step ended long ago."""
    [cluster] = [each for backend in emr_backends[ACCOUNT_ID].values() for each in backend.clusters.values()]
    for thing, when in ((cluster, "ready_datetime"), *((step, "end_date_time") for step in cluster.steps)):
        setattr(thing, when, getattr(thing, when) - timedelta(days=1))
    cloud.tick()
    cloud.settle(TIMEOUT_SECONDS)
    assert cluster.state == "TERMINATED"


def send_command(cloud: LocalCloud, words: str) -> None:
    """As the DAGs do, with their policy."""
    ssm = cloud.aws.acting_as("AirflowPolicy").client("ssm")
    document = cloud.deployment.outputs["ExtractorDocumentName"]
    sent = ssm.send_command(DocumentName=document, InstanceIds=[INSTANCE_ID], Parameters={"words": [words]})
    identity = {"CommandId": sent["Command"]["CommandId"], "InstanceId": INSTANCE_ID}
    while (found := ssm.get_command_invocation(**identity))["Status"] in {"Pending", "InProgress"}:
        pass
    assert found["Status"] == "Success", found["StandardErrorContent"]


def events_that_come_again(run: Run) -> None:
    """Each function remembers what it has answered."""
    cloud = run.cloud
    key = {"Bucket": cloud.lake_bucket, "Key": str(RawManifestKey(SECOND))}
    cloud.s3.put_object(**key, Body=cloud.s3.get_object(**key)["Body"].read())
    for cluster in cloud.aws.client("emr").list_clusters()["Clusters"]:
        for step in cloud.aws.client("emr").list_steps(ClusterId=cluster["Id"])["Steps"]:
            put_step_event(cloud, step["Name"], step["Status"]["State"], step["Id"])
    cloud.settle(TIMEOUT_SECONDS)


def put_step_event(cloud: LocalCloud, name: str, state: str, step_id: str) -> None:
    detail = {"name": name, "state": state, "stepId": step_id, "clusterId": "j-1", "message": ""}
    entry = {"Source": "aws.emr", "DetailType": "EMR Step Status Change", "Detail": json.dumps(detail)}
    cloud.aws.client("events").put_events(Entries=[entry])


def messages_that_nobody_can_use(run: Run) -> None:
    """Each function puts one off; it comes back, and goes to the dead letters in the end."""
    cloud = run.cloud
    for state in ("COMPLETED", "FAILED"):
        put_step_event(cloud, "gem/gem-0000000098/1", state, "s-1")
    cloud.s3.put_object(Bucket=cloud.lake_bucket, Key="raw/gem/gem-0000000099/_manifest.json", Body=b"{")
    cloud.settle(TIMEOUT_SECONDS)


def what_people_ask(run: Run) -> None:
    cloud = run.cloud
    [(contract,)] = Stage(cloud).source("select min(contract_id) from gem.contract")
    for words in (
        ["status"],
        ["batch", str(SECOND)],
        ["trace", "contract", str(contract)],
        # Twice: UNLOAD clears the place of what was left there.
        ["export", "--to", f"s3://{cloud.lake_bucket}/exports/asked/"],
        ["export", "--to", f"s3://{cloud.lake_bucket}/exports/asked/"],
        ["export", "--to", str(run.work_dir / "exported")],
        ["replay", str(SECOND)],
    ):
        run.said.append(gem(cloud, *words))
    cloud.settle(TIMEOUT_SECONDS)


def gem(cloud: LocalCloud, *words: str) -> str:
    """What a person's command prints, with the environment that `gem env` gives them."""
    program = [sys.executable, "-c", "from gem.cli import main; main()"]

    def printed(words: Sequence[str], environment: Mapping[str, str]) -> str:
        env = {**cloud.aws.acting_as("OperatorPolicy").environment, **environment}
        finished = subprocess.run([*program, *words], env=env, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr
        return finished.stdout + finished.stderr

    variables: dict[str, str] = json.loads(printed(["env", "--stack", "gem", "--json"], {}))
    return printed([*words, "--json"], variables | {"GEM_WAREHOUSE_SSL": "false"})


def test_no_call_was_refused(run: Run) -> None:
    assert dict(run.cloud.aws.guard.refused) == {}


def test_every_grant_was_needed_or_says_why_it_is_there(run: Run) -> None:
    idle = [" ".join((name, *grant)) for name, grant in unused(run.cloud.aws.guard) if not reasons_of(name, grant)]
    assert not idle, "take it out of the policy, or say why in local_aws/iam/reasons.py:\n" + "\n".join(idle)


def test_no_reason_is_given_for_what_was_needed(run: Run) -> None:
    guard = run.cloud.aws.guard
    idle = set(unused(guard))
    for reason in REASONS:
        spoken = {
            (each.name, grant)
            for each in guard.identities
            for grant in grants_of(each)
            if reason.is_of(each.name, grant)
        }
        assert not spoken or spoken & idle, f"stale: {reason}"


def written(run: Run) -> Iterator[tuple[str, bytes]]:
    """Everything that the run has written: logs, objects, the ledger, what was printed."""
    for path in sorted(run.work_dir.rglob("*")):
        if path.is_file() and path.relative_to(run.work_dir).parts[0] in {"functions", "steps", "instance", "exported"}:
            yield str(path), path.read_bytes()
    s3, bucket = run.cloud.s3, run.cloud.lake_bucket
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        for each in page["Contents"]:
            yield each["Key"], s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
    items = run.cloud.aws.table(run.cloud.deployment.outputs["LedgerTableName"]).scan()["Items"]
    yield "the ledger", json.dumps(items, default=str).encode()
    yield from (("what a command printed", text.encode()) for text in run.said)


def readable(body: bytes) -> bytes:
    """The values of a Parquet file, which are compressed in it; anything else as it is."""
    if body[:4] != b"PAR1":
        return body
    return json.dumps(pq.read_table(io.BytesIO(body)).to_pylist(), default=str, ensure_ascii=False).encode()


def test_no_secret_and_nothing_personal_is_in_anything_that_was_written(run: Run) -> None:
    cloud = run.cloud
    secrets = {"source": cloud.postgres.password, "warehouse": cloud.warehouse["password"], **PERSONAL}
    texts = {name: readable(body) for name, body in written(run)}
    found = [
        f"{what} in {name}"
        for name, body in texts.items()
        for what, value in secrets.items()
        if value.encode() in body and value.encode() not in name.encode()
    ]
    assert found == []
    kinds = {name.split("/")[0] for name in texts}
    assert {"raw", "curated", "rejected", "exports", "state", "the ledger", "what a command printed"} <= kinds
    assert sum("/steps/" in name for name in texts) >= 3
    # The search itself finds what is there: a value that does leave the source.
    [(name,)] = Stage(cloud).source("select legal_name from gem.seller order by seller_id limit 1")
    assert any(name.encode() in body for body in texts.values())
