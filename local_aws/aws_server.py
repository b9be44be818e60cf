"""The AWS API of the local cloud: moto, served over HTTP by threads of this process."""

import logging
import threading
from collections.abc import Callable, Iterable
from functools import cached_property
from types import TracebackType
from typing import Any, Self

import boto3
import requests
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from local_aws.errors import LocalCloudError

HOST = "127.0.0.1"
ACCOUNT_ID = "123456789012"
REGION = "ap-south-1"
ACCESS_KEY_ID = "local"
SECRET_ACCESS_KEY = "local"  # noqa: S105 - moto checks no signature; the SDKs only insist on having one
RESET_SECONDS = 30

READS = frozenset({"GET", "HEAD"})
# A receive may wait for messages; the send that it waits for must not wait for it.
WAITING_CALLS = frozenset({"AmazonSQS.ReceiveMessage"})

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_in_use = threading.Lock()


class AwsServerError(LocalCloudError):
    """The local AWS API could not be started."""


class AwsServer:
    """A moto server on 127.0.0.1, on `port` or a free one; starts empty and forgets everything when it stops.

    moto keeps its state per process, so a second server in the same process is refused with AwsServerError.
    """

    def __init__(self, port: int | None = None) -> None:
        self._fixed_port = port or 0
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._holds_process = False
        self._clients: dict[str, Any] = {}
        self._making_clients = threading.Lock()

    @property
    def endpoint_url(self) -> str:
        """Where every AWS service answers."""
        if self._server is None:
            raise AwsServerError("the local AWS API is not running: call start() first")
        return f"http://{HOST}:{self._server.server_port}"

    @property
    def environment(self) -> dict[str, str]:
        """What makes boto3 and the other SDKs of a child process speak to this server, and to nothing else."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY,
            "AWS_REGION": REGION,
            "AWS_DEFAULT_REGION": REGION,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": "/dev/null",
            "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        }

    @cached_property
    def session(self) -> boto3.Session:
        """A session of this server, whatever the caller's environment says of credentials and region."""
        return boto3.Session(
            aws_access_key_id=ACCESS_KEY_ID, aws_secret_access_key=SECRET_ACCESS_KEY, region_name=REGION
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

    def start(self) -> Self:
        """Serve, from empty state. Raises AwsServerError when this process serves one already."""
        if not _in_use.acquire(blocking=False):
            raise AwsServerError("this process runs a local AWS API already, and moto has one state per process")
        self._holds_process = True
        try:
            # moto warns of every resource type that it skips; the deployment lists them itself.
            logging.getLogger("moto").setLevel(logging.ERROR)
            app = _one_write_at_a_time(DomainDispatcherApplication(create_backend_app))
            self._server = make_server(HOST, self._fixed_port, app, threaded=True, request_handler=_QuietRequestHandler)
            self._thread = threading.Thread(target=self._server.serve_forever, name="aws-server", daemon=True)
            self._thread.start()
            self.reset()
        except BaseException:
            self.stop()
            raise
        return self

    def reset(self) -> None:
        """Forget every resource."""
        requests.post(f"{self.endpoint_url}/moto-api/reset", timeout=RESET_SECONDS).raise_for_status()

    def stop(self) -> None:
        """Stop serving; nothing happens when it is not running."""
        server, self._server = self._server, None
        thread, self._thread = self._thread, None
        self._clients.clear()
        if server is not None:
            if thread is not None:
                server.shutdown()
                thread.join()
            server.server_close()
        if self._holds_process:
            self._holds_process = False
            _in_use.release()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


class _QuietRequestHandler(MotoRequestHandler):  # type: ignore[misc]  # moto carries no types
    """A request handler that does not write an access log to the terminal of the demo."""

    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: the errors that matter come back to the caller."""


def _one_write_at_a_time(app: WsgiApp) -> WsgiApp:
    """The application with its writes in single file.

    AWS makes conditional writes atomic. moto reads, compares and writes without a lock, and rebuilds a queue's list on
    every delete, so that a message sent meanwhile would be lost.
    """
    lock = threading.Lock()

    def serve(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in READS or environ.get("HTTP_X_AMZ_TARGET") in WAITING_CALLS:
            return app(environ, start_response)
        with lock:
            return app(environ, start_response)

    return serve
