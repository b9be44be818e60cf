"""docs/configuration.md names every variable, and who reads it."""

import re
from pathlib import Path

import pytest
from pydantic_settings import BaseSettings

from gem import settings
from gem.configuration_page import READ_BY, Runtime, configuration_page

ROOT = Path(__file__).parents[3]
FILES = {
    Runtime.FUNCTIONS: "lambdas/*.py",
    Runtime.EXTRACTOR: "extractor_ec2/*.py",
    Runtime.COMMANDS: "gem/cli*.py",
}
NO_SETTINGS = {"GEM_ADMIN", "GEM_DEFAULT", "GEM_EXTRACTOR_DOCUMENT", "GEM_ALERT_TOPIC_ARN"}
"""A code of the domain, and the names of Airflow's connection and of its fields."""


def declared() -> dict[type[BaseSettings], str]:
    """The classes of gem.settings by name."""
    found = {kind: name for name, kind in vars(settings).items() if isinstance(kind, type)}
    return {k: n for k, n in found.items() if issubclass(k, BaseSettings) and k is not BaseSettings}


def test_every_settings_class_is_on_the_page() -> None:
    assert READ_BY.keys() == declared().keys()


@pytest.mark.parametrize("runtime", Runtime)
def test_a_runtime_reads_what_the_page_says(runtime: Runtime) -> None:
    text = "".join(path.read_text() for path in ROOT.glob(FILES[runtime]))
    reads = {
        kind for kind, name in declared().items() if re.search(rf"\b{name}\(\)|from_environment\([^)]*{name}", text)
    }
    assert reads == {kind for kind, readers in READ_BY.items() if runtime in readers}


def test_every_variable_that_code_speaks_of_is_on_the_page() -> None:
    page = configuration_page()
    sources = [p for folder in ("gem", "lambdas", "extractor_ec2", "emr_jobs") for p in (ROOT / folder).rglob("*.py")]
    text = "".join(path.read_text() for path in (*sources, ROOT / "template.yaml"))
    # What an option reads stands in its command's --help.
    options = set(re.findall(r'envvar="(GEM_\w+)"', text))
    spoken = set(re.findall(r"\bGEM_[A-Z_]*[A-Z]\b", text)) - NO_SETTINGS - options
    assert len(spoken) > 20
    assert {name for name in spoken if f"`{name}`" not in page} == set()


def test_every_variable_has_a_meaning_and_what_must_be_set_says_so() -> None:
    page = configuration_page()
    rows = [line.split(" | ") for line in page.splitlines() if line.startswith("| `GEM_")]
    assert all(len(row) == 4 and row[2].endswith(".") for row in rows), rows
    defaults = {row[0]: row[1] for row in rows}
    assert defaults["| `GEM_LAKE_BUCKET`"] == "must be set"
    assert defaults["| `GEM_SINK`"] == "`s3`"
    assert defaults["| `GEM_WAREHOUSE_SSL`"] == "`true`"
