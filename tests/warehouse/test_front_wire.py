"""Clients that send the whole extended protocol ahead, with unnamed statements, as JDBC and Go drivers do."""

import socket
import struct
from collections.abc import Callable, Iterator

import pyarrow as pa
import pytest

from local_aws.redshift import RedshiftFront, wire

ROLE = "arn:aws:iam::123456789012:role/gem-redshift-copy"


@pytest.fixture
def peer(redshift_front: RedshiftFront, redshift_database: str) -> Iterator[wire.Peer]:
    peer = wire.Peer(socket.create_connection((redshift_front.host, redshift_front.port)))
    peer.send(struct.pack("!ii", 8, wire.SSL_REQUEST))
    peer.flush()
    assert peer.read_exactly(1) == b"N"
    names = {"user": redshift_front.user, "database": redshift_database, "driver_version": "x", "os_version": "y"}
    body = b"".join(wire.text(name) + wire.text(value) for name, value in names.items())
    peer.send(wire.packet(wire.PROTOCOL_3_0, body + b"\0"))
    peer.send(wire.message(b"p", wire.text(redshift_front.password)))
    replies(peer)
    yield peer
    peer.close()


def replies(peer: wire.Peer) -> list[tuple[bytes, bytes]]:
    peer.flush()
    found = [peer.read_message()]
    while found[-1][0] != b"Z":
        found.append(peer.read_message())
    return found


def kinds(found: list[tuple[bytes, bytes]]) -> bytes:
    return b"".join(kind for kind, _ in found)


def unnamed(sql: str) -> bytes:
    return (
        wire.message(b"P", wire.text(""), wire.text(sql), struct.pack("!h", 0))
        + wire.message(b"B", b"\0\0" + struct.pack("!hhh", 0, 0, 0))
        + wire.message(b"D", b"P\0")
        + wire.message(b"E", b"\0" + struct.pack("!i", 0))
    )


def test_statements_sent_ahead_are_answered_in_their_order(
    peer: wire.Peer, put_parquet: Callable[..., tuple[str, int]]
) -> None:
    url, _ = put_parquet("part.parquet", pa.table({"a": pa.array([1, 2, 3], pa.int64())}))
    copy = f"copy t from '{url}' iam_role '{ROLE}' format parquet"
    for sql in ("begin", "create table t (a bigint primary key)", copy, "select sum(a) from t", "truncate t"):
        peer.send(unnamed(sql))
    peer.send(wire.SYNC)
    found = replies(peer)
    assert kinds(found) == b"12nC12nC12nNC12TDC12nCZ"
    assert [tag for kind, tag in found if kind == b"C"][2] == b"COPY 3\0"
    assert found[-1][1] == b"I"


def test_after_an_error_everything_up_to_the_sync_is_skipped(peer: wire.Peer) -> None:
    for refused in ("create index i on t (a)", "copy t from 's3://x/y'", "select * from nowhere"):
        peer.send(unnamed("begin") + unnamed("create table u (a int)") + unnamed(refused) + unnamed("commit"))
        peer.send(wire.SYNC)
        found = replies(peer)
        assert kinds(found) == b"12nC12nCEZ"
        assert found[-1][1] == b"E"
        peer.send(wire.query("rollback"))
        assert replies(peer)[-1][1] == b"I"
    peer.send(unnamed("select count(*) from pg_catalog.pg_class where relname = 'u'") + wire.SYNC)
    assert (b"D", struct.pack("!hi", 1, 1) + b"0") in replies(peer)


def test_copy_from_the_client_is_refused(peer: wire.Peer) -> None:
    peer.send(wire.query("copy t from stdin"))
    found = replies(peer)
    assert kinds(found) == b"EZ"


def test_a_protocol_of_the_future_is_negotiated_down(redshift_front: RedshiftFront, redshift_database: str) -> None:
    peer = wire.Peer(socket.create_connection((redshift_front.host, redshift_front.port)))
    body = b"".join(map(wire.text, ("user", redshift_front.user, "database", redshift_database)))
    peer.send(wire.packet(wire.PROTOCOL_3_0 + 2, body + b"\0"))
    peer.send(wire.message(b"p", wire.text(redshift_front.password)))
    assert kinds(replies(peer)).startswith(b"vRR")
    peer.close()


@pytest.mark.parametrize("garbage", [struct.pack("!i", 4), struct.pack("!i", -1), b"GET / HTTP/1.1\r\n\r\n"])
def test_what_speaks_another_protocol_is_told_so(redshift_front: RedshiftFront, garbage: bytes) -> None:
    peer = wire.Peer(socket.create_connection((redshift_front.host, redshift_front.port), timeout=10))
    peer.send(garbage)
    peer.flush()
    kind, body = peer.read_message()
    assert kind == b"E"
    assert "start-up packet" in wire.error_fields(body)["M"]
    peer.close()
