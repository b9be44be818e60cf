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
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None]:
    """Refuse a file that keeps the one AWS API of its process, as by a fixture of the session: the next has its own."""
    yield
    if aws_server.in_use.locked() and (nextitem is None or nextitem.path != item.path):
        pytest.fail(f"{item.path.name} leaves a local AWS API running: its fixture is of the module at most")
