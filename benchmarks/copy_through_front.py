"""COPY of Parquet through the local Redshift front against PostgreSQL's own COPY of the same rows as CSV on disk.

`python -m benchmarks.copy_through_front --rows 5000000`: both into the same kind of table, in turn, medians of three;
and the front's peak memory at a tenth of the rows beside that at all of them, which must not grow.
"""

import argparse
import io
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg2
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import redshift_connector
from pyarrow import csv

from local_aws.aws_server import AwsServer
from local_aws.memory import PeakMemory
from local_aws.postgres import EmbeddedPostgres

BUCKET = "benchmark"
FILES = 10
REPEATS = 3
ROLE = "arn:aws:iam::123456789012:role/benchmark"
TABLE = """
create table {} (
    contract_item_id bigint, contract_id bigint, contract_date_key integer, contract_at timestamp,
    line_value decimal(18,2), qty decimal(18,3), category varchar(64), is_cancelled boolean
)
"""
CATEGORIES = pa.array(["Laptop", "कागज़ A4", 'Pipe, 2" steel', "Security manpower", None])


def rows_of_file(number: int, rows: int) -> pa.Table:
    """Order lines as they come: rising ids, money, Hindi, quotes and NULLs; the same for the same numbers."""
    ids = pa.array(range(number * rows, (number + 1) * rows), pa.int64())
    days, values, quantities, categories, cancelled = (
        pc.random(rows, initializer=number * 10 + purpose) for purpose in range(5)
    )
    day = _whole(pc.multiply(days, 1_826.0), pa.int32())
    columns = {
        "contract_item_id": ids,
        "contract_id": pc.divide(ids, 3),
        "contract_date_key": pc.add(day, pa.scalar(20_210_401, pa.int32())),
        "contract_at": pc.multiply(day.cast(pa.int64()), 86_400_000_000).cast(pa.timestamp("us")),
        "line_value": _decimal(pc.multiply(values, 1e7), 2),
        "qty": _decimal(pc.multiply(quantities, 500.0), 3),
        "category": CATEGORIES.take(_whole(pc.multiply(categories, float(len(CATEGORIES))), pa.int64())),
        "is_cancelled": pc.less(cancelled, 0.02),
    }
    return pa.table(columns)


def _whole(values: Any, kind: pa.DataType) -> Any:
    return pc.floor(values).cast(kind)


def _decimal(values: Any, scale: int) -> Any:
    return pc.round(values, scale).cast(pa.decimal128(18, scale))


@contextmanager
def front(postgres: EmbeddedPostgres, endpoint: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The front as a process of its own: its pid and how to connect."""
    command = [sys.executable, "-m", "local_aws.redshift", "--backend-dsn", postgres.dsn(), "--s3-endpoint", endpoint]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        yield process.pid, json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait()


def copy_through_front(address: dict[str, Any], table: str, prefix: str) -> float:
    """Seconds of one COPY from S3."""
    connection = redshift_connector.connect(database="postgres", ssl=False, **address)
    cursor = connection.cursor()
    began = time.monotonic()
    cursor.execute(f"copy {table} from 's3://{BUCKET}/{prefix}' iam_role '{ROLE}' format as parquet")
    connection.commit()
    seconds = time.monotonic() - began
    connection.close()
    return seconds


def copy_from_disk(dsn: str, table: str, files: list[Path]) -> float:
    """Seconds of PostgreSQL's own COPY of the same rows, which the server reads itself."""
    connection = psycopg2.connect(dsn)
    began = time.monotonic()
    with connection, connection.cursor() as cursor:
        for file in files:
            cursor.execute(f"copy {table} from '{file}' (format csv)")
    seconds = time.monotonic() - began
    connection.close()
    return seconds


def main() -> int:
    """Prints one JSON document: rows, medians in seconds, their ratio, the front's peak memory in MiB."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, default=5_000_000)
    rows = parser.parse_args().rows
    with (
        tempfile.TemporaryDirectory() as folder,
        AwsServer() as aws,
        EmbeddedPostgres(Path(folder) / "postgres", durable=False) as postgres,
    ):
        print(json.dumps(measure(postgres, aws, Path(folder), rows)))
    return 0


def measure(postgres: EmbeddedPostgres, aws: AwsServer, folder: Path, rows: int) -> dict[str, Any]:
    """Everything, in one run."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
    files = [_write(s3, folder, number, rows // FILES) for number in range(FILES)]
    tables = iter(f"copied_{number}" for number in range(100))
    through, direct, peaks = [], [], {}
    for prefix, name in (("rows/0", "a tenth"), ("rows/", "all")):
        with front(postgres, aws.endpoint_url) as (pid, address), PeakMemory([pid]) as memory:
            copy_through_front(address, _table(postgres, next(tables)), prefix)
        peaks[name] = memory.peak_bytes // 2**20 if memory.peak_bytes else None
    with front(postgres, aws.endpoint_url) as (_, address):
        for _ in range(REPEATS):
            through.append(copy_through_front(address, _table(postgres, next(tables)), "rows/"))
            direct.append(copy_from_disk(postgres.dsn(), _table(postgres, next(tables)), files))
    medians = statistics.median(through), statistics.median(direct)
    return {
        "rows": rows // FILES * FILES,
        "front_seconds": round(medians[0], 1),
        "postgres_seconds": round(medians[1], 1),
        "ratio": round(medians[0] / medians[1], 2),
        "front_peak_mib": peaks,
    }


def _write(s3: Any, folder: Path, number: int, rows: int) -> Path:
    table = rows_of_file(number, rows)
    body = io.BytesIO()
    pq.write_table(table, body, compression="zstd")
    s3.put_object(Bucket=BUCKET, Key=f"rows/{number}.parquet", Body=body.getvalue())
    path = folder / f"{number}.csv"
    csv.write_csv(table, path, csv.WriteOptions(include_header=False, quoting_style="needed"))
    return path


def _table(postgres: EmbeddedPostgres, name: str) -> str:
    connection = psycopg2.connect(postgres.dsn())
    with connection, connection.cursor() as cursor:
        cursor.execute(TABLE.format(name))
    connection.close()
    return name


if __name__ == "__main__":
    sys.exit(main())
