"""Node with the packages of tests/powerbi/node, where npm brings them."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

NODE = Path(__file__).parent / "node"
Run = Callable[..., Any]


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs a script of tests/powerbi/node and gives the JSON that it prints; skips where npm has no packages."""
    if not shutil.which("npm"):
        pytest.skip("npm is not there: it brings Microsoft's parser of M and a browser")
    folder = tmp_path_factory.mktemp("node")
    for path in NODE.iterdir():
        if path.is_file():
            shutil.copy(path, folder)
    command = ["npm", "ci", "--no-audit", "--no-fund", "--fetch-retries=1"]
    try:
        installed = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=180)
    except subprocess.TimeoutExpired:
        pytest.skip("npm brings no packages here within three minutes")
    if installed.returncode:
        pytest.skip(f"npm brings no packages here: {installed.stderr.strip().splitlines()[-1:]}")

    def run(script: str, *arguments: str, stdin: str = "") -> Any:
        done = subprocess.run(
            ["node", script, *arguments],
            cwd=folder,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.strip().splitlines()[-1])

    return run
