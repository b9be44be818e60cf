"""A real Airflow driven by its REST API, as a person drives it by its pages: trigger, wait, look, clear."""

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from local_aws.airflow import LocalAirflow

ENDED = ("success", "failed")
SECONDS = 420


@dataclass(frozen=True)
class Run:
    """One run of a DAG."""

    airflow: LocalAirflow
    dag_id: str
    run_id: str

    @property
    def path(self) -> str:
        return f"/dags/{self.dag_id}/dagRuns/{quote(self.run_id)}"

    def state(self) -> str:
        return str(self.airflow.call("GET", self.path)["state"])

    def wait(self, wanted: str = "success") -> "Run":
        deadline = time.monotonic() + SECONDS
        while (state := self.state()) not in ENDED:
            assert time.monotonic() < deadline, f"{self.run_id} is {state}: {self.states()}"
            time.sleep(1)
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

    def log(self, task_id: str, try_number: int = 1, map_index: int = -1) -> str:
        query = f"?full_content=true&map_index={map_index}"
        answer = self.airflow.call("GET", f"{self.path}/taskInstances/{task_id}/logs/{try_number}{query}")
        return "\n".join(str(each.get("event", each)) if isinstance(each, dict) else each for each in answer["content"])

    def clear(self, task_id: str) -> None:
        """That task alone, as a person clears it in the grid."""
        body = {"dag_run_id": self.run_id, "task_ids": [task_id], "dry_run": False, "only_failed": False}
        body |= {"include_downstream": False, "include_upstream": False, "reset_dag_runs": True}
        self.airflow.call("POST", f"/dags/{self.dag_id}/clearTaskInstances", body)


def trigger(airflow: LocalAirflow, dag_id: str, **params: Any) -> Run:
    """A run by hand, which has no logical date."""
    airflow.call("PATCH", f"/dags/{dag_id}", {"is_paused": False})
    made = airflow.call("POST", f"/dags/{dag_id}/dagRuns", {"logical_date": None, "conf": params})
    assert made["logical_date"] is None
    return Run(airflow, dag_id, made["dag_run_id"])
