"""What a shell is after `source env.sh`."""

import subprocess
import sys
from pathlib import Path

import pytest

from local_aws.up.environment import write_environment
from local_aws.up.home import Home

SHELLS = ("bash", "sh")


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A folder whose name a shell would take apart, with its env.sh."""
    (tmp_path / "my cloud").mkdir()
    home = Home(tmp_path / "my cloud")
    write_environment(home, {"GEM_LAKE_BUCKET": "it's the lake"})
    return home


def shown(shell: str, home: Home, script: str, **environment: str) -> str:
    command = [f"/bin/{shell}", "-c", f"set -eu; . '{home.env_file}'; {script}"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_with_an_empty_environment_finds_gem(home: Home, shell: str) -> None:
    found = shown(shell, home, 'command -v gem; echo "$GEM_LAKE_BUCKET"')
    assert found.splitlines() == [str(Path(sys.executable).with_name("gem")), "it's the lake"]


@pytest.mark.parametrize("shell", SHELLS)
def test_gem_is_found_before_another_of_that_name_and_path_does_not_grow(home: Home, shell: str) -> None:
    own = Path(sys.executable).parent
    before = f"/usr/bin:{own}:/bin"
    assert shown(shell, home, 'echo "$PATH"', PATH=before) == f"{own}:{before}"
    assert shown(shell, home, f". '{home.env_file}'; echo \"$PATH\"", PATH=before) == f"{own}:{before}"
