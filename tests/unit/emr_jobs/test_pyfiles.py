"""The --py-files zip."""

import subprocess
import sys
import zipfile
from pathlib import Path

from emr_jobs.pyfiles import write_pyfiles


def test_the_same_sources_give_the_same_bytes(tmp_path: Path) -> None:
    write_pyfiles(tmp_path / "a.zip")
    write_pyfiles(tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_the_zip_holds_the_three_packages_and_no_bytecode(tmp_path: Path) -> None:
    write_pyfiles(tmp_path / "job.zip")
    names = zipfile.ZipFile(tmp_path / "job.zip").namelist()
    assert names == sorted(names)
    assert {name.split("/")[0] for name in names} == {"emr_jobs", "gem", "sql"}
    assert not [name for name in names if "__pycache__" in name]


def test_the_job_imports_from_the_zip_alone(tmp_path: Path) -> None:
    write_pyfiles(tmp_path / "job.zip")
    code = "import sys; sys.path.insert(0, sys.argv[1]); import emr_jobs.curate as c; print(c.__file__)"
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "job.zip")],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(tmp_path / "job.zip") in done.stdout
