"""A local cloud with a source to tell stories on: real PostgreSQL, Lambdas, Spark and load, wired by template.yaml."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local_aws.cloud import LocalCloud
from tests.story.stage import Stage, fill_with_generated_contracts


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A running cloud whose source holds some hundred generated contracts, not yet extracted."""
    with LocalCloud(Path(tmp_path_factory.mktemp("cloud"))) as cloud:
        fill_with_generated_contracts(cloud)
        yield Stage(cloud)
