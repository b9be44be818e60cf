"""The stack as CloudFormation knows it: every expectation of the checks comes from its resources and outputs."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import boto3

from gem.aws import READS, aws_errors
from gem.contracts.errors import TerminalError

SETTLED = frozenset({"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE"})

Client = Callable[[str], Any]
"""The client of a service, by its name."""


@dataclass(frozen=True)
class Resource:
    """One resource: `physical_id` is what Ref gives."""

    logical_id: str
    type: str
    physical_id: str


@dataclass(frozen=True)
class Stack:
    """A deployed stack, read once, and the clients to look at what it consists of."""

    name: str
    status: str
    resources: tuple[Resource, ...]
    outputs: Mapping[str, str]
    client: Client

    def of_type(self, kind: str) -> Iterator[Resource]:
        """The resources of a type."""
        return (each for each in self.resources if each.type == kind)

    def output(self, name: str) -> str:
        """One output; TerminalError where the deployed template is older than this command."""
        if name not in self.outputs:
            raise TerminalError(f"stack {self.name} has no output {name}: deploy this release's template.yaml")
        return self.outputs[name]


def read_stack(name: str, client: Client) -> Stack:
    """The stack of that name. TransientError where CloudFormation does not show it."""
    with aws_errors(f"CloudFormation stack {name}"):
        described = client("cloudformation").describe_stacks(StackName=name)["Stacks"][0]
        pages = client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
        listed = [each for page in pages for each in page["StackResourceSummaries"]]
    resources = tuple(
        Resource(each["LogicalResourceId"], each["ResourceType"], each.get("PhysicalResourceId", "")) for each in listed
    )
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}
    return Stack(name, described["StackStatus"], resources, outputs, client)


def clients() -> Client:
    """Clients as boto3 finds credentials, one of each service."""
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = boto3.client(service, config=READS)  # type: ignore[call-overload]  # a variable service
        return made[service]

    return client
