"""The manifest of a release: every artifact with its size and SHA-256, of which version and commit."""

import hashlib
from collections.abc import Mapping

from pydantic import ValidationError

from gem.contracts.errors import TerminalError
from gem.contracts.frozen import Frozen
from gem.contracts.manifest import Count, Sha256

MANIFEST_NAME = "manifest.json"


class Artifact(Frozen):
    """One file of a release; its path is also its key below the release's prefix."""

    path: str
    size_bytes: Count
    sha256: Sha256


class ReleaseManifest(Frozen):
    """What a release consists of, sorted by path."""

    version: str
    commit: str
    """Empty where the checkout is no git repository."""
    artifacts: tuple[Artifact, ...]


def manifest_of(files: Mapping[str, bytes], version: str, commit: str) -> ReleaseManifest:
    """The manifest of these files."""
    artifacts = (
        Artifact(path=path, size_bytes=len(body), sha256=hashlib.sha256(body).hexdigest())
        for path, body in sorted(files.items())
    )
    return ReleaseManifest(version=version, commit=commit, artifacts=tuple(artifacts))


def release_body(manifest: ReleaseManifest) -> bytes:
    """The manifest as it is written."""
    return manifest.model_dump_json(indent=1).encode() + b"\n"


def parse_release(body: bytes, where: str) -> ReleaseManifest:
    """What `release_body` wrote; TerminalError where it is something else."""
    try:
        return ReleaseManifest.model_validate_json(body)
    except ValidationError as error:
        raise TerminalError(f"{where} is no release manifest: {error.errors(include_url=False)[0]}") from error
