"""A real Airflow on this machine, from its own environment, whose connections lead to a local cloud."""

import json
import secrets
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from gem.operations.stack import airflow_connection
from local_aws.aws_endpoint import REGION, SECRET_ACCESS_KEY, AwsEndpoint
from local_aws.deployment import STACK
from local_aws.errors import LocalCloudError
from local_aws.parts import CODE_ROOT, SOURCE_ID, Login
from local_aws.ssm import INSTANCE_ID
from local_aws.step_process import StepProcess

HOST = "127.0.0.1"
USER = "admin"
POLICY = "AirflowPolicy"
"""In whose name the DAGs call: with the policy that is attached to the role of a deployed Airflow, and nothing more."""
START_SECONDS = 600
ANSWER_SECONDS = 60
PATH = "/usr/local/bin:/usr/bin:/bin"
COMPONENTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")


class AirflowError(LocalCloudError):
    """Airflow did not start, or refused a call."""


def connections(aws: AwsEndpoint, warehouse: Login) -> dict[str, str]:
    """The connections of the DAGs, as the environment of Airflow: aws_default, gem_default, redshift_default."""
    gem = airflow_connection(
        aws.client("cloudformation"),
        STACK,
        source_id=SOURCE_ID,
        extractor_instance_id=INSTANCE_ID,
        warehouse_ssl="false",
    )
    place = {"region_name": REGION, "endpoint_url": aws.endpoint_url}
    login = {"conn_type": "aws", "login": POLICY, "password": SECRET_ACCESS_KEY, "extra": place}
    redshift = {"conn_type": "redshift", "host": warehouse.host, "port": warehouse.port, "schema": warehouse.dbname}
    redshift |= {"login": warehouse.username, "password": warehouse.password, "extra": {"ssl": False}}
    return {
        "AIRFLOW_CONN_AWS_DEFAULT": json.dumps(login),
        "AIRFLOW_CONN_GEM_DEFAULT": gem,
        "AIRFLOW_CONN_REDSHIFT_DEFAULT": json.dumps(redshift),
    }


class LocalAirflow:
    """`airflow standalone` in `home`, where its database and logs are: api server, scheduler, triggerer, parser.

    `programs` is the `bin` of an environment with Airflow; `links` are the connections, see `connections`. It ends with
    this process, whatever way that ends. Every port is a free one but `port`, if given.
    """

    def __init__(self, home: Path, programs: Path, links: Mapping[str, str], port: int = 0) -> None:
        self.home = home.absolute()
        self._programs = programs.absolute()
        self._links = links
        self.port = port or _free_port()
        self._process: StepProcess | None = None
        self._token = ""

    @property
    def url(self) -> str:
        """Where its pages are."""
        return f"http://{HOST}:{self.port}"

    @property
    def lineage(self) -> Path:
        """Where the events of OpenLineage are, one a line, once a task has run."""
        return self.home / "lineage.jsonl"

    @property
    def password(self) -> str:
        """Of the one user, `admin`."""
        path = self.home / "password"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(12))
        return path.read_text()

    def start(self) -> None:
        """Bring it up, with the pools of the DAGs. Raises AirflowError with the log's end where that fails."""
        self.home.mkdir(parents=True, exist_ok=True)
        (self.home / "passwords.json").write_text(json.dumps({USER: self.password}))
        self._process = StepProcess(
            [str(self._programs / "airflow"), "standalone"], self._environment, self.home / "log"
        )
        deadline = time.monotonic() + START_SECONDS
        while not self._is_healthy():
            if self._process.exit_code() is not None or time.monotonic() > deadline:
                words_of_log = self._process.last_words()
                self.stop()
                raise AirflowError(f"Airflow does not start: {words_of_log}; its log is in {self.home / 'log'}")
            time.sleep(1)
        self._make_pools()

    def stop(self) -> None:
        """End it with all its children; nothing happens when it does not run."""
        process, self._process = self._process, None
        if process is not None and process.exit_code() is None:
            process.kill()

    def wait(self) -> None:
        """Return when it has ended."""
        while self._process is not None and self._process.exit_code() is None:
            time.sleep(1)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """A call of its REST API (`/api/v2` + path); AirflowError with its answer where it refuses."""
        if not self._token:
            login = {"username": USER, "password": self.password}
            self._token = str(self._answer("POST", "/auth/token", login)["access_token"])
        return self._answer(method, f"/api/v2{path}", body)

    def _answer(self, method: str, path: str, body: Any = None) -> Any:
        headers = {"Content-Type": "application/json"}
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}{path}", data, headers, method=method)  # noqa: S310 - our own address
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:  # noqa: S310
                text = answer.read()
        except urllib.error.HTTPError as error:
            raise AirflowError(
                f"{method} {path}: {error.code} {error.read().decode(errors='replace')[:1000]}"
            ) from error
        return json.loads(text) if text else None

    def _make_pools(self) -> None:
        known = {pool["name"] for pool in self.call("GET", "/pools?limit=100")["pools"]}
        for name, pool in json.loads((CODE_ROOT / "dags" / "pools.json").read_text()).items():
            if name not in known:
                self.call("POST", "/pools", {"name": name, **pool})

    def _is_healthy(self) -> bool:
        with suppress(OSError, AirflowError, ValueError):
            health = self._answer("GET", "/api/v2/monitor/health")
            return all((health.get(name) or {}).get("status") == "healthy" for name in COMPONENTS)
        return False

    @property
    def _environment(self) -> dict[str, str]:
        database = f"sqlite:///{self.home / 'airflow.db'}"
        secret = (self.password * 6)[:64]
        return {
            "PATH": f"{self._programs}:{PATH}",
            "LANG": "C.UTF-8",
            "HOME": str(self.home),
            # The DAGs' own package and gem; on MWAA both come in plugins.zip.
            "PYTHONPATH": str(CODE_ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "AIRFLOW_HOME": str(self.home),
            "AIRFLOW__CORE__DAGS_FOLDER": str(CODE_ROOT / "dags"),
            "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
            "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
            "AIRFLOW__CORE__PARALLELISM": "4",
            "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{self.url}/execution/",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": database,
            "AIRFLOW__API__HOST": HOST,
            "AIRFLOW__API__PORT": str(self.port),
            "AIRFLOW__API__BASE_URL": self.url,
            "AIRFLOW__API__WORKERS": "1",
            "AIRFLOW__API__SECRET_KEY": secret,
            "AIRFLOW__API_AUTH__JWT_SECRET": secret,
            # A machine that is busy must not fail tasks: their processes wait for the api server.
            "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": "60",
            "AIRFLOW__WORKERS__EXECUTION_API_RETRIES": "10",
            "AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT": str(_free_port()),
            "AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT": str(_free_port()),
            "AIRFLOW__SCHEDULER__ENABLE_HEALTH_CHECK": "False",
            "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
            "AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC": "2",
            "AIRFLOW__OPENLINEAGE__NAMESPACE": "gem",
            "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(
                {"type": "file", "log_file_path": str(self.lineage), "append": True}
            ),
            "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
            **self._links,
        }


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as taken:
        return int(taken.getsockname()[1])
