"""Which tests run in one process and which begin, where several share the work (`pytest -n 3`)."""

from collections import Counter
from collections.abc import Generator
from pathlib import PurePosixPath
from typing import Any

import hypothesis
import pytest
from xdist.scheduler import LoadScopeScheduling

from local_aws import aws_server

# How long an example takes says how busy the machine is.
hypothesis.settings.register_profile("busy", deadline=None)
hypothesis.settings.load_profile("busy")

TOGETHER = {"model", "spark", "warehouse"}
"""Folders whose tests share what takes long to reach: the states of the model, the curated batch, servers with data.
One after the other, they also keep their buckets: those of tests/aws empty every moto server of their process."""

LONGEST = (
    "dags/test_airflow",
    "story/test_demo",
    "story/test_oracle",
    "model",
    "story/test_rounds",
    "warehouse",
    "story/test_planted_defects",
    "story/test_sam",
    "story/test_permissions",
    "golden/test_warehouse",
)
"""What takes minutes, the longest first: begun last, it would be waited for by idle processes."""


class ByWhatTheyShare(LoadScopeScheduling):
    """A file is never divided, and what shares more than a file goes to one process too."""

    def _split_scope(self, nodeid: str) -> str:
        return group_of(PurePosixPath(nodeid.split("::", 1)[0]))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByWhatTheyShare:
    # In the order of collection, which is ours.
    config.option.loadscopereorder = False
    return ByWhatTheyShare(config, log)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is known to take long comes first, then groups of many tests; within a group nothing changes."""
    groups = {item: group_of(PurePosixPath(item.nodeid.split("::", 1)[0])) for item in items}
    sizes = Counter(groups.values())
    ranks = {group: LONGEST.index(group) if group in LONGEST else len(LONGEST) for group in sizes}
    items.sort(key=lambda item: (ranks[groups[item]], -sizes[groups[item]], groups[item]))


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
