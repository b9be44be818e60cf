"""The deployed template as plain CloudFormation that moto can create: translated by SAM, nothing of ours added."""

import copy
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import boto3
from samtranslator.metrics.metrics import DummyMetricsPublisher, Metrics
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

from local_aws.errors import LocalCloudError

Json = dict[str, Any]

FUNCTION = "AWS::Serverless::Function"
MAPPING = "AWS::Lambda::EventSourceMapping"
QUEUE_POLICY = "AWS::SQS::QueuePolicy"
SECRET = "AWS::SecretsManager::Secret"  # noqa: S105 - a resource type
RULE = "AWS::Events::Rule"
BUCKET = "AWS::S3::Bucket"
DASHBOARD = "AWS::CloudWatch::Dashboard"
TABLE = "AWS::DynamoDB::Table"

# The runtime takes the handlers from the code root that it is given; CloudFormation insists on some code.
CODE_PLACEHOLDER = "# The handler runs from the local code root."

NEVER = {"source": ["local.never"]}


class TemplateError(LocalCloudError):
    """The template cannot be read, translated or cut as asked."""


@dataclass(frozen=True)
class LocalTemplate:
    """What moto's CloudFormation is given, and what was taken out of the template for the deployment to do itself."""

    body: Json
    mappings: Mapping[str, Json] = field(default_factory=dict)
    queue_policies: Mapping[str, Json] = field(default_factory=dict)
    secrets: Mapping[str, Json] = field(default_factory=dict)
    not_created: Mapping[str, str] = field(default_factory=dict)
    """Logical id → why: resource types that moto does not know."""


def translated(path: Path, parameters: Mapping[str, str], session: boto3.Session) -> Json:
    """The SAM template in `path` as CloudFormation. Raises TemplateError with the translator's reasons."""
    template = yaml_parse(path.read_text())
    if not isinstance(template, dict) or "Resources" not in template:
        raise TemplateError(f"{path} holds no template with Resources")
    _replace_code(template)
    metrics = Metrics("ServerlessTransform", DummyMetricsPublisher())
    try:
        body: Json = Translator({}, Parser(), boto_session=session, metrics=metrics).translate(
            template, dict(parameters)
        )
    except Exception as error:
        reasons = "; ".join(str(getattr(cause, "message", cause)) for cause in getattr(error, "causes", [error]))
        raise TemplateError(f"{path} does not translate: {reasons}") from error
    finally:
        metrics.publish()  # To nobody; it complains on stderr when it is not asked to.
    return body


def declared(path: Path) -> frozenset[str]:
    """The names of the template's parameters."""
    return frozenset(yaml_parse(path.read_text()).get("Parameters", {}))


def without(body: Json, drop: Collection[str]) -> Json:
    """The template without some resources (`LogicalId`) or rule targets (`RuleLogicalId.TargetId`).

    What names a dropped resource goes with it, up to the item of the list that it stands in: a policy loses the
    statement, and a dashboard that shows it is not made. Raises TemplateError where there is no such resource, or where
    another cannot exist without it.
    """
    body = copy.deepcopy(body)
    resources: Json = body["Resources"]
    gone = {name for name in drop if "." not in name}
    for name in set(drop) - gone:
        _drop_target(resources, *name.split(".", 1))
    if unknown := gone - set(resources):
        raise TemplateError(f"cannot leave out {sorted(unknown)}: the template has no such resource")
    kept = {name: _pruned(resource, gone) for name, resource in resources.items() if name not in gone}
    kept = {name: each for name, each in kept.items() if each is not _GONE or resources[name]["Type"] != DASHBOARD}
    if orphans := [name for name, resource in kept.items() if resource is _GONE]:
        raise TemplateError(f"cannot leave out {sorted(gone)}: {orphans} cannot exist without")
    outputs = {name: _pruned(output, gone) for name, output in body.get("Outputs", {}).items()}
    return {
        **body,
        "Resources": {name: _without_dependency(resource, gone) for name, resource in kept.items()},
        "Outputs": {name: output for name, output in outputs.items() if output is not _GONE},
    }


def for_moto(body: Json, known_types: Collection[str]) -> LocalTemplate:
    """The template cut into what moto creates and what the deployment does itself.

    Event source mappings stay out because moto would call Docker; queue policies and secrets because its CloudFormation
    does not know them. A secret becomes a parameter of the same name, so that every reference to it still resolves.
    """
    body = copy.deepcopy(body)
    by_type = {kind: _of_type(body, kind) for kind in (MAPPING, QUEUE_POLICY, SECRET)}
    ours = {name for taken in by_type.values() for name in taken}
    not_created = {
        name: f"moto's CloudFormation does not know {resource['Type']}"
        for name, resource in body["Resources"].items()
        if name not in ours and resource["Type"] not in known_types
    }
    gone = ours | set(not_created)
    body["Resources"] = {
        name: _without_dependency(resource, gone) for name, resource in body["Resources"].items() if name not in gone
    }
    body.setdefault("Parameters", {}).update({name: {"Type": "String"} for name in by_type[SECRET]})
    for bucket in _of_type(body, BUCKET).values():
        # moto does not encrypt, but says so, and S3A refuses to copy what lies under a key over plain HTTP.
        bucket["Properties"].pop("BucketEncryption", None)
    for rule in _of_type(body, RULE).values():
        if "EventPattern" not in rule["Properties"]:
            # moto sends every event to a rule without a pattern, also to one that has a schedule.
            rule["Properties"]["EventPattern"] = NEVER
    return LocalTemplate(
        body=body,
        mappings=by_type[MAPPING],
        queue_policies=by_type[QUEUE_POLICY],
        secrets=by_type[SECRET],
        not_created=not_created,
    )


def _replace_code(template: Json) -> None:
    for resource in _of_type(template, FUNCTION).values():
        resource["Properties"].pop("CodeUri", None)
        resource["Properties"]["InlineCode"] = CODE_PLACEHOLDER
    template.get("Globals", {}).get("Function", {}).pop("CodeUri", None)


def _of_type(body: Json, kind: str) -> dict[str, Json]:
    return {name: resource for name, resource in body["Resources"].items() if resource["Type"] == kind}


def _drop_target(resources: Json, rule: str, target: str) -> None:
    targets = resources.get(rule, {}).get("Properties", {}).get("Targets", [])
    kept = [each for each in targets if each["Id"] != target]
    if len(kept) == len(targets):
        raise TemplateError(f"cannot leave out target {target!r} of {rule!r}: the template has no such target")
    resources[rule]["Properties"]["Targets"] = kept


_GONE: Final = object()


def _pruned(node: Any, gone: Collection[str]) -> Any:
    if isinstance(node, list):
        return [kept for item in node if (kept := _pruned(item, gone)) is not _GONE]
    if not isinstance(node, dict):
        return node
    if _is_intrinsic(node) and _mentions(node, gone):
        return _GONE
    kept_items = {key: _pruned(value, gone) for key, value in node.items()}
    return _GONE if any(value is _GONE for value in kept_items.values()) else kept_items


def _is_intrinsic(node: Json) -> bool:
    return len(node) == 1 and all(key == "Ref" or key.startswith("Fn::") for key in node)


def _mentions(node: Any, names: Collection[str]) -> bool:
    if isinstance(node, str):
        words = {node, node.split(".")[0], *re.findall(r"\$\{([A-Za-z0-9]+)", node)}
        return not words.isdisjoint(names)
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return any(_mentions(child, names) for child in children)


def _without_dependency(resource: Json, gone: Collection[str]) -> Json:
    needed = resource.get("DependsOn", [])
    kept = [name for name in ([needed] if isinstance(needed, str) else needed) if name not in gone]
    rest = {key: value for key, value in resource.items() if key != "DependsOn"}
    return {**rest, "DependsOn": kept} if kept else rest
