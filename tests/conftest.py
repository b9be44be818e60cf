"""Which tests run in one process, where several share the work (`pytest -n 2`)."""

from collections.abc import Generator
from pathlib import PurePosixPath
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from local_aws import aws_server

TOGETHER = {"model", "spark", "warehouse"}
"""Folders whose tests share what takes long to reach: the states of the model, the curated batch, servers with data.
One after the other, they also keep their buckets: those of tests/aws empty every moto server of their process."""


class ByWhatTheyShare(LoadScopeScheduling):
    """A file is never divided, and what shares more than a file goes to one process too."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(PurePosixPath(nodeid.split("::", 1)[0]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWhatTheyShare:
    return ByWhatTheyShare(config, log)


def group_of(path: PurePosixPath) -> str:
    if path.parent.name in TOGETHER:
        return path.parent.name
    return f"{path.parent.name}/{path.stem}"


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(fixturedef: pytest.FixtureDef[Any]) -> Generator[None, object, object]:
    """Refuse a fixture of the session that holds the one AWS API of its process: the next file has its own."""
    held_before = aws_server.in_use.locked()
    made = yield
    if fixturedef.scope == "session" and aws_server.in_use.locked() and not held_before:
        pytest.fail(f"fixture {fixturedef.argname} starts a local AWS API and is of the session: make it of the module")
    return made
