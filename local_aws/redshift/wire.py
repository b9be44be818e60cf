"""Framing of the PostgreSQL protocol 3.0: messages on a socket, start-up packets, error fields."""

import contextlib
import select
import socket
import ssl
import struct
from collections.abc import Iterator

from local_aws.redshift.errors import RedshiftError

PROTOCOL_3_0 = 196608
SSL_REQUEST = 80877103
GSS_REQUEST = 80877104
CANCEL_REQUEST = 80877102

FLUSH = b"H\0\0\0\x04"
SYNC = b"S\0\0\0\x04"
TERMINATE = b"X\0\0\0\x04"
COPY_DONE = b"c\0\0\0\x04"
READ_BYTES = 1 << 18
PACKET_BYTES = range(8, 10_000 + 1)
WRITE_BYTES = 1 << 16


class PeerGoneError(Exception):
    """The other end of a connection has closed it."""


class Peer:
    """One end of a connection: whole messages in, buffered bytes out."""

    def __init__(self, sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock = sock
        self._incoming = bytearray()
        self._position = 0
        self._outgoing = bytearray()

    def secure(self, tls: ssl.SSLContext) -> None:
        """Go on encrypted, as the server of the two. Raises PeerGoneError where the other end does not agree."""
        if len(self._incoming) > self._position:
            raise PeerGoneError("bytes came in clear after the request to encrypt")
        try:
            self.sock = tls.wrap_socket(self.sock, server_side=True)
        except OSError as error:
            raise PeerGoneError(str(error)) from error

    def read_exactly(self, size: int, watched: "Peer | None" = None) -> bytes:
        """The next `size` bytes. Raises PeerGoneError at the end of the stream, or when `watched` hangs up."""
        while len(self._incoming) - self._position < size:
            self._fill(watched)
        start = self._position
        self._position += size
        return bytes(self._incoming[start : self._position])

    def read_message(self, watched: "Peer | None" = None) -> tuple[bytes, bytes]:
        """The next message as (type, body)."""
        header = self.read_exactly(5, watched)
        (length,) = struct.unpack_from("!i", header, 1)
        return header[:1], self.read_exactly(length - 4, watched)

    def read_packet(self) -> bytes:
        """The body of a start-up packet, which carries no type. RedshiftError where it cannot be one, by its length."""
        (length,) = struct.unpack("!i", self.read_exactly(4))
        if length not in PACKET_BYTES:
            raise RedshiftError("invalid length of start-up packet: this port speaks the PostgreSQL protocol", "08P01")
        return self.read_exactly(length - 4)

    def send(self, data: bytes) -> None:
        """Queue bytes for the other end; long queues are written at once."""
        self._outgoing += data
        if len(self._outgoing) >= WRITE_BYTES:
            self.flush()

    def flush(self) -> None:
        """Write what is queued. Raises PeerGoneError when nobody is there to read it."""
        if self._outgoing:
            try:
                self.sock.sendall(self._outgoing)
            except OSError as error:
                raise PeerGoneError(str(error)) from error
            self._outgoing.clear()

    def hung_up(self) -> bool:
        """Whether the other end has closed, asked when its socket is readable."""
        try:
            if isinstance(self.sock, ssl.SSLSocket):
                return self._has_ended(self.sock)
            return not self.sock.recv(1, socket.MSG_PEEK)
        except OSError:
            return True

    def _has_ended(self, sock: ssl.SSLSocket) -> bool:
        """The same over TLS, where nobody can look without taking: what comes is kept."""
        sock.setblocking(False)
        try:
            data = sock.recv(READ_BYTES)
        except ssl.SSLWantReadError:
            return False
        finally:
            sock.setblocking(True)
        self._incoming += data
        return not data

    def interrupt(self) -> None:
        """End the connection from another thread: the one that reads it finds the end of the stream."""
        with contextlib.suppress(OSError):  # the other end was quicker
            # Not TLS's own, which would take the session away under its reader.
            socket.socket.shutdown(self.sock, socket.SHUT_RDWR)

    def close(self) -> None:
        """Close the connection, also when the other end has done so already."""
        self.interrupt()
        self.sock.close()

    def _fill(self, watched: "Peer | None") -> None:
        if self._position > 0:
            del self._incoming[: self._position]
            self._position = 0
        try:
            if watched is not None:
                self._wait(watched)
            data = self.sock.recv(READ_BYTES)
        except (OSError, ValueError) as error:
            raise PeerGoneError(str(error)) from error
        if not data:
            raise PeerGoneError("connection closed")
        self._incoming += data

    def _wait(self, watched: "Peer") -> None:
        ready, _, _ = select.select([self.sock, watched.sock], [], [])
        if self.sock not in ready:
            if watched.hung_up():
                raise PeerGoneError("the client closed the connection while a statement was running")
            # The client sent more ahead of time; it is read in its turn.
            select.select([self.sock], [], [])


def message(kind: bytes, *parts: bytes) -> bytes:
    """One message, framed."""
    body = b"".join(parts)
    return kind + struct.pack("!i", len(body) + 4) + body


def packet(code: int, body: bytes) -> bytes:
    """A packet of the start-up phase: length, code, body."""
    return struct.pack("!ii", len(body) + 8, code) + body


def text(value: str) -> bytes:
    """A string as the protocol carries it: UTF-8 and a zero byte."""
    return value.encode() + b"\0"


def read_text(body: bytes, start: int = 0) -> tuple[str, int]:
    """The string at `start` and the position behind its zero byte."""
    end = body.index(b"\0", start)
    return body[start:end].decode(), end + 1


def pairs(body: bytes) -> dict[str, str]:
    """The parameters of a start-up packet."""
    words = body.split(b"\0")
    return {name.decode(): value.decode() for name, value in zip(words[::2], words[1::2], strict=False) if name}


def query(sql: str) -> bytes:
    """A simple query."""
    return message(b"Q", text(sql))


def error_fields(body: bytes) -> dict[str, str]:
    """The fields of an ErrorResponse or NoticeResponse by their letter."""
    return {chunk[:1].decode(): chunk[1:].decode(errors="replace") for chunk in body.split(b"\0") if chunk}


def error_message(fields: dict[str, str], kind: bytes = b"E") -> bytes:
    """An ErrorResponse (or, with kind N, a NoticeResponse) of these fields."""
    return message(kind, *(letter.encode() + text(value) for letter, value in fields.items()), b"\0")


def error(code: str, words: str, severity: str = "ERROR") -> bytes:
    """An ErrorResponse with an SQLSTATE and a message."""
    return error_message({"S": severity, "V": severity, "C": code, "M": words})


def data_row(body: bytes) -> Iterator[str | None]:
    """The values of a DataRow in text format."""
    (count,) = struct.unpack_from("!h", body)
    position = 2
    for _ in range(count):
        (length,) = struct.unpack_from("!i", body, position)
        position += 4
        if length < 0:
            yield None
        else:
            yield body[position : position + length].decode()
            position += length
