"""The conditions of a template decided for given parameters, as CloudFormation does before it makes anything."""

from collections.abc import Mapping
from typing import Any, Final

from local_aws.errors import LocalCloudError

Json = dict[str, Any]

NO_VALUE = {"Ref": "AWS::NoValue"}


class ConditionError(LocalCloudError):
    """A condition that cannot be decided."""


def decided(body: Json, parameters: Mapping[str, str]) -> tuple[Json, dict[str, str]]:
    """The template without conditions, and of what fell out with one: logical id → the condition that does not hold.

    Every Fn::If is the branch that is taken, and what has no value is not there. Raises ConditionError.
    """
    defaults = {name: each.get("Default", "") for name, each in body.get("Parameters", {}).items()}
    conditions = _Conditions(body.get("Conditions", {}), {**defaults, **parameters})
    left_out = {
        name: resource["Condition"]
        for name, resource in body["Resources"].items()
        if "Condition" in resource and not conditions.holds(resource["Condition"])
    }
    kept = {key: value for key, value in body.items() if key not in {"Conditions", "Rules"}}
    for section in ("Resources", "Outputs"):
        kept[section] = {
            name: _taken({key: value for key, value in each.items() if key != "Condition"}, conditions)
            for name, each in body.get(section, {}).items()
            if "Condition" not in each or conditions.holds(each["Condition"])
        }
    return kept, left_out


class _Conditions:
    def __init__(self, declared: Mapping[str, Json], values: Mapping[str, Any]) -> None:
        self._declared = declared
        self._values = values

    def holds(self, name: str) -> bool:
        """Whether the condition of that name holds."""
        if name not in self._declared:
            raise ConditionError(f"the template has no condition {name!r}")
        return self._is_true(self._declared[name])

    def _is_true(self, node: Json) -> bool:
        [(operator, given)] = node.items()
        match operator:
            case "Condition":
                return self.holds(given)
            case "Fn::Not":
                return not self._is_true(given[0])
            case "Fn::And":
                return all(self._is_true(each) for each in given)
            case "Fn::Or":
                return any(self._is_true(each) for each in given)
            case "Fn::Equals":
                first, second = (self._text(each) for each in given)
                return first == second
        raise ConditionError(f"no condition is decided by {operator}")

    def _text(self, node: Any) -> str:
        if not isinstance(node, dict):
            return str(node)
        [(function, given)] = node.items()
        if function == "Ref" and given in self._values:
            return str(self._values[given])
        if function == "Fn::Join":
            separator, listed = given
            # A list parameter is text with commas.
            return str(separator).join(self._text(listed).split(","))
        raise ConditionError(f"a condition cannot ask for {node}")


_ABSENT: Final = object()


def _taken(node: Any, conditions: _Conditions) -> Any:
    if node == NO_VALUE:
        return _ABSENT
    if isinstance(node, list):
        return [taken for each in node if (taken := _taken(each, conditions)) is not _ABSENT]
    if not isinstance(node, dict):
        return node
    if set(node) == {"Fn::If"}:
        name, when_true, when_false = node["Fn::If"]
        return _taken(when_true if conditions.holds(name) else when_false, conditions)
    return {key: taken for key, value in node.items() if (taken := _taken(value, conditions)) is not _ABSENT}
