"""curate.py from a raw manifest in S3 to a curated manifest in S3."""

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from emr_jobs import curate
from gem.contracts.manifest import Verdict

pytestmark = pytest.mark.usefixtures("spark")


def run(uri: str, attempt: int = 1) -> int:
    return curate.main(["--manifest", uri, "--attempt", str(attempt)])


def test_a_batch_becomes_curated_tables_and_a_manifest_that_names_them(
    lake: Any, contracts: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    uri = lake.put_batch(contracts(range(1, 4), lines=2))

    assert run(uri) == 0

    manifest = lake.curated()
    assert manifest.verdict is Verdict.PASSED
    assert {table.name: table.rows for table in manifest.tables} == {"fact_order_line": 6, "root": 3}
    assert manifest.raw_rows == {"contract": 3, "contract_item": 6}
    line = manifest.table("fact_order_line")
    assert line.sums["line_value"] == Decimal("1200.00")
    assert line.sums["ordered_qty"] == Decimal("12.000")
    assert line.sums["mrp_value"] == 0
    assert len(line.files) == 1
    head = lake.s3.head_object(Bucket=lake.bucket, Key=line.files[0].key)
    assert (head["ContentLength"], head["ETag"].strip('"')) == (line.files[0].size_bytes, line.files[0].etag)
    summary = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert summary["verdict"] == "passed"
    assert summary["rows"] == {"fact_order_line": 6, "root": 3}
