"""IAM before the local AWS API: a call that its role's policies do not allow is refused, as AWS refuses it."""

import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple
from xml.sax.saxutils import escape

from local_aws.aws_endpoint import ACCESS_KEY_ID, ACCOUNT_ID
from local_aws.errors import LocalCloudError
from local_aws.iam.calls import Environ, ReadBody, accesses, caller, is_secure, over
from local_aws.iam.encryption import owner_of, taken_of_keys
from local_aws.iam.errors import UnknownCallError
from local_aws.iam.policy import Access, Grant, Statement, decide, speaking_of

logger = logging.getLogger(__name__)

MOST_REFUSALS = 1_000
"""How many refusals are kept; one is a fault already."""

OWN_PATHS = "/moto-api/"
"""What moto itself answers, which is no AWS."""


@dataclass(frozen=True)
class Identity:
    """A role of the stack, or a policy that its people attach to roles of their own.

    `name` is the access key: a logical id; `also` are others by which it is known, as the role's own name.
    """

    name: str
    arn: str
    statements: tuple[Statement, ...]
    also: tuple[str, ...] = ()


ADMINISTRATOR = Identity(
    ACCESS_KEY_ID,
    f"arn:aws:iam::{ACCOUNT_ID}:user/administrator",
    (Statement("administrator", True, ("*",), (), ("*",), (), (), ()),),
)
"""Who deploys the stack, and AWS itself where it acts in its own name: everything is allowed."""


class Refusal(NamedTuple):
    """An answer of AWS in place of what was asked for."""

    status: str
    content_type: str
    body: str


class Refused(NamedTuple):
    """An access that was refused, and to whom."""

    identity: str
    action: str
    resource: str


@dataclass
class Guard:
    """Decides every call; what was allowed and refused is kept once each, so the record stays as small as the policies.

    `resource_policies` are the statements of policies that stand at a resource, by its ARN, `keys` those of what is
    encrypted with a key of the account's own.
    """

    identities: Iterable[Identity]
    resource_policies: Mapping[str, tuple[Statement, ...]] = field(default_factory=dict)
    keys: Mapping[str, str] = field(default_factory=dict)
    used: dict[tuple[str, Grant], str] = field(default_factory=dict)
    """(identity, grant) → the first resource for which it was needed."""
    refused: dict[Refused, str] = field(default_factory=dict)
    """What was refused → the whole reason."""

    def __post_init__(self) -> None:
        known = (ADMINISTRATOR, *self.identities)
        self._by_key = {key: each for each in known for key in (each.name, *each.also)}

    def identity(self, access_key: str) -> Identity:
        """Who has that key, or is known by that name. Raises LocalCloudError where nobody is."""
        if access_key not in self._by_key:
            raise LocalCloudError(f"{access_key} is no role of the stack; those are {', '.join(sorted(self._by_key))}")
        return self._by_key[access_key]

    def refusal(self, environ: Environ, read_body: ReadBody) -> Refusal | None:
        """What a request is answered where it is not allowed; None where it may be carried out."""
        if environ["PATH_INFO"].startswith(OWN_PATHS):
            return None
        by = caller(environ)
        if by is None:
            return _refusal(environ, "AccessDenied", "Anonymous callers are not allowed here")
        identity = self._by_key.get(by.access_key)
        if identity is None:
            return _refusal(environ, "InvalidAccessKeyId", f"The key {by.access_key} does not exist in our records")
        if identity is ADMINISTRATOR and (is_secure(environ) or by.service != "s3"):
            return None
        reason = self._reason(identity, by.service, environ, read_body)
        return _refusal(environ, "AccessDenied", reason) if reason else None

    def _reason(self, identity: Identity, service: str, environ: Environ, read_body: ReadBody) -> str:
        """Why a request is refused; empty where each of its accesses is allowed."""
        secure = is_secure(environ)
        try:
            for access in accesses(service, environ, read_body):
                for each in (access, *taken_of_keys(access, self.keys)):
                    reason = self._refused(identity, over(each, secure=secure, principal_arn=identity.arn))
                    if reason:
                        return reason
        except UnknownCallError as error:
            return self._noted(Refused(identity.name, service, "?"), str(error))
        return ""

    def _refused(self, identity: Identity, access: Access) -> str:
        """Why the access is refused; empty where it is allowed."""
        own = speaking_of(f"AWS:{identity.arn}", self.resource_policies.get(owner_of(access.resource), ()))
        decision = decide(access, identity.statements, own)
        if decision.grants:
            for grant in decision.grants:
                self.used.setdefault((identity.name, grant), access.resource)
            return ""
        reason = (
            f"User: {identity.arn} ({identity.name}) is not authorized to perform: {access.action} "
            f"on resource: {access.resource} {decision.reason}"
        )
        return self._noted(Refused(identity.name, access.action, access.resource), reason)

    def _noted(self, refused: Refused, reason: str) -> str:
        if refused not in self.refused and len(self.refused) < MOST_REFUSALS:
            self.refused[refused] = reason
            logger.warning("%s", reason)
        return reason


def _refusal(environ: Environ, code: str, message: str) -> Refusal:
    """The answer in the protocol of the request."""
    if environ.get("HTTP_X_AMZ_TARGET"):
        body = json.dumps({"__type": f"{code}Exception", "message": message, "Message": message})
        return Refusal("400 Bad Request", "application/x-amz-json-1.1", body)
    error = f"<Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>"
    if "/s3/aws4_request" not in environ.get("HTTP_AUTHORIZATION", "") + environ.get("QUERY_STRING", ""):
        error = f"<ErrorResponse>{error}</ErrorResponse>"
    # An answer to HEAD has no body.
    return Refusal("403 Forbidden", "application/xml", "" if environ["REQUEST_METHOD"] == "HEAD" else error)
