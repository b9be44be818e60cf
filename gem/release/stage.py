"""A stage of samconfig.toml, and under which prefix a release lies: what `make deploy` asks before it calls sam."""

import hashlib
import tomllib
from pathlib import Path
from typing import Any

from gem.contracts.errors import TerminalError
from gem.release.manifest import ReleaseManifest, release_body

PREFIX_PARAMETER = "ArtifactPrefix"


def release_prefix(manifest: ReleaseManifest) -> str:
    """The version and the beginning of the manifest's digest: other bytes never take the place of a release's."""
    return f"{manifest.version}-{hashlib.sha256(release_body(manifest)).hexdigest()[:12]}"


def stack_name(samconfig: Path, stage: str) -> str:
    """The stack that the stage deploys."""
    return str(_deploy(samconfig, stage)["stack_name"])


def overrides(samconfig: Path, stage: str, prefix: str) -> list[str]:
    """The stage's parameters with the release's prefix; sam takes those of its command line in place of all others."""
    return [*_deploy(samconfig, stage).get("parameter_overrides", ()), f"{PREFIX_PARAMETER}={prefix}"]


def _deploy(samconfig: Path, stage: str) -> dict[str, Any]:
    declared = tomllib.loads(samconfig.read_text())
    if "deploy" not in declared.get(stage, {}):
        known = sorted(name for name, each in declared.items() if isinstance(each, dict) and "deploy" in each)
        raise TerminalError(f"{samconfig.name} has no stage {stage!r}; there are {', '.join(known)}")
    parameters: dict[str, Any] = declared[stage]["deploy"]["parameters"]
    return parameters
