"""How a process reaches the AWS API of the local cloud: clients, tables, and the environment of its children."""

import threading
from functools import cached_property
from typing import Any

import boto3

ACCOUNT_ID = "123456789012"
REGION = "ap-south-1"
ACCESS_KEY_ID = "local"
"""The administrator's: who deploys, and AWS itself; a role's access key is its logical id."""
SECRET_ACCESS_KEY = "local"  # noqa: S105 - nobody checks the signature; the SDKs only insist on having a key


class AwsEndpoint:
    """The AWS API at `url` (`http://host:port`), which may be served by another process; nothing is called at once.

    Calls are made with `access_key`: the administrator's, or that of a role, which is its logical id or its name.
    Whatever a thread asks for may be used by that thread; clients are shared by all.
    """

    def __init__(self, url: str, access_key: str = ACCESS_KEY_ID) -> None:
        self._url = url
        self._access_key = access_key
        self._clients: dict[str, Any] = {}
        self._making_clients = threading.Lock()

    @property
    def endpoint_url(self) -> str:
        """Where every AWS service answers."""
        return self._url

    def acting_as(self, role: str) -> "AwsEndpoint":
        """The same API, called with the access key of a role."""
        return AwsEndpoint(self.endpoint_url, role)

    @property
    def environment(self) -> dict[str, str]:
        """What makes boto3 and the other SDKs of a child process speak to this API, and to nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": self._access_key,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    @cached_property
    def session(self) -> boto3.Session:
        """A session of this API, whatever the caller's environment says of credentials and region."""
        return boto3.Session(
            aws_access_key_id=self._access_key, aws_secret_access_key=SECRET_ACCESS_KEY, region_name=REGION
        )

    def client(self, service: Any) -> Any:
        """The boto3 client of that service, made once and shared by all threads; callers say its type."""
        # Clients may be shared, sessions not; and a client takes a tenth of a second to make.
        with self._making_clients:
            if service not in self._clients:
                self._clients[service] = self.session.client(service, endpoint_url=self.endpoint_url)
            return self._clients[service]

    def table(self, name: str) -> Any:
        """The DynamoDB table of that name."""
        with self._making_clients:
            return self.session.resource("dynamodb", endpoint_url=self.endpoint_url).Table(name)
