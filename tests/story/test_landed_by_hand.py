"""Files put into the lake by hand, as the runbook says: their rows arrive, later ones replace and remove roots."""

import hashlib
import io
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from extractor_ec2.copy_stream import arrow_schema
from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.states import State
from gem.ledger import BatchRecord
from tests.story.stage import TIMEOUT_SECONDS, Stage

pytestmark = [pytest.mark.slow, pytest.mark.nightly]

RUNBOOK = Path(__file__).parents[2] / "docs" / "runbook.md"
SIGNED_AT = datetime(2026, 3, 31, 19, 0, tzinfo=UTC)
Row = dict[str, Any]


def parquet(schema: pa.Schema, rows: list[Row]) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(rows, schema), sink)
    return sink.getvalue()


def rows_of(table: str, rows: list[Row]) -> bytes:
    """A file with every declared column; NULL where a row says nothing."""
    schema = arrow_schema(SOURCE_TABLES[table].extracted_columns)
    stamps = {"created_at": SIGNED_AT, "updated_at": SIGNED_AT}
    return parquet(schema, [{**dict.fromkeys(schema.names), **stamps, **row} for row in rows])


def contract(number: int, total: str) -> Row:
    return {
        "contract_id": number,
        "contract_number": f"GEMC-{number}",
        "status": "PLACED",
        "contract_at": SIGNED_AT,
        "total_value": Decimal(total),
    }


def line(number: int, contract_id: int, value: str) -> Row:
    amounts = {"qty": Decimal(1), "unit_price": Decimal(value), "line_value": Decimal(value)}
    return {"contract_item_id": number, "contract_id": contract_id, "line_no": number % 10, **amounts}


def dropped(stage: Stage, seq: int, roots: list[int], contracts: list[Row], lines: list[Row]) -> BatchRecord:
    """Puts the parts and then the manifest, which is the runbook's with these parts in it."""
    document = json.loads(re.findall(r"```json\n(.*?)```", RUNBOOK.read_text(), flags=re.DOTALL)[0])
    batch_id = f"dropped-{seq:010d}"
    folder = f"raw/dropped/{batch_id}"
    bodies = {
        ("roots", "contract"): (
            parquet(pa.schema([("root_id", pa.int64())]), [{"root_id": r} for r in roots]),
            len(roots),
        ),
        ("rows", "contract"): (rows_of("contract", contracts), len(contracts)),
        ("rows", "contract_item"): (rows_of("contract_item", lines), len(lines)),
    }
    parts = []
    for (kind, table), (body, rows) in bodies.items():
        key = f"{folder}/{'_roots/' if kind == 'roots' else ''}{table}/part-00000.parquet"
        stage.cloud.s3.put_object(Bucket=stage.cloud.lake_bucket, Key=key, Body=body)
        digest = hashlib.sha256(body).hexdigest()
        parts.append(
            {"kind": kind, "table": table, "key": key, "rows": rows, "size_bytes": len(body), "sha256": digest}
        )
    document |= {"batch_id": batch_id, "batch_seq": seq, "bucket": stage.cloud.lake_bucket, "parts": parts}
    document["aggregates"][0]["changed_roots"] = len(roots)
    body = json.dumps(document).encode()
    stage.cloud.s3.put_object(Bucket=stage.cloud.lake_bucket, Key=f"{folder}/_manifest.json", Body=body)
    return stage.cloud.wait_for(batch_id, State.LOADED, TIMEOUT_SECONDS)


def lines_in_warehouse(stage: Stage) -> list[tuple[Any, ...]]:
    return stage.warehouse(
        "select contract_id, contract_item_id, line_value, contract_date_key from mart.fact_order_line"
        " where source_id = 'dropped' order by contract_item_id"
    )


def test_rows_of_hand_made_files_arrive_and_later_ones_replace_and_remove_their_roots(stage: Stage) -> None:
    both = [contract(1, "300.00"), contract(2, "50.25")]
    record = dropped(stage, 1, [1, 2], both, [line(11, 1, "100.00"), line(12, 1, "200.00"), line(21, 2, "50.25")])
    assert record.raw_rows == {"contract": 2, "contract_item": 3}
    # Half past midnight in India: the first day of the financial year.
    assert lines_in_warehouse(stage) == [
        (1, 11, Decimal("100.00"), 20260401),
        (1, 12, Decimal("200.00"), 20260401),
        (2, 21, Decimal("50.25"), 20260401),
    ]

    dropped(stage, 2, [1], [contract(1, "175.50")], [line(12, 1, "175.50")])
    assert [row[:3] for row in lines_in_warehouse(stage)] == [(1, 12, Decimal("175.50")), (2, 21, Decimal("50.25"))]

    dropped(stage, 3, [2], [], [])
    assert [row[:3] for row in lines_in_warehouse(stage)] == [(1, 12, Decimal("175.50"))]
