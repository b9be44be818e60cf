"""Zips that are byte for byte the same from the same sources, wherever and whenever they are made."""

import io
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

_EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The first time a zip can hold; the time of packaging must not change the bytes."""
_MODE = 0o644 << 16


def zip_of(files: Mapping[str, bytes]) -> bytes:
    """The zip: entries sorted by name, one fixed time and mode."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            info = zipfile.ZipInfo(name, _EARLIEST)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = _MODE
            # The system that made it stands in every entry.
            info.create_system = 3
            archive.writestr(info, body)
    return written.getvalue()


def tree(root: Path, folders: Iterable[str]) -> dict[str, bytes]:
    """Every file below these folders of `root`, by its path there; no bytecode, nothing hidden."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes() for folder in folders for path in _files(root / folder)
    }


def _files(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir()):
        if entry.name == "__pycache__" or entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _files(entry)
        else:
            yield entry
