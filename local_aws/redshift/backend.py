"""A connection of the front to the PostgreSQL behind it, on the level of the wire."""

import contextlib
import hashlib
import socket
import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources

import psycopg2
from psycopg2.extensions import cursor, make_dsn, parse_dsn
from psycopg2.extras import execute_values

from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.wire import PROTOCOL_3_0, TERMINATE, Peer, error_fields, message, packet, text

OK, CLEARTEXT, MD5 = 0, 3, 5
INSTALL_LOCK = 5439
SCRIPTS = ("functions.sql", "system_tables.sql")
INSERT_LOAD_ERRORS = """
insert into pg_catalog.stl_load_errors (
  tbl, session, query, filename, line_number, colname, type, col_length, position, raw_line, raw_field_value, err_code,
  err_reason
) values %s
"""

# What a session of Redshift is like and one of PostgreSQL is not. The snapshot of SNAPSHOT isolation is that of
# REPEATABLE READ: taken by the first statement after BEGIN that reads or writes; LOCK takes none.
SESSION = {
    "default_transaction_isolation": "repeatable read",
    "standard_conforming_strings": "off",
    "escape_string_warning": "off",
    "client_connection_check_interval": "1000",
    "timezone": "UTC",
    # Redshift finds rows by zone maps and has no price for a random page: what is found by key costs no more than what
    # is found by a scan. At PostgreSQL's own price a load reads whole facts for a hundredth of their rows.
    "random_page_cost": "1.0",
}


@dataclass(frozen=True)
class Backend:
    """Where the PostgreSQL behind the front is, and as whom the front connects to it."""

    host: str
    port: int
    user: str
    password: str

    @classmethod
    def of(cls, dsn: str) -> "Backend":
        """The backend of a libpq connection string with a TCP host."""
        found = parse_dsn(dsn)
        return cls(found["host"], int(found.get("port", "5432")), found["user"], found.get("password", ""))

    def connect(self, database: str, parameters: Mapping[str, str]) -> Peer:
        """A connection on which the backend has accepted us; what it sends next belongs to the client."""
        peer = self._dial()
        words = {"user": self.user, "database": database, **parameters, **SESSION}
        peer.send(packet(PROTOCOL_3_0, b"".join(text(name) + text(value) for name, value in words.items()) + b"\0"))
        peer.flush()
        while True:
            kind, body = peer.read_message()
            if kind == b"E":
                peer.close()
                fields = error_fields(body)
                raise RedshiftError(fields.get("M", "no reason given"), fields.get("C", "08006"))
            (method,) = struct.unpack_from("!i", body)
            if method == OK:
                return peer
            self._send_password(peer, method, body[4:])

    def cancel(self, body: bytes) -> None:
        """Pass on a CancelRequest; `body` is its packet. The backend gives no answer."""
        peer = self._dial()
        peer.send(struct.pack("!i", len(body) + 4) + body)
        peer.flush()
        peer.close()

    def install(self, database: str) -> None:
        """Give the database what Redshift has and PostgreSQL has not; any number of times.

        Raises RedshiftError when there is no such database.
        """
        folder = resources.files("local_aws.redshift")
        with self._aside(database) as opened:
            opened.execute("select pg_advisory_xact_lock(%s)", (INSTALL_LOCK,))
            for script in SCRIPTS:
                opened.execute(folder.joinpath(script).read_text())

    def keep_load_errors(self, database: str, rows: Sequence[tuple[object, ...]]) -> None:
        """Add rows to stl_load_errors in a transaction of its own."""
        with self._aside(database) as opened:
            execute_values(opened, INSERT_LOAD_ERRORS, rows)

    @contextlib.contextmanager
    def _aside(self, database: str) -> Iterator[cursor]:
        """A transaction beside those of the clients. Raises RedshiftError when there is no such database."""
        dsn = make_dsn(host=self.host, port=self.port, user=self.user, password=self.password, dbname=database)
        try:
            connection = psycopg2.connect(dsn)
        except psycopg2.OperationalError as error:
            raise RedshiftError(str(error).strip(), "3D000") from error
        try:
            with connection, connection.cursor() as opened:
                yield opened
        finally:
            connection.close()

    def _dial(self) -> Peer:
        try:
            return Peer(socket.create_connection((self.host, self.port)))
        except OSError as error:
            raise RedshiftError(f"the PostgreSQL behind the front is not there: {error}", "08001") from error

    def _send_password(self, peer: Peer, method: int, salt: bytes) -> None:
        if method == CLEARTEXT:
            word = self.password
        elif method == MD5:
            word = "md5" + _md5(_md5((self.password + self.user).encode()).encode() + salt[:4])
        else:
            raise RedshiftError(
                f"the PostgreSQL behind the front asks for authentication {method}: allow password or md5"
            )
        peer.send(message(b"p", text(word)))
        peer.flush()


def _md5(data: bytes) -> str:
    return hashlib.md5(data, usedforsecurity=False).hexdigest()


def hang_up(peer: Peer) -> None:
    """Leave the backend politely; its transaction, if any, is rolled back."""
    try:
        peer.send(TERMINATE)
        peer.flush()
    finally:
        peer.close()
