"""A real Airflow driven by its REST API, as a person drives it by its pages: trigger, wait, look, clear."""

import itertools
import json
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from urllib.parse import quote

import psycopg2

from gem.contracts.states import State
from gem.warehouse.connection import commit, connect, execute
from local_aws.airflow import LocalAirflow
from local_aws.source.evolve import changes, is_quiet
from tests.story.stage import Stage

ENDED = ("success", "failed")
SECONDS = 900
POLL_SECONDS = 2
SHARE = 0.1


@dataclass(frozen=True)
class Run:
    """One run of a DAG."""

    airflow: LocalAirflow
    dag_id: str
    run_id: str
    deferred: set[str] = field(default_factory=set)
    """Tasks that were seen waiting in the triggerer."""

    @property
    def path(self) -> str:
        return f"/dags/{self.dag_id}/dagRuns/{quote(self.run_id)}"

    def state(self) -> str:
        return str(self.airflow.call("GET", self.path)["state"])

    def wait(self, wanted: str = "success") -> "Run":
        deadline = time.monotonic() + SECONDS
        while (state := self.state()) not in ENDED:
            assert time.monotonic() < deadline, f"{self.run_id} is {state}: {self.states()}"
            self.deferred.update(name for name, found in self.states().items() if found == "deferred")
            time.sleep(POLL_SECONDS)
        assert state == wanted, {name: self.log(name) for name, found in self.states().items() if found == "failed"}
        return self

    def tasks(self) -> list[dict[str, Any]]:
        """The newest try of each task instance."""
        return list(self.airflow.call("GET", f"{self.path}/taskInstances?limit=100")["task_instances"])

    def states(self) -> dict[str, str]:
        return {each["task_id"]: each["state"] for each in self.tasks()}

    def tries(self, task_id: str) -> int:
        return max(each["try_number"] for each in self.tasks() if each["task_id"] == task_id)

    def result(self, task_id: str, key: str = "return_value") -> Any:
        return self.airflow.call("GET", f"{self.path}/taskInstances/{task_id}/xcomEntries/{key}?deserialize=true")[
            "value"
        ]

    def wait_until_deferred(self, task_id: str) -> None:
        """Return when that task waits in the triggerer."""
        deadline = time.monotonic() + SECONDS
        while (state := self.states()[task_id]) != "deferred":
            assert time.monotonic() < deadline, f"{task_id} is {state}"
            time.sleep(0.5)
        self.deferred.add(task_id)

    def overdue(self) -> None:
        """As if the run were older than its DAG's deadline allows."""
        query = "update deadline set deadline_time = '2026-01-01 00:00:00.000000' where not missed and dagrun_id ="
        with closing(sqlite3.connect(self.airflow.home / "airflow.db", timeout=60)) as database, database:
            done = database.execute(f"{query} (select id from dag_run where run_id = ?)", [self.run_id])
            assert done.rowcount == 1

    def log(self, task_id: str, try_number: int = 1, map_index: int = -1) -> str:
        query = f"?full_content=true&map_index={map_index}"
        answer = self.airflow.call("GET", f"{self.path}/taskInstances/{task_id}/logs/{try_number}{query}")
        return "\n".join(f"{each['event']} {each.get('error_detail', '')}" for each in answer["content"])

    def clear(self, *task_ids: str) -> None:
        """Those tasks and no other, as a person clears them in the grid."""
        body = {"dag_run_id": self.run_id, "task_ids": list(task_ids), "dry_run": False, "only_failed": False}
        body |= {"include_downstream": False, "include_upstream": False, "reset_dag_runs": True}
        self.airflow.call("POST", f"/dags/{self.dag_id}/clearTaskInstances", body)


@dataclass(frozen=True)
class World:
    """A local cloud and an Airflow beside it."""

    stage: Stage
    airflow: LocalAirflow
    _seeds: Iterator[int] = field(default_factory=lambda: itertools.count(7))

    def trigger(self, dag_id: str, **params: Any) -> Run:
        """A run by hand, which has no logical date."""
        self.resume(dag_id)
        made = self.airflow.call("POST", f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": params})
        assert made["logical_date"] is None
        return Run(self.airflow, dag_id, made["dag_run_id"])

    def resume(self, dag_id: str) -> None:
        self.airflow.call("PATCH", f"/dags/{dag_id}", {"is_paused": False})

    def pause(self, dag_id: str) -> None:
        self.airflow.call("PATCH", f"/dags/{dag_id}", {"is_paused": True})

    def scheduled(self, dag_id: str) -> Run:
        """The run that the schedule makes when the DAG is resumed: the last that was missed, and no other."""
        self.resume(dag_id)
        deadline = time.monotonic() + SECONDS
        while not (runs := self.airflow.call("GET", f"/dags/{dag_id}/dagRuns")["dag_runs"]):
            assert time.monotonic() < deadline, f"{dag_id} has no run"
            time.sleep(1)
        [made] = runs
        assert made["run_type"] == "scheduled"
        return Run(self.airflow, dag_id, made["dag_run_id"])

    def change(self) -> None:
        """A round of what happens at a source in some days."""
        seed = next(each for each in self._seeds if not is_quiet(each))
        with closing(psycopg2.connect(self.stage.cloud.source_dsn)) as connection, connection:
            assert changes(connection, seed, SHARE, lambda _: None)

    def damage(self, statement: str) -> None:
        """What somebody does to the warehouse by hand."""
        cloud = self.stage.cloud
        connection = connect(cloud.warehouse_settings, cloud.aws.client("secretsmanager"))
        execute(connection, statement)
        commit(connection)
        connection.close()

    @contextmanager
    def without(self, key: str) -> Iterator[None]:
        """The lake lacks that object meanwhile."""
        place = {"Bucket": self.stage.cloud.lake_bucket, "Key": key}
        body = self.stage.cloud.s3.get_object(**place)["Body"].read()
        self.stage.cloud.s3.delete_object(**place)
        try:
            yield
        finally:
            self.stage.cloud.s3.put_object(**place, Body=body)

    def raw_keys(self) -> list[str]:
        """Every object that the extractor has put under raw/."""
        pages = self.stage.cloud.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.stage.cloud.lake_bucket, Prefix="raw/"
        )
        return [found["Key"] for page in pages for found in page["Contents"]]

    def lineage(self, job: str) -> list[dict[str, Any]]:
        """The events of OpenLineage that tell of successes of a job (`dag.task`)."""
        events = [json.loads(line) for line in self.airflow.lineage.read_text().splitlines()]
        return [each for each in events if each["job"]["name"] == job and each["eventType"] == "COMPLETE"]

    def batches(self) -> dict[str, str]:
        """Every batch with its state, by the ledger."""
        return {
            record.batch_id: str(record.state) for state in State for record in self.stage.cloud.ledger.in_state(state)
        }

    @cached_property
    def _mailbox(self) -> str:
        aws = self.stage.cloud.aws
        url = str(aws.client("sqs").create_queue(QueueName="people")["QueueUrl"])
        arn = aws.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        topic = self.stage.cloud.deployment.outputs["AlertTopicArn"]
        aws.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
        return url

    def alerts(self) -> list[dict[str, Any]]:
        """What people were told since they were last asked, as SNS delivers it."""
        sqs, url, found = self.stage.cloud.aws.client("sqs"), self._mailbox, []
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in messages:
                found.append(json.loads(message["Body"]))
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found
