"""The load of one batch into small and into large tables: its cost must not grow with what the warehouse holds.

`python -m benchmarks.load_growth --rows 50000 5000000`: warehouses of so many order lines, with their contracts, bids
and participations; batches that change 1 % of the first, loaded into each in turn; medians with their ratio, the
fastest loads with theirs, which a busy machine disturbs least, and the rows that a load reads and writes.
"""

import argparse
import json
import logging
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg2

from gem.contracts.manifest import CuratedManifest
from tests.model.curated import write_batch
from tests.model.lab import Lab, open_lab
from tests.warehouse.filled import Work, fill, orders, work_of

FIRST_SEQ = 10
LINES_PER_CONTRACT = 2
REPEATS = 15


def main() -> int:
    """Prints one JSON document."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=int, nargs=2, default=[50_000, 5_000_000], help="order lines, small and large")
    sizes = parser.parse_args().rows
    logging.getLogger("werkzeug").disabled = True
    with tempfile.TemporaryDirectory() as folder, open_lab(Path(folder) / "postgres") as lab:
        print(json.dumps(measure(lab, sizes)))
    return 0


def measure(lab: Lab, sizes: Sequence[int]) -> dict[str, Any]:
    """Every batch into both, one after the other, so that both meet the same moods of the machine."""
    contracts = min(sizes) // LINES_PER_CONTRACT // 100
    manifests = [write_batch(lab.s3, FIRST_SEQ + n, orders(contracts, contracts // 10)) for n in range(REPEATS + 2)]
    warehouses = {size: filled(lab, size // LINES_PER_CONTRACT) for size in sizes}
    # The first load of each finds nothing in the cache, and is not counted; the second counts rows.
    work = {size: total(load_twice(lab, database, manifests[:2])) for size, database in warehouses.items()}
    seconds: dict[int, list[float]] = {size: [] for size in sizes}
    for manifest in manifests[2:]:
        for size, database in warehouses.items():
            (report,) = lab.load(database, manifest)
            seconds[size].append(report.seconds)
    return {
        "batch_lines": contracts * LINES_PER_CONTRACT,
        "median": compared({size: statistics.median(several) for size, several in seconds.items()}),
        "fastest": compared({size: min(several) for size, several in seconds.items()}),
        "rows_read": {size: each.read for size, each in work.items()},
        "rows_written": {size: each.written for size, each in work.items()},
    }


def compared(seconds: dict[int, float]) -> dict[str, Any]:
    """Seconds by size, and how many times as long the larger takes."""
    by_size = {str(size): round(each, 2) for size, each in seconds.items()}
    return by_size | {"ratio": round(seconds[max(seconds)] / seconds[min(seconds)], 2)}


def filled(lab: Lab, contracts: int) -> str:
    """A warehouse that has come to rest: no vacuum of what was just filled runs beside the loads."""
    database = fill(lab, contracts)
    connection = psycopg2.connect(lab.postgres.dsn(database))
    connection.autocommit = True
    connection.cursor().execute("vacuum")
    connection.cursor().execute("checkpoint")
    connection.close()
    return database


def load_twice(lab: Lab, database: str, manifests: Sequence[CuratedManifest]) -> dict[str, Work]:
    """The work of the second batch, by table; the first one is loaded before it."""
    first, second = manifests
    lab.load(database, first)
    return work_of(lab, database, second)


def total(work: dict[str, Work]) -> Work:
    """The work of all tables."""
    return Work(*(sum(getattr(one, name) for one in work.values()) for name in Work.__dataclass_fields__))


if __name__ == "__main__":
    sys.exit(main())
