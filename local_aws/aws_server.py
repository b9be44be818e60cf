"""The AWS API of the local cloud: moto, served over HTTP by threads of this process."""

import logging
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import requests
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import BaseWSGIServer, make_server

from local_aws.aws_endpoint import AwsEndpoint
from local_aws.aws_requests import Call, OneWriteAtATime, RefusedCallError
from local_aws.aws_store import AwsStore, Restored
from local_aws.errors import LocalCloudError
from local_aws.iam.guard import Guard

__all__ = ["AwsServer", "AwsServerError", "Call", "RefusedCallError"]

HOST = "127.0.0.1"
RESET_SECONDS = 30

in_use = threading.Lock()
"""Held while this process serves."""


class AwsServerError(LocalCloudError):
    """The local AWS API could not be started."""


class AwsServer(AwsEndpoint):
    """A moto server on `host` and `port`, or a free one; starts empty and forgets everything when it stops.

    With a folder as `store`, S3 objects and DynamoDB items are on disk before their request is answered (see
    aws_store): start, deploy, write the secrets, then call `restore`; until then calls to S3 and DynamoDB from anyone
    wait. moto keeps its state per process, so a second server in the same process is refused with AwsServerError.
    """

    def __init__(self, port: int | None = None, store: Path | None = None, host: str = HOST) -> None:
        super().__init__("")
        self._host = host
        self._fixed_port = port or 0
        self._store_folder = store
        self._store: AwsStore | None = None
        self._writes: OneWriteAtATime | None = None
        self._server: BaseWSGIServer | None = None
        self._thread: threading.Thread | None = None
        self._holds_process = False

    @property
    def endpoint_url(self) -> str:
        """Where every AWS service answers."""
        if self._server is None:
            raise AwsServerError("the local AWS API is not running: call start() first")
        return f"http://{self._host}:{self._server.server_port}"

    def start(self) -> Self:
        """Serve, from empty state. Raises AwsServerError when this process serves one already."""
        if not in_use.acquire(blocking=False):
            raise AwsServerError("this process runs a local AWS API already, and moto has one state per process")
        self._holds_process = True
        try:
            # moto warns of every resource type that it skips; the deployment lists them itself.
            logging.getLogger("moto").setLevel(logging.ERROR)
            self._store = AwsStore(self._store_folder) if self._store_folder else None
            self._writes = OneWriteAtATime(DomainDispatcherApplication(create_backend_app), self._store)
            self._server = make_server(
                self._host, self._fixed_port, self._writes, threaded=True, request_handler=_QuietRequestHandler
            )
            self._thread = threading.Thread(target=self._server.serve_forever, name="aws-server", daemon=True)
            self._thread.start()
            self.reset()
        except BaseException:
            self.stop()
            raise
        return self

    def restore(self) -> Restored:
        """Put back what the store keeps, once the template is deployed again; data may be read and written from then.

        Raises AwsServerError where the server was started without a store.
        """
        if self._store is None or self._writes is None:
            raise AwsServerError("this server keeps nothing: start it with a folder as its store")
        restored = self._store.restore()
        self._writes.open()
        return restored

    def serve(self, calls: Mapping[str, Call]) -> None:
        """Answer these calls, by target (`AmazonSSM.SendCommand`), in place of moto; those named before no longer."""
        if self._writes is not None:
            self._writes.calls = calls

    @property
    def guard(self) -> Guard:
        """Who may do what, and what was done. Raises AwsServerError where nothing was deployed that says so."""
        if self._writes is None or self._writes.guard is None:
            raise AwsServerError("this server guards nothing: deploy a template first")
        return self._writes.guard

    def guarded(self, guard: Guard) -> None:
        """Refuse from now on what `guard` does; until then everybody may do everything."""
        if self._writes is not None:
            self._writes.guard = guard

    def reset(self) -> None:
        """Forget every resource and every role; what is in the store stays there, for `restore`."""
        if self._writes is not None:
            self._writes.close()
            self._writes.guard = None
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
        store, self._store = self._store, None
        if store is not None:
            store.close()
        if self._holds_process:
            self._holds_process = False
            in_use.release()

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
