"""The data lake as the extractor uses it: files uploaded, small objects created once or replaced by ETag."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from boto3.exceptions import S3UploadFailedError
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from gem.contracts.errors import GemError, LostRaceError, TerminalError, TransientError
from gem.contracts.keys import S3Uri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

MISSING = frozenset({"NoSuchKey", "404"})
OVERTAKEN = frozenset({"PreconditionFailed", "412", "ConditionalRequestConflict"})
TRY_AGAIN = frozenset({"SlowDown", "Throttling", "ThrottlingException", "RequestTimeout", "RequestLimitExceeded"})


class StoredObject(NamedTuple):
    """The bytes of an object and the ETag of exactly these bytes."""

    body: bytes
    etag: str


class Lake:
    """One bucket. Every method raises TransientError or TerminalError, never a botocore error."""

    def __init__(self, client: "S3Client", bucket: str) -> None:
        self._client = client
        self.bucket = bucket

    def uri(self, key: str) -> str:
        """`s3://bucket/key`, for messages."""
        return str(S3Uri(self.bucket, key))

    def read(self, key: str) -> StoredObject | None:
        """The object, or None where there is none."""
        try:
            with self._errors("reading", key):
                answer = self._client.get_object(Bucket=self.bucket, Key=key)
                return StoredObject(answer["Body"].read(), answer["ETag"])
        except _MissingError:
            return None

    def create(self, key: str, body: bytes) -> str:
        """Creates the object and returns its ETag; LostRaceError where one exists already."""
        with self._errors("creating", key):
            answer = self._client.put_object(
                Bucket=self.bucket, Key=key, Body=body, IfNoneMatch="*", ContentType="application/json"
            )
            return answer["ETag"]

    def replace(self, key: str, body: bytes, etag: str) -> str:
        """Replaces exactly the object of that ETag and returns the new one; LostRaceError where it has changed."""
        with self._errors("replacing", key):
            answer = self._client.put_object(
                Bucket=self.bucket, Key=key, Body=body, IfMatch=etag, ContentType="application/json"
            )
            return answer["ETag"]

    def write(self, key: str, body: bytes) -> None:
        """Puts the object there, whatever stood there before."""
        with self._errors("writing", key):
            self._client.put_object(Bucket=self.bucket, Key=key, Body=body, ContentType="application/json")

    def upload(self, path: Path, key: str) -> None:
        """Uploads a file, in several parts where it is large."""
        with self._errors("uploading", key):
            self._client.upload_file(str(path), self.bucket, key)

    def first_key(self, prefix: str, after: str = "") -> str | None:
        """The first key that begins with `prefix` and sorts behind `after`, or None where there is none."""
        with self._errors("listing", prefix):
            answer = self._client.list_objects_v2(Bucket=self.bucket, Prefix=prefix, StartAfter=after, MaxKeys=1)
            return next((item["Key"] for item in answer.get("Contents", [])), None)

    @contextmanager
    def _errors(self, doing: str, key: str) -> Iterator[None]:
        where = f"{doing} {self.uri(key)}"
        try:
            yield
        except ClientError as error:
            raise _lake_error(error, where) from error
        except NoCredentialsError as error:
            raise TerminalError(f"{where}: no AWS credentials were found; give the instance its role") from error
        except S3UploadFailedError as error:
            # boto3 wraps what S3 answered, and keeps it as the context only.
            answered = error.__context__
            if isinstance(answered, ClientError):
                raise _lake_error(answered, where) from error
            raise TransientError(f"{where}: {error}") from error
        except BotoCoreError as error:
            raise TransientError(f"{where}: {error}") from error


class _MissingError(TerminalError):
    """No object has that key."""


def _lake_error(error: ClientError, where: str) -> GemError:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    message = f"{where}: {error}"
    if code in MISSING:
        return _MissingError(message)
    if code in OVERTAKEN:
        return LostRaceError(message)
    return (TransientError if code in TRY_AGAIN or status >= 500 else TerminalError)(message)
