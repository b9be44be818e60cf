"""One laboratory for all model tests."""

from collections.abc import Iterator

import pytest

from tests.model.lab import Lab, open_lab
from tests.model.states import Model


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    with open_lab(tmp_path_factory.mktemp("postgres") / "warehouse") as laboratory:
        yield laboratory


@pytest.fixture(scope="session")
def model(lab: Lab) -> Model:
    return Model(lab)
