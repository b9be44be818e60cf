"""Both ends of a session, client and backend, and what the front asks of the backend between the client's messages."""

import contextlib
from collections.abc import Iterator

from local_aws.redshift import wire
from local_aws.redshift.backend import hang_up
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.replies import as_redshift_error, as_redshift_row_description
from local_aws.redshift.result_columns import ResultColumn, result_columns

IDLE, IN_TRANSACTION, FAILED_TRANSACTION = b"I", b"T", b"E"
FAIL = "do $$ begin raise exception 'refused by the front'; end $$"


class StatementFailedError(Exception):
    """The client has been told of an error; the rest of what it sent ahead is skipped."""


class Link:
    """A client, its backend and the state of their transaction. Every message is answered before the next is read."""

    def __init__(self, client: wire.Peer, backend: wire.Peer, reported_version: str | None) -> None:
        self.client = client
        self.backend = backend
        self.status = IDLE
        self.cancel_key = b""
        self._reported_version = reported_version

    @property
    def process_id(self) -> int:
        """The process of the backend, which is the client's session."""
        return int.from_bytes(self.cancel_key[:4], "big")

    def close(self) -> None:
        """Leave the backend; what was not committed is rolled back."""
        with contextlib.suppress(wire.PeerGoneError):
            hang_up(self.backend)

    def replies(self) -> Iterator[tuple[bytes, bytes]]:
        """The backend's messages as they come. Raises PeerGoneError when either end has gone."""
        self.backend.flush()
        while True:
            kind, body = self.backend.read_message(self.client)
            if kind == b"Z":
                self.status = body
            yield kind, body

    def relay_until_ready(self) -> None:
        """Pass on what the backend says until it waits for the next command."""
        for kind, body in self.replies():
            if kind == b"Z":
                self.ready()
                return
            if kind == b"E":
                self.client.send(redshift_error(body))
            else:
                self.forward(kind, body)

    def read_until(self, last: bytes) -> None:
        """Drop replies up to one of these kinds."""
        for kind, _ in self.replies():
            if kind in last:
                return

    def forward(self, kind: bytes, body: bytes) -> None:
        """Pass one message on to the client, in Redshift's words."""
        if kind == b"T":
            body = as_redshift_row_description(body)
        elif kind == b"S" and body.startswith(b"server_version\0") and self._reported_version:
            body = wire.text("server_version") + wire.text(self._reported_version)
        elif kind == b"K":
            self.cancel_key = body
        self.client.send(wire.message(kind, body))

    def query(self, sql: str) -> list[list[str | None]]:
        """Rows of a query of the front's, in the client's transaction; a failure is told to the client and raised."""
        self.backend.send(wire.query(sql))
        return [list(wire.data_row(body)) for kind, body in self._answers() if kind == b"D"]

    def describe(self, sql: str) -> tuple[ResultColumn, ...]:
        """The columns that a query would give. A failure is told to the client and raised."""
        parse = wire.message(b"P", wire.text(""), wire.text(sql), b"\0\0")
        self.backend.send(parse + wire.message(b"D", b"S", wire.text("")) + wire.SYNC)
        described = [body for kind, body in self._answers() if kind == b"T"]
        return result_columns(described[0]) if described else ()

    def refuse(self, error: RedshiftError) -> None:
        """Tell the client of an error that the front found, and fail its transaction in the backend as well."""
        reply = wire.error(error.code, str(error))
        self.backend.send(wire.query(FAIL))
        failed_before = self.status == FAILED_TRANSACTION
        for kind, body in self.replies():
            if kind == b"E" and failed_before:
                reply = redshift_error(body)
            elif kind == b"Z":
                break
        self.client.send(reply)

    def inform(self, words: str) -> None:
        """Send the client an INFO notice."""
        self.client.send(wire.error_message({"S": "INFO", "V": "INFO", "C": "00000", "M": words}, b"N"))

    def ready(self) -> None:
        """Tell the client that the next command may come."""
        self.client.send(wire.message(b"Z", self.status))

    def _answers(self) -> list[tuple[bytes, bytes]]:
        answers: list[tuple[bytes, bytes]] = []
        for kind, body in self.replies():
            answers.append((kind, body))
            if kind == b"Z":
                break
        for kind, body in answers:
            if kind == b"E":
                self.client.send(redshift_error(body))
                raise StatementFailedError
        return answers


def redshift_error(body: bytes) -> bytes:
    """The backend's ErrorResponse in Redshift's words."""
    return wire.error_message(as_redshift_error(wire.error_fields(body)))
