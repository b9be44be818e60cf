"""Which tests one process runs together, where several share the work (`pytest -n 2 --dist loadgroup`)."""

import pytest

TOGETHER = {"model", "spark"}
"""Folders whose tests share what takes long to reach: the states of the model, the curated batch."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        folder = item.path.parent.name
        item.add_marker(pytest.mark.xdist_group(folder if folder in TOGETHER else f"{folder}/{item.path.stem}"))
