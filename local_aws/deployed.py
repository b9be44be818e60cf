"""What a deployment made, as data: other processes read it from a file instead of the template."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from local_aws.errors import LocalCloudError


class DeploymentError(LocalCloudError):
    """The template asks for what the local cloud does not know."""


@dataclass(frozen=True)
class Resource:
    """One created resource: `physical_id` is what Ref gives."""

    logical_id: str
    type: str
    physical_id: str


@dataclass(frozen=True)
class Function:
    """One deployed Lambda function, as the API describes it."""

    logical_id: str
    name: str
    arn: str
    handler: str
    role: str
    """The logical id of its role."""
    timeout_seconds: int
    memory_mb: int
    environment: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class QueueMapping:
    """One event source mapping: which queue invokes which function, with how many messages at a time."""

    logical_id: str
    queue_arn: str
    queue_url: str
    function: Function
    batch_size: int
    reports_item_failures: bool


@dataclass(frozen=True)
class Deployment:
    """What stands after a deployment, by logical id."""

    resources: Mapping[str, Resource]
    outputs: Mapping[str, str]
    functions: Mapping[str, Function]
    mappings: tuple[QueueMapping, ...]
    not_created: Mapping[str, str]
    """Logical id → why the local cloud has no such thing."""
    not_connected: Mapping[str, str]
    """Rule target (`LogicalId.TargetId`) → why no event reaches it."""

    def physical_id(self, logical_id: str) -> str:
        """What Ref gives for that resource; KeyError names those there are."""
        if logical_id not in self.resources:
            raise KeyError(f"{logical_id} was not deployed; there are {sorted(self.resources)}")
        return self.resources[logical_id].physical_id

    def save(self, path: Path) -> None:
        """Write it as JSON; who reads meanwhile sees the former file or this one, whole. It holds no secret."""
        unfinished = path.with_name(f".{path.name}.{os.getpid()}")
        unfinished.write_bytes(_JSON.dump_json(self, indent=1))
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Deployment":
        """What `save` wrote there. Raises DeploymentError where there is no such file, or where it is another."""
        try:
            return _JSON.validate_json(path.read_bytes())
        except (OSError, ValidationError) as error:
            raise DeploymentError(f"{path} holds no deployment: {error}") from error


_JSON = TypeAdapter(Deployment)
