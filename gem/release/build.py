"""A release built from a checkout: what EMR, the extractor's host, Airflow and a DBA are given; functions go by SAM."""

import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from gem.contracts.errors import TerminalError
from gem.release.archive import tree, zip_of
from gem.release.manifest import MANIFEST_NAME, ReleaseManifest, manifest_of, release_body

STEP_PACKAGES = ("emr_jobs", "gem", "sql")
AIRFLOW_PACKAGES = ("dags", "gem", "sql")
EPOCH = "315532800"
"""1980, the first time that a wheel can hold; the time of building must not change the bytes."""
PLATFORMS = ("manylinux_2_28_x86_64", "manylinux2014_x86_64")
"""What Amazon Linux 2023 runs: the extractor's host, and the nodes of EMR 7."""
SUMS = "extractor/SHA256SUMS"


def step_files(root: Path) -> dict[str, bytes]:
    """What a step and its cluster fetch: program, packages, bootstrap action and the lock that it installs."""
    return {
        "curate.py": (root / "emr_jobs" / "curate.py").read_bytes(),
        "pyfiles.zip": zip_of(tree(root, STEP_PACKAGES)),
        "bootstrap.sh": (root / "emr_jobs" / "bootstrap.sh").read_bytes(),
        "emr.txt": (root / "requirements" / "emr.txt").read_bytes(),
    }


def extractor_files(root: Path, *, wheels: bool) -> dict[str, bytes]:
    """What the extractor's host installs: our wheel, the lock, units, the installer, and the sums that it checks."""
    units = tree(root / "extractor_ec2", ["systemd"])
    files = {
        "install.sh": (root / "extractor_ec2" / "install.sh").read_bytes(),
        "requirements.txt": (root / "requirements" / "extractor.txt").read_bytes(),
        **units,
        **_our_wheel(root),
        **(_locked_wheels(root / "requirements" / "extractor.txt", "wheels") if wheels else {}),
    }
    sums = "".join(f"{hashlib.sha256(body).hexdigest()}  {name}\n" for name, body in sorted(files.items()))
    return {**{f"extractor/{name}": body for name, body in files.items()}, SUMS: sums.encode()}


def mwaa_files(root: Path, *, power_bi: bool = False) -> dict[str, bytes]:
    """What goes to the bucket of an Amazon MWAA environment: dags/, plugins.zip, requirements.txt (docs/airflow.md).

    With `power_bi` its requirements have what refreshes a dataset, too.
    """
    lock = (root / "requirements" / ("powerbi.txt" if power_bi else "mwaa.txt")).read_bytes()
    # With their markers: a package that has a version for each Python would be held to both.
    pins = re.findall(rb"^[a-z0-9._-]+==[^\\\n]+(?<! )", lock, re.MULTILINE)
    # Airflow imports every file of its plugins folder in search of plugins; there are none in it, only packages.
    plugins = {".airflowignore": b"*\n", **tree(root, AIRFLOW_PACKAGES)}
    return {
        **{f"dags/{path.name}": path.read_bytes() for path in (root / "dags").glob("gem_*.py")},
        # Without a constraint of ours MWAA sets its own, which has older providers.
        "dags/constraints.txt": b"".join(pin + b"\n" for pin in pins),
        "plugins.zip": zip_of(plugins),
        "requirements.txt": b'--constraint "/usr/local/airflow/dags/constraints.txt"\n' + lock,
    }


def release_files(root: Path, *, wheels: bool) -> dict[str, bytes]:
    """Every artifact, by path. With `wheels` also the locked packages, for hosts that reach no package index."""
    emr_wheels = _locked_wheels(root / "requirements" / "emr.txt", "emr-wheels") if wheels else {}
    return {
        **step_files(root),
        **emr_wheels,
        **extractor_files(root, wheels=wheels),
        **{f"mwaa/{name}": body for name, body in mwaa_files(root).items()},
        "sql.zip": zip_of(tree(root, ["sql"])),
        "template.yaml": (root / "template.yaml").read_bytes(),
    }


def build_release(root: Path, folder: Path, *, wheels: bool) -> ReleaseManifest:
    """Write the release into `folder`, which must be new or empty: the artifacts, then their manifest."""
    if folder.exists() and any(folder.iterdir()):
        raise TerminalError(f"{folder} is not empty: a release is built into a folder of its own")
    files = release_files(root, wheels=wheels)
    manifest = manifest_of(files, version(root), commit(root))
    write_files(folder, files)
    (folder / MANIFEST_NAME).write_bytes(release_body(manifest))
    return manifest


def write_files(folder: Path, files: dict[str, bytes]) -> None:
    """Write each file below the folder, which is made."""
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(body)


def version(root: Path) -> str:
    """The version that pyproject.toml declares."""
    return str(tomllib.loads((root / "pyproject.toml").read_text())["project"]["version"])


def commit(root: Path) -> str:
    """The commit of the checkout, marked where files differ from it; empty where it is no git repository."""
    if not (root / ".git").exists():
        return ""
    shown = subprocess.run(
        ["git", "describe", "--always", "--abbrev=40", "--exclude=*", "--dirty"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    return shown.stdout.strip()


def _our_wheel(root: Path) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as folder:
        _run([sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", folder], root)
        [wheel] = Path(folder).glob("*.whl")
        return {wheel.name: wheel.read_bytes()}


def _locked_wheels(lock: Path, name: str) -> dict[str, bytes]:
    platforms = [word for each in PLATFORMS for word in ("--platform", each)]
    words = ["download", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps", *platforms]
    target = ["--only-binary=:all:", "--implementation", "cp", "--python-version", "3.11.13"]
    with tempfile.TemporaryDirectory() as folder:
        _run([sys.executable, "-m", "pip", *words, *target, "--dest", folder, "-r", lock.name], lock.parent, pip=True)
        return {f"{name}/{wheel.name}": wheel.read_bytes() for wheel in Path(folder).glob("*.whl")}


def _run(command: list[str], cwd: Path, *, pip: bool = False) -> None:
    # pip needs what the caller's environment says of mirrors and certificates; a build must not see any of it.
    environment = None if pip else {"PATH": "/usr/bin:/bin", "SOURCE_DATE_EPOCH": EPOCH}
    done = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise TerminalError(f"{' '.join(command[1:4])} failed: {(done.stderr or done.stdout).strip()[-2000:]}")
