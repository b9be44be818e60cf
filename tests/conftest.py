"""Which tests one process runs together, where several share the work (`pytest -n 2 --dist loadgroup`)."""

import pytest

TOGETHER = {"model", "spark"}
"""Folders whose tests share what takes long to reach: the states of the model, the curated batch."""
MAKES_AIRFLOW = {"dags/test_airflow", "dags/test_parse", "warehouse/test_front_airflow"}
"""Files whose tests run `make airflow-env`: two at once would build it in each other's way."""


# Before xdist, which looks at the groups in the same hook.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item.path.parent.name, item.path.stem)))


def group_of(folder: str, stem: str) -> str:
    if folder in TOGETHER:
        return folder
    return "airflow" if f"{folder}/{stem}" in MAKES_AIRFLOW else f"{folder}/{stem}"
