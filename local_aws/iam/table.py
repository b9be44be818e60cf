"""docs/iam.md: what every role of the template may do, to what, and whether a local run needs it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from local_aws import template as sam
from local_aws.aws_endpoint import AwsEndpoint
from local_aws.iam.guard import Guard, Identity
from local_aws.iam.identities import ROLE, guard_of
from local_aws.iam.policy import Grant, Statement
from local_aws.iam.reasons import REASONS

Json = dict[str, Any]

PAGE = "docs/iam.md"
HEAD = """# Who may do what

Generated from the policies of `template.yaml` by `gem iam`; `gem iam --check` says whether it is fresh.

In the local cloud every part calls AWS with the access key of its own role, Airflow's DAGs with AirflowPolicy, and a
call that these do not allow is refused as AWS refuses it: the wiring that the tests run is the wiring that is deployed.
A whole run records which of the lines below it needed (`tests/story/test_permissions.py`); one that none needs carries
the reason why it is there, from `local_aws/iam/reasons.py`, or the test fails, as it does for a reason that is no
longer true. `*` stands as a resource only where the action knows none (Service Authorization Reference).

`{Name}` is a resource of the template, `{AWS::…}` a value of the account.
"""


def page(path: Path) -> str:
    """The whole page, for the template in `path`. Raises TemplateError or PolicyError where that is not understood."""
    resources = _resources(path)
    sections = [_section(identity, resources) for identity in _symbolic(resources).identities]
    return "\n".join([HEAD, *sections])


def symbolic(path: Path) -> Guard:
    """The policies of the template in `path`, with its own names in place of what a deployment makes of them."""
    return _symbolic(_resources(path))


def unused(guard: Guard) -> Iterator[tuple[str, Grant]]:
    """Every grant, by identity, that no call has needed so far."""
    for identity in guard.identities:
        for grant in grants_of(identity):
            if (identity.name, grant) not in guard.used:
                yield identity.name, grant


def grants_of(identity: Identity) -> dict[Grant, Statement]:
    """What an identity's statements allow, once each, with the first statement that does."""
    found: dict[Grant, Statement] = {}
    for statement in identity.statements:
        for grant in statement.grants if statement.allows else ():
            found.setdefault(grant, statement)
    return found


def reasons_of(identity: str, grant: Grant) -> list[str]:
    """What is written of a grant that no local run uses."""
    return [reason.why for reason in REASONS if reason.is_of(identity, grant)]


def _resources(path: Path) -> dict[str, Json]:
    resources: dict[str, Json] = sam.translated(path, {}, AwsEndpoint("http://127.0.0.1:1").session)["Resources"]
    return resources


def _symbolic(resources: Mapping[str, Json]) -> Guard:
    return guard_of(resources, {name: f"{{{name}}}" for name in resources}, _named)


def _named(node: Any) -> Any:
    match node:
        case {"Ref": name} | {"Fn::GetAtt": [name, "Arn"]}:
            return f"{{{name}}}"
        case {"Fn::Sub": text}:
            return re.sub(r"\$\{([\w:]+)(\.Arn)?\}", r"{\1}", text)
        case {"Fn::If": [_, taken, _]}:
            return _named(taken)
        case dict():
            return {key: _named(value) for key, value in node.items()}
        case list():
            return [_named(each) for each in node]
    return node


def _section(identity: Identity, resources: Mapping[str, Json]) -> str:
    lines = [f"## {identity.name}", "", _whose(identity, resources), ""]
    lines += ["| action | on | if | needed by |", "|---|---|---|---|"]
    for (action, resource), statement in grants_of(identity).items():
        why = " ".join(reasons_of(identity.name, Grant(action, resource))) or "a local run"
        lines.append(f"| `{action}` | `{resource}` | {_conditions(statement)} | {why} |")
    return "\n".join(lines) + "\n"


def _whose(identity: Identity, resources: Mapping[str, Json]) -> str:
    """Who has the role: the functions and the services that assume it, and the policies of AWS that it has besides."""
    properties = resources[identity.name]["Properties"]
    if resources[identity.name]["Type"] != ROLE:
        return str(properties.get("Description", ""))
    functions = [
        name
        for name, resource in resources.items()
        if resource["Type"].endswith("::Function")
        and resource["Properties"].get("Role") == {"Fn::GetAtt": [identity.name, "Arn"]}
    ]
    trusted = [
        service
        for statement in properties["AssumeRolePolicyDocument"]["Statement"]
        for service in _listed(statement["Principal"]["Service"])
    ]
    of_aws = [f"`{_named(arn).rpartition('/')[2]}` of AWS" for arn in properties.get("ManagedPolicyArns", ())]
    words = [f"Of {', '.join(functions)}." if functions else properties.get("Description", "")]
    words.append(f"Assumed by {', '.join(map(str, map(_named, trusted)))}.")
    words += [f"Has {' and '.join(of_aws)} besides."] if of_aws else []
    return " ".join(word for word in words if word)


def _conditions(statement: Statement) -> str:
    return "; ".join(
        f"`{key}` {operator} {', '.join(f'`{value}`' for value in values)}"
        for operator, key, values in statement.conditions
    )


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else [value]
