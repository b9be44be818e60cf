"""The repository keeps its own rules: locks, documents, commands and names that are still true."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def tracked() -> list[Path]:
    names = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, check=True, text=True).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda p: p.stem)
def test_every_locked_package_is_pinned_with_hashes_and_no_address(lock: Path) -> None:
    text = lock.read_text()
    entries = re.split(r"\n(?=[a-zA-Z0-9])", text)
    pinned = [entry for entry in entries if re.match(r"[a-zA-Z0-9._-]+==", entry)]
    assert pinned
    assert all("--hash=sha256:" in entry for entry in pinned)
    assert "://" not in text


def test_every_runtime_group_agrees_with_the_development_lock() -> None:
    def pins(name: str) -> set[str]:
        return set(
            re.findall(r"^([a-zA-Z0-9._-]+==[^ \\;]+)", (ROOT / "requirements" / name).read_text(), re.MULTILINE)
        )

    for lock in LOCKS:
        if lock.stem not in {"dev", "bootstrap", "airflow", "mwaa", "powerbi", "sam", "checkov"}:
            assert pins(lock.name) <= pins("dev.txt"), lock.name


def test_every_dependency_is_licensed_compatibly_and_declared_in_one_place() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    assert project["project"]["license"] == "Apache-2.0"
    assert {"lambdas", "extractor", "emr", "cli", "local", "dev"} <= project["dependency-groups"].keys()


def test_the_readme_names_only_targets_and_files_that_exist() -> None:
    readme = (ROOT / "README.md").read_text()
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|\$ )make ([a-z-]+)\b", readme)) <= targets
    for link in re.findall(r"\]\(([^)#]+)\)", readme):
        assert (ROOT / link).exists() or link.startswith("https://"), link


def test_the_documents_link_to_files_that_exist() -> None:
    for page in (ROOT / "docs").rglob("*.md"):
        for link in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            assert link.startswith("https://") or (page.parent / link).exists(), f"{page.name}: {link}"


def test_ci_runs_what_the_readme_tells_people_to_run() -> None:
    script = (ROOT / ".ci/run").read_text()
    assert [line for line in script.splitlines() if line.startswith("make ")] == [
        "make check",
        "make test",
        "make test-slow",
    ]


def test_no_sql_reads_what_only_a_provisioned_cluster_shows() -> None:
    """The template's warehouse is Serverless: it has SYS and SVV views, and none of the nodes' own."""
    shipped = [
        path
        for path in tracked()
        if path.suffix in (".py", ".sql") and path.relative_to(ROOT).parts[0] not in ("local_aws", "tests")
    ]
    assert ROOT / "lambdas/warehouse.py" in shipped
    found = {str(path): re.findall(r"\b(?:stl|stv|svcs|svl)_\w+", path.read_text(), re.IGNORECASE) for path in shipped}
    assert {path: names for path, names in found.items() if names} == {}


def test_no_tracked_file_is_large() -> None:
    assert [str(path) for path in tracked() if path.stat().st_size > 2 * 1024 * 1024] == []
