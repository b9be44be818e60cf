"""Which operation of S3 a request is, by botocore's model of the service, and which permissions that takes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple
from urllib.parse import unquote

import botocore.session
from moto.s3.models import s3_backends

from local_aws.aws_endpoint import ACCOUNT_ID
from local_aws.iam.errors import UnknownCallError
from local_aws.iam.policy import Access

# "Required permissions for Amazon S3 API operations" (Amazon S3 User Guide): where one is not called as its action.
ACTIONS: Mapping[str, str] = {
    "ListBuckets": "s3:ListAllMyBuckets",
    "HeadBucket": "s3:ListBucket",
    "ListObjects": "s3:ListBucket",
    "ListObjectsV2": "s3:ListBucket",
    "ListObjectVersions": "s3:ListBucketVersions",
    "ListMultipartUploads": "s3:ListBucketMultipartUploads",
    "ListParts": "s3:ListMultipartUploadParts",
    "HeadObject": "s3:GetObject",
    "CreateMultipartUpload": "s3:PutObject",
    "UploadPart": "s3:PutObject",
    "CompleteMultipartUpload": "s3:PutObject",
    "CopyObject": "s3:PutObject",
    "UploadPartCopy": "s3:PutObject",
    "DeleteObjects": "s3:DeleteObject",
    "GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
}
SAME = frozenset(
    {"GetObject", "PutObject", "DeleteObject", "AbortMultipartUpload", "GetBucketLocation", "GetBucketPolicy"}
    | {"GetBucketVersioning", "GetBucketNotification", "GetObjectTagging", "PutObjectTagging"}
)
"""Operations whose action has their name."""
OF_A_VERSION = frozenset({"s3:GetObject", "s3:DeleteObject"})
KEY_OF_XML = re.compile(rb"<Key>(.*?)</Key>", re.DOTALL)
COPY_SOURCE = "HTTP_X_AMZ_COPY_SOURCE"


class Form(NamedTuple):
    """What tells an operation's requests: whether they name a bucket and a key, and what they must carry."""

    operation: str
    query: frozenset[str]
    headers: frozenset[str]


@dataclass(frozen=True)
class S3Call:
    """A request to S3: `query` by parameter, an empty text for one without a value."""

    method: str
    bucket: str
    key: str
    query: Mapping[str, str]
    copy_source: str = ""
    body: bytes = b""

    @property
    def operation(self) -> str:
        """Its name in S3's API."""
        carried = {COPY_SOURCE} if self.copy_source else set()
        forms = _forms().get((self.method, bool(self.bucket), bool(self.key)), ())
        found = [form for form in forms if form.query <= self._parameters and form.headers <= carried]
        if not found:
            raise UnknownCallError(f"s3: {self.method} /{self.bucket}/{self.key} is no operation of S3")
        return max(found, key=lambda form: (len(form.query), len(form.headers))).operation

    @property
    def _parameters(self) -> frozenset[str]:
        given = {f"{name}={value}" for name, value in self.query.items()}
        return frozenset(given | set(self.query))

    def accesses(self) -> Iterator[Access]:
        """The permissions that it takes. Raises UnknownCallError for an operation that is not known here."""
        operation = self.operation
        if operation not in ACTIONS and operation not in SAME:
            raise UnknownCallError(f"s3: which action {operation} takes is not known here")
        action = ACTIONS.get(operation, f"s3:{operation}")
        if action in OF_A_VERSION and "versionId" in self.query:
            action += "Version"
        if operation == "DeleteObjects":
            yield from (Access(action, arn(self.bucket, key.decode())) for key in KEY_OF_XML.findall(self.body))
            return
        yield Access(action, arn(self.bucket, self.key) if self.bucket else "*", self._context(action))
        if self.copy_source:
            bucket, _, key = unquote(self.copy_source).lstrip("/").partition("/")
            yield Access("s3:GetObject", arn(bucket, key.partition("?")[0]))
        if action == "s3:GetObject" and not _is_there(self.bucket, self.key):
            # Who may not list is told that access is denied, not that there is no such object (API: GetObject).
            yield Access("s3:ListBucket", arn(self.bucket))

    def _context(self, action: str) -> dict[str, tuple[str, ...]]:
        listed = ("prefix", "delimiter", "max-keys") if action == "s3:ListBucket" else ()
        return {f"s3:{name}": (self.query[name],) for name in listed if name in self.query}


def arn(bucket: str, key: str = "") -> str:
    """The ARN of a bucket or of an object in it."""
    return f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"


def _is_there(bucket: str, key: str) -> bool:
    known = s3_backends[ACCOUNT_ID]["aws"].buckets.get(bucket)
    return known is not None and key in known.keys


@cache
def _forms() -> dict[tuple[str, bool, bool], list[Form]]:
    """By method, and whether there are bucket and key, what may come; from botocore's model of S3."""
    model = botocore.session.get_session().get_service_model("s3")
    forms: dict[tuple[str, bool, bool], list[Form]] = {}
    for name in model.operation_names:
        operation = model.operation_model(name)
        path, _, query = operation.http["requestUri"].partition("?")
        shape = operation.input_shape
        required = [shape.members[each].serialization for each in shape.required_members] if shape else []
        in_query = {each["name"] for each in required if each.get("location") == "querystring"}
        headers = {
            "HTTP_" + each["name"].upper().replace("-", "_") for each in required if each.get("location") == "header"
        }
        form = Form(name, frozenset(in_query | set(filter(None, query.split("&")))), frozenset(headers))
        forms.setdefault((operation.http["method"], "{Bucket}" in path, "{Key+}" in path), []).append(form)
    return forms
