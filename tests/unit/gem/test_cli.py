"""What `gem` shows of itself."""

import re
import tomllib
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gem import cli

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def shown() -> str:
    """gem --help, with the commands of every package."""
    for added in entry_points(group=cli.ADDED_BY_OTHERS):
        cli.app.add_typer(added.load())
    return CliRunner().invoke(cli.app, ["--help"], env={"COLUMNS": "160"}).stdout


def test_every_command_stands_in_its_panel_and_in_no_other(shown: str) -> None:
    panels = {title.strip(): body for title, body in re.findall(r"╭─ ([^─]+)─+╮\n(.*?)╰", shown, re.DOTALL)}
    panels.pop("Options")
    found = {title: tuple(re.findall(r"^│ ([a-z]+) ", body, re.MULTILINE)) for title, body in panels.items()}
    assert found == cli.PANELS


def test_the_version_is_that_of_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    answer = CliRunner().invoke(cli.app, ["--version"])
    assert (answer.exit_code, answer.stdout) == (0, f"gem {project['version']}\n")
    assert project["name"] == cli.DISTRIBUTION
