"""`gem powerbi check` passes projects only."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from gem.cli_powerbi import app
from gem.contracts.errors import TerminalError

COMMITTED = Path(__file__).parents[3] / "powerbi"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A copy of the committed project, without the others in its folder."""
    ignored = shutil.ignore_patterns("directquery", "files")
    return Path(shutil.copytree(COMMITTED, tmp_path / "powerbi", ignore=ignored))


def test_the_committed_project_is_one(project: Path) -> None:
    answer = CliRunner().invoke(app, ["check", str(project)])
    assert (answer.exit_code, "no fault" in answer.stdout) == (0, True)


@pytest.mark.parametrize("part", ["*.pbip", "*/definition.pbism", "*/definition/tables/*.tmdl"])
def test_a_folder_without_a_part_of_a_project_is_none(project: Path, part: str) -> None:
    for path in list(project.glob(part)):
        path.unlink()
    error = CliRunner().invoke(app, ["check", str(project)]).exception
    assert isinstance(error, TerminalError)
    assert f"{project} holds no Power BI project: it lacks a " in str(error)
