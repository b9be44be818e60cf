"""The --py-files zip of the job: gem, emr_jobs and sql, byte for byte the same from the same sources."""

import argparse
import importlib.resources
import sys
import zipfile
from collections.abc import Iterator
from importlib.resources.abc import Traversable
from pathlib import Path

PACKAGES = ("emr_jobs", "gem", "sql")
_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first time a zip can hold; the time of packaging must not change the bytes."""


def write_pyfiles(path: Path) -> None:
    """Writes the zip: entries sorted by name, one fixed time and mode, no bytecode; replaces an earlier one."""
    entries = sorted(entry for package in PACKAGES for entry in _files(importlib.resources.files(package), package))
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in entries:
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, body)


def _files(folder: Traversable, name: str) -> Iterator[tuple[str, bytes]]:
    for entry in folder.iterdir():
        if entry.name == "__pycache__":
            continue
        if entry.is_dir():
            yield from _files(entry, f"{name}/{entry.name}")
        else:
            yield f"{name}/{entry.name}", entry.read_bytes()


def main(argv: list[str]) -> int:
    """`python -m emr_jobs.pyfiles OUT.zip`."""
    parser = argparse.ArgumentParser(prog="python -m emr_jobs.pyfiles", description=__doc__)
    parser.add_argument("path", type=Path, help="the zip to write")
    write_pyfiles(parser.parse_args(argv).path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
