"""The Condition element of a policy, by the rules of "IAM JSON policy elements: Condition operators"."""

import re
from collections.abc import Callable, Mapping, Sequence
from fnmatch import translate
from functools import cache
from typing import Any

from local_aws.iam.errors import PolicyError

Context = Mapping[str, Sequence[str]]
"""The keys of a request, in lower case, each with its values; what is not there is not known of the request."""
Conditions = tuple[tuple[str, str, tuple[str, ...]], ...]
"""(operator, key in lower case, values): all must hold, for each one of the values is enough."""
Matches = Callable[[str, str], bool]

IF_EXISTS = "IfExists"
SETS = ("ForAllValues", "ForAnyValue")


@cache
def pattern(text: str) -> re.Pattern[str]:
    """A text with IAM's wildcards, `*` for any characters and `?` for one; brackets mean themselves."""
    return re.compile(translate(text.replace("[", "[[]")))


def like(wanted: str, given: str) -> bool:
    """Whether a value matches a text with wildcards."""
    return pattern(wanted).match(given) is not None


def _arn_like(wanted: str, given: str) -> bool:
    """Each of an ARN's six parts on its own: a wildcard does not reach across a colon, but in the last."""
    wanted_parts, given_parts = wanted.split(":", 5), given.split(":", 5)
    return len(wanted_parts) == len(given_parts) and all(map(like, wanted_parts, given_parts))


def _equal(wanted: str, given: str) -> bool:
    return wanted == given


def _equal_in_any_case(wanted: str, given: str) -> bool:
    return wanted.casefold() == given.casefold()


# `...Not...` holds where its opposite does not.
OPERATORS: Mapping[str, Matches] = {
    "StringEquals": _equal,
    "StringEqualsIgnoreCase": _equal_in_any_case,
    "StringLike": like,
    "ArnEquals": _arn_like,
    "ArnLike": _arn_like,
    "Bool": _equal_in_any_case,
    "NumericEquals": lambda wanted, given: float(given) == float(wanted),
    "NumericLessThan": lambda wanted, given: float(given) < float(wanted),
    "NumericLessThanEquals": lambda wanted, given: float(given) <= float(wanted),
    "NumericGreaterThan": lambda wanted, given: float(given) > float(wanted),
    "NumericGreaterThanEquals": lambda wanted, given: float(given) >= float(wanted),
}
NEGATED: Mapping[str, str] = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NumericNotEquals": "NumericEquals",
}
NULL = "Null"


def parse_conditions(element: Mapping[str, Mapping[str, Any]], where: str) -> Conditions:
    """The tests of a Condition element. PolicyError for an operator that is not known: none is passed by."""
    found = []
    for operator, tests in element.items():
        _, _, name = operator.rpartition(":")
        if name.removesuffix(IF_EXISTS) not in {*OPERATORS, *NEGATED, NULL} or not _is_set(operator):
            raise PolicyError(f"{where}: the condition operator {operator} is not known here")
        found += [(operator, key.lower(), _texts(values)) for key, values in tests.items()]
    return tuple(found)


def hold(conditions: Conditions, context: Context) -> bool:
    """Whether every test holds for a request."""
    return all(_holds(operator, values, context.get(key, ())) for operator, key, values in conditions)


def _holds(operator: str, wanted: Sequence[str], given: Sequence[str]) -> bool:
    set_name, _, name = operator.rpartition(":")
    if name == NULL:
        return all(_equal_in_any_case(each, str(not given)) for each in wanted)
    if not given and name.endswith(IF_EXISTS):
        return True
    test = name.removesuffix(IF_EXISTS)
    is_met = _met(NEGATED.get(test, test), wanted, negated=test in NEGATED)
    if set_name == "ForAllValues":
        return all(is_met(value) for value in given)
    if set_name == "ForAnyValue":
        return any(is_met(value) for value in given)
    # A key that the request lacks meets no test but a negated one.
    return all(is_met(value) for value in given) if given else test in NEGATED


def _met(test: str, wanted: Sequence[str], *, negated: bool) -> Callable[[str], bool]:
    matches = OPERATORS[test]
    return lambda value: any(matches(each, value) for each in wanted) is not negated


def _is_set(operator: str) -> bool:
    set_name, colon, _ = operator.rpartition(":")
    return not colon or set_name in SETS


def _texts(values: Any) -> tuple[str, ...]:
    # JSON's true and false stand for the texts.
    listed = values if isinstance(values, list) else [values]
    return tuple(str(value).lower() if isinstance(value, bool) else str(value) for value in listed)
