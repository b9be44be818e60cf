"""What stands between the wire and moto: writes go one at a time, and with a store to disk before their answer."""

import io
import json
import logging
import sqlite3
import threading
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any
from urllib.parse import unquote

from moto.emr.models import emr_backends
from moto.s3.models import s3_backends

from local_aws.aws_endpoint import ACCOUNT_ID
from local_aws.aws_store import AwsStore, is_refused
from local_aws.iam.guard import Guard

READS = frozenset({"GET", "HEAD"})
# A receive may wait for messages; the send that it waits for must not wait for it.
WAITING_CALLS = frozenset({"AmazonSQS.ReceiveMessage"})
ADD_STEPS = "ElasticMapReduce.AddJobFlowSteps"
# moto fails with 500 where the cluster is unknown; each names it in another parameter.
CLUSTER_CALLS = {
    "ElasticMapReduce.ListSteps": "ClusterId",
    "ElasticMapReduce.DescribeStep": "ClusterId",
    ADD_STEPS: "JobFlowId",
}
ITEM_OPERATIONS = ("Item", "Items", ".Query", ".Scan")
RESTORE_SECONDS = 45
"""A call that comes before the data is back waits so long; the SDKs give up after sixty seconds."""

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Call = Callable[[dict[str, Any]], dict[str, Any]]
"""The request's parameters → the answer's; RefusedCallError where AWS would refuse."""
WsgiApp = Callable[[Environ, StartResponse], Iterable[bytes]]
logger = logging.getLogger(__name__)


class RefusedCallError(Exception):
    """A call that AWS refuses, with its own name of the error."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.body = json.dumps({"__type": code, "message": message})


class OneWriteAtATime:
    """The application with its writes in single file; with a store, each is on disk when its caller is answered.

    AWS makes conditional writes atomic. moto reads, compares and writes without a lock, and rebuilds a queue's list on
    every delete, so that a message sent meanwhile would be lost.
    """

    def __init__(self, app: WsgiApp, store: AwsStore | None) -> None:
        self._app = app
        self._store = store
        self._lock = threading.Lock()
        self._restored = threading.Event()
        self.calls: Mapping[str, Call] = {}
        """By target, what is answered here in place of moto."""
        self.guard: Guard | None = None

    def open(self) -> None:
        """The data is back: whoever waits for it may go on."""
        self._restored.set()

    def close(self) -> None:
        """The data is gone from memory: whoever asks for it waits."""
        self._restored.clear()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Serve one request, if its caller may make it."""
        if self.guard and (refusal := self.guard.refusal(environ, lambda: _read_again(environ))):
            return _refusal(start_response, refusal.status, refusal.body, refusal.content_type)
        if answer := self._own_answer(environ):
            return answer(environ, start_response)
        return self._answer(environ, start_response)

    def _answer(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        if self._store and _is_of_data(environ) and not self._restored.wait(RESTORE_SECONDS):
            return _refusal(start_response, "503 Service Unavailable", "the data is being restored")
        if environ["REQUEST_METHOD"] in READS or environ.get("HTTP_X_AMZ_TARGET") in WAITING_CALLS:
            return self._app(environ, start_response)
        with self._lock:
            if refused := _refused_of_cluster(environ):
                return _refusal(start_response, "400 Bad Request", json.dumps(refused))
            if self._store:
                return self._kept(self._store, environ, start_response)
            return self._app(environ, start_response)

    def _own_answer(self, environ: Environ) -> WsgiApp | None:
        """What answers in place of moto; None where moto does."""
        if _asks_for_event_bridge(environ):
            return _event_bridge
        call = self.calls.get(environ.get("HTTP_X_AMZ_TARGET", ""))
        return None if call is None else partial(_answered, call)

    def _kept(self, store: AwsStore, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        target = environ.get("HTTP_X_AMZ_TARGET", "")
        if is_refused(target):
            return _refusal(start_response, "400 Bad Request", f"{target}: PartiQL is not kept by the local DynamoDB")
        answer: list[Any] = []
        body = _read_again(environ) if target.startswith("DynamoDB_") else b""
        content = self._app(environ, lambda *given: answer.extend(given))
        try:
            store.keep(target, body)
        except (OSError, sqlite3.Error):
            # Not answered, so not promised; the caller comes again, and so does what was to be written.
            logger.exception("what %s %s changed is not on disk", environ["REQUEST_METHOD"], environ["PATH_INFO"])
            return _refusal(start_response, "500 Internal Server Error", "the disk of the local AWS refuses")
        start_response(*answer)
        return content


def _answered(call: Call, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    try:
        body = json.dumps(call(json.loads(_read_again(environ) or b"{}"))).encode()
    except RefusedCallError as error:
        return _refusal(start_response, "400 Bad Request", error.body)
    start_response("200 OK", [("Content-Type", "application/x-amz-json-1.1"), ("Content-Length", str(len(body)))])
    return [body]


def _refused_of_cluster(environ: Environ) -> dict[str, str] | None:
    """Amazon EMR's answer about a cluster that it does not know, or that has ended; None where moto's will do."""
    target = environ.get("HTTP_X_AMZ_TARGET", "")
    if target not in CLUSTER_CALLS:
        return None
    cluster_id = str(json.loads(_read_again(environ)).get(CLUSTER_CALLS[target], ""))
    found = [b.clusters[cluster_id] for b in emr_backends[ACCOUNT_ID].values() if cluster_id in b.clusters]
    if not found:
        return {"__type": "InvalidRequestException", "Message": f"Cluster id '{cluster_id}' is not valid."}
    if target == ADD_STEPS and str(found[0].state).startswith("TERMINAT"):
        # moto would let it run again.
        said = "A job flow that is shutting down, terminated, or finished may not be modified."
        return {"__type": "ValidationException", "Message": said}
    return None


def _asks_for_event_bridge(environ: Environ) -> bool:
    """Whether a request reads the notifications of a bucket that tells EventBridge: moto leaves that out."""
    if environ["REQUEST_METHOD"] != "GET" or environ.get("QUERY_STRING") != "notification":
        return False
    bucket = s3_backends[ACCOUNT_ID]["aws"].buckets.get(environ["PATH_INFO"].strip("/"))
    told = bucket.notification_configuration if bucket else None
    return told is not None and told.event_bridge is not None and not (told.queue or told.topic or told.cloud_function)


def _event_bridge(_environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
    """S3's answer for a bucket that tells EventBridge and nobody else."""
    namespace = "http://s3.amazonaws.com/doc/2006-03-01/"
    inner = "<EventBridgeConfiguration/>"
    body = f'<NotificationConfiguration xmlns="{namespace}">{inner}</NotificationConfiguration>'.encode()
    start_response("200 OK", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


def _is_of_data(environ: Environ) -> bool:
    """Whether a request reads or writes objects or items; making and describing buckets and tables does not."""
    target: str = environ.get("HTTP_X_AMZ_TARGET", "")
    if target.startswith("DynamoDB_"):
        return target.endswith(ITEM_OPERATIONS)
    # A presigned URL carries its signature in the query.
    signed = environ.get("HTTP_AUTHORIZATION", "") + unquote(environ.get("QUERY_STRING", ""))
    if "/s3/aws4_request" not in signed:
        return False
    is_of_bucket = "/" not in environ["PATH_INFO"].strip("/")
    return not (is_of_bucket and environ["REQUEST_METHOD"] == "PUT")


def _read_again(environ: Environ) -> bytes:
    """The body of a request, which the application can still read."""
    body: bytes = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
    environ["wsgi.input"] = io.BytesIO(body)
    return body


def _refusal(
    start_response: StartResponse, status: str, reason: str, content_type: str = "text/plain"
) -> Iterable[bytes]:
    body = reason.encode()
    start_response(status, [("Content-Type", content_type), ("Content-Length", str(len(body)))])
    return [body]
