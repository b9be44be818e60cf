"""What `make deploy` says to gem and to sam, in which order; neither puts or deploys anything here."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from gem.release.build import version
from gem.release.manifest import MANIFEST_NAME

ROOT = Path(__file__).parents[2]
NOTES = """#!/bin/sh
printf '%s\\n' "{name} $*" >> {notes}
{then}
"""


@pytest.fixture
def say(tmp_path: Path) -> str:
    """`make deploy …` up to its stage, with programs that take notes in tmp_path/notes."""
    for name, then in (("gem", f'case "$2" in build|stage) exec {gem()} "$@";; esac'), ("sam", "")):
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(NOTES.format(name=name, notes=tmp_path / "notes", then=then))
        program.chmod(0o755)
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    own = (
        f"BIN={tmp_path}/bin SAM={tmp_path} PACKAGE_ARGS='--no-wheels --to {tmp_path}' RELEASE='{tmp_path}/$(VERSION)'"
    )
    return f"make deploy -o .venv/.installed -o {tmp_path}/.installed {own}"


def gem() -> str:
    return f"{shlex.quote(sys.executable)} -c 'from gem.cli import main; main()'"


def deploy(command: str, notes: Path) -> tuple[int, list[list[str]]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    return done.returncode, [shlex.split(line) for line in notes.read_text().splitlines()]


def test_a_stage_is_deployed_with_its_release(say: str, tmp_path: Path) -> None:
    code, told = deploy(f"{say} STAGE=dev", tmp_path / "notes")
    release = str(tmp_path / version(ROOT))
    assert (Path(release) / MANIFEST_NAME).exists()
    puts = [told.index(line) for line in told if line[:3] == ["gem", "package", "put"]]
    assert [told[at][3:] for at in puts] == [
        [release, "--stack", "gem-dev", "--if-deployed"],
        [release, "--stack", "gem-dev"],
    ]
    (deployed,) = (at for at, line in enumerate(told) if line[:2] == ["sam", "deploy"])
    assert code == 0
    assert puts[0] < deployed < puts[1]
    words = told[deployed][told[deployed].index("--parameter-overrides") + 1 :]
    assert "Prefix=gem-dev" in words
    assert words[-1].startswith(f"ArtifactPrefix={version(ROOT)}-")


def test_a_stage_that_is_not_there_deploys_nothing(say: str, tmp_path: Path) -> None:
    code, told = deploy(f"{say} STAGE=nowhere", tmp_path / "notes")
    assert code != 0
    assert not [line for line in told if line[:2] == ["sam", "deploy"] or line[:3] == ["gem", "package", "put"]]
