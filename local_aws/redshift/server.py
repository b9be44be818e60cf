"""The front's listener: accepts clients, lets them in and gives each a session."""

import contextlib
import hmac
import secrets
import socket
import ssl
import struct
import threading
from collections.abc import Callable
from functools import partial
from types import TracebackType
from typing import Self

from local_aws.redshift import wire
from local_aws.redshift.backend import Backend
from local_aws.redshift.errors import RedshiftError
from local_aws.redshift.link import Link
from local_aws.redshift.load_errors import LoadLog
from local_aws.redshift.s3_roles import S3Roles
from local_aws.redshift.session import Session

HOST = "127.0.0.1"
SERVER_VERSION = "8.0.2"
# What the backend may be told of the client's start-up parameters; the drivers of Redshift send others of their own.
PASSED_ON = ("application_name", "client_encoding", "datestyle", "extra_float_digits", "options")
CLEARTEXT = 3


class RedshiftFront:
    """Speaks the PostgreSQL protocol the way Amazon Redshift does, in front of the PostgreSQL at `backend_dsn`.

    Clients log in as `user` with `password` (a random one unless given) to any database of the backend, encrypted when
    they wish and there is `tls`. COPY and UNLOAD use the S3 at `s3_endpoint_url` in the name of their role. It listens
    on `host`, at a free port where `port` is None. It is a Serverless workgroup, whose clients read no STL, STV, SVL or
    SVCS view, unless `provisioned` says that it is a cluster. Runs in threads of this process.
    """

    def __init__(
        self,
        backend_dsn: str,
        s3_endpoint_url: str,
        port: int | None = None,
        *,
        user: str = "gem",
        password: str | None = None,
        tls: ssl.SSLContext | None = None,
        host: str = HOST,
        provisioned: bool = False,
    ) -> None:
        self.host = host
        self.port = port or 0
        self.user = user
        self.password = password or secrets.token_urlsafe(16)
        self._tls = tls
        self._provisioned = provisioned
        self._backend = Backend.of(backend_dsn)
        self._s3 = S3Roles(s3_endpoint_url)
        self._listener: socket.socket | None = None
        self._threads: list[threading.Thread] = []
        self._peers: set[wire.Peer] = set()
        self._installed: set[str] = set()
        self._lock = threading.Lock()

    def start(self) -> Self:
        """Listen; clients may connect when this returns. Raises OSError when the port is taken."""
        self._listener = socket.create_server((self.host, self.port))
        self.port = int(self._listener.getsockname()[1])
        self._spawn(partial(self._accept, self._listener))
        return self

    def stop(self) -> None:
        """Close every connection and wait until all sessions have left the backend."""
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.shutdown(socket.SHUT_RDWR)
        with self._lock:
            for peer in self._peers:
                peer.interrupt()
        for thread in self._threads:
            thread.join()
        self._threads.clear()

    def dsn(self, dbname: str) -> str:
        """A libpq URI for psql and psycopg2."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{dbname}"

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _spawn(self, target: Callable[[], None]) -> None:
        self._threads = [thread for thread in self._threads if thread.is_alive()]
        thread = threading.Thread(target=target, name="redshift-front", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        with listener:
            while self._listener is listener:
                try:
                    sock, _ = listener.accept()
                except OSError:
                    return  # stop() has shut the listener down
                self._spawn(partial(self._serve, wire.Peer(sock)))

    def _serve(self, client: wire.Peer) -> None:
        with self._lock:
            self._peers.add(client)
        try:
            parameters = self._greet(client)
            if parameters is not None:
                self._serve_session(client, parameters)
        except RedshiftError as error:
            with contextlib.suppress(wire.PeerGoneError):
                client.send(wire.error(error.code, str(error), "FATAL"))
                client.flush()
        except wire.PeerGoneError:
            pass  # left before it was let in
        finally:
            with self._lock:
                self._peers.discard(client)
            client.close()

    def _serve_session(self, client: wire.Peer, parameters: dict[str, str]) -> None:
        database = parameters.get("database", self.user)
        self._install(database)
        backend = self._backend.connect(database, {name: parameters[name] for name in PASSED_ON if name in parameters})
        client.send(wire.message(b"R", struct.pack("!i", 0)))
        # psql chooses its catalog queries by the version, so it gets the true one.
        reported = None if parameters.get("application_name") == "psql" else SERVER_VERSION
        link = Link(client, backend, reported)
        view = "stl_load_errors" if self._provisioned else "sys_load_error_detail"
        log = LoadLog(partial(self._backend.keep_load_errors, database), lambda: link.process_id, view)
        try:
            Session(link, self._s3.client, log, self._forget, provisioned=self._provisioned).run()
        except wire.PeerGoneError:
            with contextlib.suppress(wire.PeerGoneError):
                client.flush()  # where it is the backend that has gone, the client has still to hear why
            if link.cancel_key:
                self._backend.cancel(struct.pack("!i", wire.CANCEL_REQUEST) + link.cancel_key)
        finally:
            link.close()

    def _greet(self, client: wire.Peer) -> dict[str, str] | None:
        """The start-up parameters of a client that may come in; None when it only wanted something cancelled."""
        while True:
            body = client.read_packet()
            (code,) = struct.unpack_from("!i", body)
            if code == wire.SSL_REQUEST and self._tls is not None:
                client.send(b"S")
                client.flush()
                client.secure(self._tls)
            elif code in (wire.SSL_REQUEST, wire.GSS_REQUEST):
                client.send(b"N")
                client.flush()
            elif code == wire.CANCEL_REQUEST:
                self._backend.cancel(body)
                return None
            elif code >> 16 == wire.PROTOCOL_3_0 >> 16:
                return self._admit(client, code, wire.pairs(body[4:]))
            else:
                raise RedshiftError(f"unsupported frontend protocol {code >> 16}.{code & 0xFFFF}", "0A000")

    def _admit(self, client: wire.Peer, code: int, parameters: dict[str, str]) -> dict[str, str]:
        if code != wire.PROTOCOL_3_0:
            client.send(wire.message(b"v", struct.pack("!ii", wire.PROTOCOL_3_0, 0)))
        client.send(wire.message(b"R", struct.pack("!i", CLEARTEXT)))
        client.flush()
        kind, body = client.read_message()
        user = parameters.get("user", "")
        given = body.rstrip(b"\0")
        if kind != b"p" or user != self.user or not hmac.compare_digest(given, self.password.encode()):
            raise RedshiftError(f'password authentication failed for user "{user}"', "28000")
        return parameters

    def _forget(self, database: str) -> None:
        """A database that was just created has nothing of Redshift's, whatever one of that name had before it."""
        with self._lock:
            self._installed.discard(database)

    def _install(self, database: str) -> None:
        with self._lock:
            if database not in self._installed:
                self._backend.install(database)
                self._installed.add(database)
