"""A release: the same bytes from the same sources, nothing of the machine in it, installable on its host."""

import hashlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from gem.contracts.errors import TerminalError
from gem.release.archive import tree, zip_of
from gem.release.build import build_release, mwaa_files, step_files
from gem.release.manifest import MANIFEST_NAME

ROOT = Path(__file__).parents[3]
SHIPPED = ("gem", "emr_jobs", "extractor_ec2", "lambdas", "sql", "dags", "local_aws", "requirements")
PIP_INDEX = re.compile(rb"https?://[^\s\"']*/simple\b|--(extra-)?index-url")
SETTINGS = ("GEM_LAKE_BUCKET=gem-lake", "GEM_SOURCE_SECRET_ID=gem/source", "AWS_DEFAULT_REGION=ap-south-1")


def checkout(folder: Path) -> Path:
    """A copy of what is shipped, with other times and a stray of the interpreter."""
    for name in SHIPPED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", "template.yaml", ".gitignore"):
        shutil.copy(ROOT / name, folder / name)
    (folder / "gem" / "__pycache__").mkdir()
    (folder / "gem" / "__pycache__" / f"{folder.name}.pyc").write_bytes(os.urandom(9))
    for path in folder.rglob("*.py"):
        os.utime(path, (time.time() - len(folder.name) * 1_000,) * 2)
    return folder


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    build_release(checkout(tmp_path_factory.mktemp("one")), folder, wheels=False)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_another_checkout_at_another_time_gives_the_same_bytes(release: Path, tmp_path: Path) -> None:
    other = checkout(tmp_path / "an other place")
    build_release(other, tmp_path / "release", wheels=False)
    assert contents(tmp_path / "release") == contents(release)


def test_the_manifest_names_every_file_by_its_bytes(release: Path) -> None:
    manifest = json.loads((release / MANIFEST_NAME).read_text())
    found = {path: hashlib.sha256(body).hexdigest() for path, body in contents(release).items()}
    assert {each["path"]: each["sha256"] for each in manifest["artifacts"]} == {
        path: digest for path, digest in found.items() if path != MANIFEST_NAME
    }
    assert {"curate.py", "pyfiles.zip", "bootstrap.sh", "emr.txt", "sql.zip", "template.yaml"} <= found.keys()
    assert {"extractor/install.sh", "extractor/systemd/gem-extractor.timer", "mwaa/plugins.zip"} <= found.keys()
    assert manifest["commit"] == ""


def test_no_artifact_knows_the_machine_or_an_index(release: Path) -> None:
    """Also what is within archives."""
    for path, body in contents(release).items():
        inner = zipfile.ZipFile(io.BytesIO(body)) if path.endswith((".zip", ".whl")) else None
        texts = {name: inner.read(name) for name in inner.namelist()} if inner else {path: body}
        for name, text in texts.items():
            assert str(ROOT).encode() not in text, f"{path}: {name}"
            assert not (name.endswith(".txt") and PIP_INDEX.search(text)), f"{path}: {name}"


@pytest.mark.parametrize("power_bi", [False, True])
def test_an_environment_of_mwaa_is_held_to_one_version_of_each_package(power_bi: bool) -> None:
    lines = mwaa_files(ROOT, power_bi=power_bi)["dags/constraints.txt"].decode().splitlines()
    asked = [Requirement(line) for line in lines]
    there = [each for each in asked if each.marker is None or each.marker.evaluate({"python_full_version": "3.12.11"})]
    assert len({each.name for each in there}) == len(there) > 170
    assert ("apache-airflow-providers-microsoft-azure" in {each.name for each in there}) == power_bi


def test_a_release_is_built_into_a_folder_of_its_own(release: Path) -> None:
    with pytest.raises(TerminalError, match="is not empty"):
        build_release(ROOT, release, wheels=False)


def test_the_zip_of_a_step_holds_three_packages_in_order_and_no_bytecode() -> None:
    names = zipfile.ZipFile(io.BytesIO(step_files(ROOT)["pyfiles.zip"])).namelist()
    assert names == sorted(names)
    assert {name.split("/")[0] for name in names} == {"emr_jobs", "gem", "sql"}
    assert not [name for name in names if "__pycache__" in name]


def test_the_job_imports_from_the_zip_alone(tmp_path: Path) -> None:
    (tmp_path / "job.zip").write_bytes(step_files(ROOT)["pyfiles.zip"])
    code = "import sys; sys.path.insert(0, sys.argv[1]); import emr_jobs.curate as c; print(c.__file__)"
    command = [sys.executable, "-c", code, str(tmp_path / "job.zip")]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert str(tmp_path / "job.zip") in done.stdout


def test_hidden_files_stay_at_home(tmp_path: Path) -> None:
    (tmp_path / "gem" / ".cache").mkdir(parents=True)
    (tmp_path / "gem" / ".cache" / "secret").touch()
    (tmp_path / "gem" / "a.py").write_bytes(b"a")
    assert zipfile.ZipFile(io.BytesIO(zip_of(tree(tmp_path, ["gem"])))).namelist() == ["gem/a.py"]


class Host:
    """A root folder into which the installer of a release installs; its lock asks for nothing."""

    def __init__(self, release: Path, folder: Path) -> None:
        self.root = folder / "root"
        self.source = folder / "extractor"
        shutil.copytree(release / "extractor", self.source)
        (self.source / "requirements.txt").write_text("")
        self.sign()

    def sign(self) -> None:
        files = [path for path in self.source.rglob("*") if path.is_file() and path.name != "SHA256SUMS"]
        lines = [f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(self.source)}\n" for p in sorted(files)]
        (self.source / "SHA256SUMS").write_text("".join(lines))

    def install(self, *words: str) -> "subprocess.CompletedProcess[str]":
        environment = {"PATH": os.environ["PATH"], "DESTDIR": str(self.root), "PYTHON": sys.executable}
        command = ["bash", str(self.source / "install.sh"), *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def venv(self) -> str:
        return os.readlink(self.root / "opt/gem/venv")  # noqa: PTH115


@pytest.mark.slow
def test_the_installer_may_run_again_and_goes_back_to_an_earlier_release(release: Path, tmp_path: Path) -> None:
    host = Host(release, tmp_path)
    for _ in range(2):
        done = host.install(*SETTINGS, "--changelog-secret", "gem/owner")
        assert done.returncode == 0, done.stderr
    first = host.venv()
    code = "import importlib.metadata as m; print(m.version('gem-pipeline'))"
    shown = subprocess.run([host.root / "opt/gem/venv/bin/python", "-c", code], capture_output=True, check=True)
    assert shown.stdout.decode().strip() == "0.1.0"
    settings = host.root / "etc/gem/extractor.env"
    assert settings.read_text().split() == list(SETTINGS)
    assert settings.stat().st_mode & 0o777 == 0o640
    assert (host.root / "etc/gem/changelog.env").read_text().split()[-1] == "GEM_SOURCE_SECRET_ID=gem/owner"
    assert (host.root / "etc/systemd/system/gem-extractor.timer").is_file()

    before = (host.source / "systemd/gem-extractor.timer").read_text()
    (host.source / "systemd/gem-extractor.timer").write_text(before + "# newer\n")
    refused = host.install(*SETTINGS)
    assert refused.returncode != 0, "the sums were not looked at"
    assert host.venv() == first
    host.sign()
    assert host.install(*SETTINGS).returncode == 0
    assert host.venv() != first
    (host.source / "systemd/gem-extractor.timer").write_text(before)
    host.sign()
    assert host.install(*SETTINGS).returncode == 0
    assert host.venv() == first


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (SETTINGS[:2], "AWS_DEFAULT_REGION=… is needed"),
        ((*SETTINGS, "GEM_SOURCE_ID=a\nPATH=/tmp"), "not a setting: GEM_SOURCE_ID"),
        ((*SETTINGS, "LD_PRELOAD=/tmp/x"), "not a setting: LD_PRELOAD"),
        ((*SETTINGS, "GEM_SOURCE_ID=$(id)"), "not a setting: GEM_SOURCE_ID"),
    ],
)
def test_the_installer_takes_settings_and_nothing_else(
    release: Path, tmp_path: Path, words: tuple[str, ...], said: str
) -> None:
    done = Host(release, tmp_path).install(*words)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / "root").exists()
