"""TLS where the front was given a certificate: the clients check it, and a client that wants none needs none."""

import contextlib
import datetime
import ipaddress
import json
import select
import signal
import socket
import ssl
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg2
import pytest
import redshift_connector
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import wire


def write_certificate(path: Path) -> None:
    """A key and a certificate of its own for 127.0.0.1, in one PEM file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "local redshift")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(minutes=5))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    path.write_bytes(private + certificate.public_bytes(pem))


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "front.pem"
    write_certificate(path)
    return path


@pytest.fixture(scope="module")
def front(embedded_postgres: EmbeddedPostgres, s3_endpoint_url: str, certificate: Path) -> Iterator[dict[str, Any]]:
    """A front as a process of its own, and how to connect."""
    command = [sys.executable, "-m", "local_aws.redshift", "--certificate", certificate, "--s3-endpoint"]
    command += [s3_endpoint_url, "--backend-dsn", embedded_postgres.dsn()]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield json.loads(process.stdout.readline())
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def dsn(front: dict[str, Any], mode: str, certificate: Path) -> str:
    login = f"{front['user']}:{front['password']}@{front['host']}:{front['port']}"
    return f"postgresql://{login}/postgres?sslmode={mode}&sslrootcert={certificate}"


def test_libpq_and_the_driver_of_redshift_trust_its_certificate(
    front: dict[str, Any], certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked = psycopg2.connect(dsn(front, "verify-full", certificate))
    assert checked.info.ssl_attribute("protocol") == "TLSv1.3"
    checked.close()
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    connection = redshift_connector.connect(database="postgres", ssl=True, sslmode="verify-full", **front)
    cursor = connection.cursor()
    cursor.execute("select repeat('हि', 100000)")
    assert cursor.fetchall()[0][0] == "हि" * 100_000
    connection.close()


def test_a_client_that_trusts_another_certificate_stays_out_and_one_without_tls_comes_in(
    front: dict[str, Any], tmp_path: Path
) -> None:
    write_certificate(tmp_path / "other.pem")
    with pytest.raises(psycopg2.OperationalError, match="certificate verify failed"):
        psycopg2.connect(dsn(front, "verify-full", tmp_path / "other.pem"))
    connection = psycopg2.connect(dsn(front, "disable", tmp_path / "other.pem"))
    assert connection.info.ssl_in_use is False
    connection.close()


def test_a_statement_ends_when_its_client_takes_leave_over_tls(
    front: dict[str, Any], embedded_postgres: EmbeddedPostgres
) -> None:
    peer = encrypted(front)
    peer.send(wire.query("select pg_backend_pid()") + wire.query("select pg_sleep(60)"))
    peer.flush()
    while (message := peer.read_message())[0] != b"D":
        pass
    pid = int(next(wire.data_row(message[1])) or 0)
    assert _eventually(embedded_postgres, pid, 1)
    peer.sock.settimeout(0.1)
    with contextlib.suppress(OSError):
        peer.sock.unwrap()  # says that it leaves; the connection stays
    assert _eventually(embedded_postgres, pid, 0)
    peer.close()


def encrypted(front: dict[str, Any]) -> wire.Peer:
    """A client that has logged in over TLS."""
    sock = socket.create_connection((front["host"], front["port"]))
    sock.sendall(struct.pack("!ii", 8, wire.SSL_REQUEST))
    assert sock.recv(1) == b"S"
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    peer = wire.Peer(context.wrap_socket(sock))
    names = b"".join(wire.text(word) for word in ("user", front["user"], "database", "postgres"))
    peer.send(wire.packet(wire.PROTOCOL_3_0, names + b"\0"))
    peer.send(wire.message(b"p", wire.text(front["password"])))
    return peer


def _eventually(postgres: EmbeddedPostgres, pid: int, wanted: int) -> bool:
    """Whether that many sessions of the process id come to sleep in a statement."""
    watcher = psycopg2.connect(postgres.dsn())
    watcher.autocommit = True
    cursor = watcher.cursor()
    for _ in range(200):
        cursor.execute("select count(*) from pg_stat_activity where pid = %s and wait_event = 'PgSleep'", (pid,))
        if cursor.fetchall() == [(wanted,)]:
            watcher.close()
            return True
        select.select([], [], [], 0.1)
    watcher.close()
    return False
