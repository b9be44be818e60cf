"""S3 as the roles see it that Redshift assumes for COPY and UNLOAD."""

import threading
from typing import TYPE_CHECKING

import boto3

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


class S3Roles:
    """Clients of the S3 at `endpoint_url`, one for each role, made when a statement first names it."""

    def __init__(self, endpoint_url: str) -> None:
        self._endpoint_url = endpoint_url
        self._clients: dict[str, S3Client] = {}
        self._making = threading.Lock()

    def client(self, role: str) -> "S3Client":
        """S3 with the access key of the role, which in a local cloud is its name."""
        with self._making:
            if role not in self._clients:
                self._clients[role] = boto3.Session().client(
                    "s3",
                    endpoint_url=self._endpoint_url,
                    region_name="ap-south-1",
                    aws_access_key_id=role,
                    aws_secret_access_key="assumed",  # noqa: S106  no secret: the local S3 takes any
                )
            return self._clients[role]
