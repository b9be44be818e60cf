"""A troubled S3: stands before the local one and answers some requests as S3 does when it refuses or breaks off."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from local_aws.aws_server import AwsServer

Environ = dict[str, Any]
Respond = Callable[..., Any]
BODY = "<?xml version='1.0' encoding='UTF-8'?><Error><Code>{}</Code><Message>{}</Message></Error>"


@dataclass
class Fault:
    """What is wrong with the requests of `method` whose path matches: as often as `times` says, or for ever.

    `status` is what they are answered with; where it is 200, the answer breaks off in its middle. `spares` is a word of
    the user agent whose requests are answered as ever.
    """

    method: str
    path: str
    status: int
    times: int | None = None
    spares: str = "nobody"
    met: int = field(default=0)

    def meets(self, environ: Environ) -> bool:
        """Whether this request has the fault, which is then counted."""
        is_met = (
            environ["REQUEST_METHOD"] in self.method.split("|")
            and re.search(self.path, environ["PATH_INFO"]) is not None
            and self.spares not in environ.get("HTTP_USER_AGENT", "")
            and (self.times is None or self.met < self.times)
        )
        self.met += is_met
        return is_met


class TroubledS3:
    """A WSGI application before another."""

    def __init__(self, server: Any) -> None:
        self._server = server
        self._healthy = server.app
        self._faults: list[Fault] = []

    def __call__(self, environ: Environ, respond: Respond) -> Iterable[bytes]:
        for fault in self._faults:
            if fault.meets(environ):
                if fault.status == 200:
                    return self._broken_off(environ, respond)
                return _refusal(fault.status, respond)
        answer: Iterable[bytes] = self._healthy(environ, respond)
        return answer

    def _broken_off(self, environ: Environ, respond: Respond) -> Iterator[bytes]:
        whole = b"".join(self._healthy(environ, respond))
        yield whole[: len(whole) // 2]

    @contextmanager
    def having(self, fault: Fault) -> Iterator[Fault]:
        """S3 with a fault."""
        self._faults.append(fault)
        try:
            yield fault
        finally:
            self._faults.remove(fault)


def _refusal(status: int, respond: Respond) -> list[bytes]:
    code, reason = {403: ("AccessDenied", "Access Denied"), 503: ("SlowDown", "Please reduce your request rate.")}[
        status
    ]
    body = BODY.format(code, reason).encode()
    respond(f"{status} {reason}", [("Content-Type", "application/xml"), ("Content-Length", str(len(body)))])
    return [body]


@contextmanager
def troubled(aws: AwsServer) -> Iterator[TroubledS3]:
    """The server of a running cloud, with faults on demand."""
    server: Any = aws._server
    s3 = TroubledS3(server)
    server.app = s3
    try:
        yield s3
    finally:
        server.app = s3._healthy
