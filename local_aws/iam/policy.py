"""What policies allow: their statements, and the decision of IAM over the permissions that a call takes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

from local_aws.iam.conditions import Conditions, Context, hold, like, parse_conditions
from local_aws.iam.errors import PolicyError

ELEMENTS = frozenset({"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource", "Principal", "Condition"})
ANYONE = "*"


@dataclass(frozen=True)
class Access:
    """One permission that a call takes: an action on a resource, and what is known of the request."""

    action: str
    resource: str
    context: Context = field(default_factory=dict)


class Grant(NamedTuple):
    """One action on one resource, as a policy writes them."""

    action: str
    resource: str


@dataclass(frozen=True)
class Statement:
    """One statement of the policy that messages call `policy`.

    `principals` are `type:id` (`Service:events.amazonaws.com`), `*` for anyone; in identity policies there are none.
    """

    policy: str
    allows: bool
    actions: tuple[str, ...]
    not_actions: tuple[str, ...]
    resources: tuple[str, ...]
    not_resources: tuple[str, ...]
    principals: tuple[str, ...]
    conditions: Conditions

    @classmethod
    def parse(cls, policy: str, statement: Mapping[str, Any]) -> Self:
        """The statement of a policy document. Raises PolicyError for an element that is not known here."""
        if unknown := set(statement) - ELEMENTS:
            raise PolicyError(f"{policy}: a statement with {', '.join(sorted(unknown))} is not understood here")
        if statement.get("Effect") not in ("Allow", "Deny"):
            raise PolicyError(f"{policy}: Effect is Allow or Deny, not {statement.get('Effect')!r}")
        resources = _listed(statement.get("Resource", ()))
        not_resources = _listed(statement.get("NotResource", ()))
        if variables := [each for each in (*resources, *not_resources) if "${" in each]:
            raise PolicyError(f"{policy}: policy variables are not known here: {variables}")
        return cls(
            policy=policy,
            allows=statement["Effect"] == "Allow",
            actions=_listed(statement.get("Action", ())),
            not_actions=_listed(statement.get("NotAction", ())),
            resources=resources,
            not_resources=not_resources,
            principals=tuple(_principals(statement.get("Principal", {}))),
            conditions=parse_conditions(statement.get("Condition", {}), policy),
        )

    def grant_of(self, access: Access) -> Grant | None:
        """Which of its actions and resources speak of the access; None where the statement does not, or not now."""
        action = _first(access.action.lower(), self.actions, self.not_actions, str.lower)
        resource = _first(access.resource, self.resources, self.not_resources, str)
        if action is None or resource is None or not hold(self.conditions, access.context):
            return None
        return Grant(action, resource)

    @property
    def grants(self) -> Iterator[Grant]:
        """Every action on every resource that it names, or on all others where it names those that are left out."""
        resources = (_others(self.not_resources),) if self.not_resources else self.resources
        return (Grant(action, resource) for action in self.actions for resource in resources)


@dataclass(frozen=True)
class Decision:
    """What IAM decides of one access: every grant that allows it, or why none does."""

    access: Access
    grants: tuple[Grant, ...]
    reason: str = ""


def parse_policy(policy: str, document: Mapping[str, Any]) -> tuple[Statement, ...]:
    """The statements of a policy document. Raises PolicyError for what is not understood."""
    statements = document["Statement"]
    return tuple(
        Statement.parse(policy, each) for each in (statements if isinstance(statements, list) else [statements])
    )


def decide(access: Access, identity: Iterable[Statement], resource: Iterable[Statement] = ()) -> Decision:
    """IAM's order inside one account: an explicit Deny wins, then any Allow of either side, else it is denied.

    `resource` are the statements of the resource's own policy that speak of the caller.
    """
    allowing: list[Grant] = []
    for statement in (*identity, *resource):
        grant = statement.grant_of(access)
        if grant is not None and not statement.allows:
            return Decision(access, (), f"with an explicit deny in {statement.policy}")
        allowing += [grant] if grant else []
    if not allowing:
        return Decision(access, (), f"because no identity-based policy allows the {access.action} action")
    return Decision(access, tuple(allowing))


def speaking_of(principal: str, statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """The statements of a resource's policy that are about a principal (`AWS:<arn>`, `Service:<name>`)."""
    return tuple(each for each in statements if {ANYONE, principal} & set(each.principals))


def _first(given: str, named: Sequence[str], excluded: Sequence[str], fold: Any) -> str | None:
    """The pattern that a value matches; of a `Not…` element, its patterns where the value matches none."""
    if excluded:
        return None if any(like(fold(each), given) for each in excluded) else _others(excluded)
    return next((each for each in named if like(fold(each), given)), None)


def _others(excluded: Sequence[str]) -> str:
    return f"not {', '.join(excluded)}"


def _principals(element: Any) -> Iterator[str]:
    if isinstance(element, str):
        yield element
        return
    for kind, names in element.items():
        for name in _listed(names):
            yield ANYONE if (kind, name) == ("AWS", ANYONE) else f"{kind}:{name}"


def _listed(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)
