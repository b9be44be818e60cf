"""A manifest that is forged, broken or foreign is refused with the field and the value named."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gem.contracts.errors import ManifestError
from gem.contracts.manifest import (
    BatchKind,
    PartKind,
    RawAggregate,
    RawManifest,
    RawPart,
    manifest_body,
    parse_manifest,
)

URI = "s3://lake/raw/gem/gem-0000000001/_manifest.json"


def raw_manifest() -> RawManifest:
    return RawManifest(
        batch_id="gem-0000000001",
        source_id="gem",
        batch_seq=1,
        kind=BatchKind.LIVE,
        snapshot="754:756:754",
        snapshot_at=datetime(2026, 3, 31, 18, 30, tzinfo=UTC),
        created_at=datetime(2026, 3, 31, 18, 31, tzinfo=UTC),
        bucket="lake",
        aggregates=(RawAggregate(name="bid", changed_roots=1, travels_whole=False),),
        parts=(
            RawPart(
                kind=PartKind.ROWS,
                table="bid",
                key="raw/gem/gem-0000000001/bid/part-00000.parquet",
                rows=1,
                size_bytes=900,
                sha256="0" * 64,
            ),
        ),
    )


def refusal(change: dict[str, object]) -> str:
    body = json.loads(manifest_body(raw_manifest())) | change
    with pytest.raises(ManifestError) as refused:
        parse_manifest(RawManifest, json.dumps(body).encode(), URI)
    assert URI in str(refused.value)
    return str(refused.value)


def test_a_manifest_reads_back_as_it_was_written() -> None:
    assert parse_manifest(RawManifest, manifest_body(raw_manifest()), URI) == raw_manifest()


@pytest.mark.parametrize("kind", ["live", "backfill", "resync", "landed"])
def test_every_kind_of_batch_is_read(kind: str) -> None:
    body = json.loads(manifest_body(raw_manifest())) | {"kind": kind}
    assert parse_manifest(RawManifest, json.dumps(body).encode(), URI).kind == kind


def test_the_manifest_in_the_runbook_is_one() -> None:
    runbook = (Path(__file__).parents[3] / "docs" / "runbook.md").read_text()
    (example,) = re.findall(r"^```json\n(.*?)^```", runbook, re.MULTILINE | re.DOTALL)
    manifest = parse_manifest(RawManifest, example.replace("64 hex digits", "0" * 64).encode(), URI)
    assert (manifest.kind, str(manifest.key)) == (BatchKind.LANDED, "raw/dropped/dropped-0000000001/_manifest.json")
    assert [part.kind for part in manifest.parts] == [PartKind.ROOTS, PartKind.ROWS]


def test_bytes_that_are_no_json_are_refused() -> None:
    with pytest.raises(ManifestError, match="Invalid JSON"):
        parse_manifest(RawManifest, b"\x00not json", URI)


def test_a_batch_id_of_another_seq_is_refused() -> None:
    assert "gem-0000000002" in refusal({"batch_id": "gem-0000000002"})


def test_a_batch_id_that_is_none_is_refused_with_the_object_named() -> None:
    assert "'x' is no batch id" in refusal({"batch_id": "x"})


def test_an_unknown_field_is_refused() -> None:
    assert "surprise" in refusal({"surprise": 1})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key", "raw/gem/gem-0000000002/bid/part-00000.parquet"),
        ("key", "raw/gem/gem-0000000001/../gem-0000000002/bid/part-00000.parquet"),
        ("table", "bid; drop table contract"),
        ("sha256", "abc"),
        ("rows", -1),
        ("rows", 10**13),
    ],
)
def test_a_forged_part_is_refused_with_its_value(field: str, value: object) -> None:
    part = json.loads(manifest_body(raw_manifest()))["parts"][0] | {field: value}
    message = refusal({"parts": [part]})
    assert "part" in message
    assert str(value)[:40] in message
