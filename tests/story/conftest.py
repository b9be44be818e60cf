"""A local cloud with a source to tell stories on: real PostgreSQL, Lambdas, Spark and load, wired by template.yaml."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws.cloud import LocalCloud
from tests.story.stage import Stage, fill_with_generated_contracts

Gem = Callable[..., Any]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running cloud whose source holds some hundred generated contracts, not yet extracted."""
    # A step that fails waits for a person at once: test_up tells of the attempts that come by themselves.
    with LocalCloud(Path(tmp_path_factory.mktemp("cloud")), parameters={"MaxAttempts": "1"}) as cloud:
        fill_with_generated_contracts(cloud)
        yield Stage(cloud)


@pytest.fixture(scope="module")
def gem(stage: Stage) -> Gem:
    """`gem … --json` as a person at another machine runs it: AWS, and what `gem env` prints of the stack."""

    def run(*arguments: str, **environment: str) -> Any:
        command = [sys.executable, "-c", "from gem.cli import main; main()", *arguments, "--json"]
        env = {**stage.cloud.aws.environment, **environment}
        finished = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        assert finished.returncode == 0, finished.stderr
        return json.loads(finished.stdout)

    variables: dict[str, str] = run("env", "--stack", "gem") | {"GEM_WAREHOUSE_SSL": "false"}
    return lambda *arguments, **more: run(*arguments, **variables, **more)
