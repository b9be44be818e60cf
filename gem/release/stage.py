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
    stages = _stages(tomllib.loads(samconfig.read_text()))
    if stage not in stages:
        raise TerminalError(f"{samconfig.name} has no stage {stage!r}; there are {', '.join(sorted(stages))}")
    return stages[stage]


def _stages(declared: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What deploys a stack of its own: sam's `default`, for `sam deploy --guided`, names none."""
    deploys = {name: each.get("deploy", {}) for name, each in declared.items() if isinstance(each, dict)}
    found = {name: each.get("parameters", {}) for name, each in deploys.items()}
    return {name: parameters for name, parameters in found.items() if "stack_name" in parameters}
