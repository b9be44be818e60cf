"""spark-submit entry: curates the batch of one raw manifest and closes the attempt with a curated manifest."""

from __future__ import annotations

import argparse
import json
import logging
import re
import sys
import time
from typing import TYPE_CHECKING

import boto3
from py4j.protocol import Py4JJavaError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from emr_jobs.batch import closing_manifest, curate_batch
from emr_jobs.lake import create_curated_manifest, manifest_uri
from emr_jobs.session import spark_session
from emr_jobs.sink import add_sink_arguments, load_passed, sink_settings
from gem.contracts.errors import GemError, TerminalError
from gem.contracts.keys import Attempt
from gem.contracts.manifest import CuratedManifest, RawManifest, Verdict
from gem.lake import curated_manifest, raw_manifest

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LOG = logging.getLogger("gem.curate")

# Spark's names for data that no retry can make fit; anything else that Spark raises may be the cluster's or S3's.
_DATA_ERROR = re.compile(
    r"\[(NUMERIC_VALUE_OUT_OF_RANGE|ARITHMETIC_OVERFLOW|CAST_OVERFLOW|CAST_INVALID_INPUT|DIVIDE_BY_ZERO)[^\n]*"
)


def main(argv: list[str]) -> int:
    """0 when the attempt is closed as passed or quarantined, 1 when it or its load failed; the last line is JSON.

    A TerminalError closes the attempt with verdict `failed`. Any other error leaves it open, so that the step may be
    run again. An attempt that is closed already is not run again: its verdict stands.
    """
    arguments = _arguments(argv)
    logging.basicConfig(stream=sys.stderr, format="%(asctime)s %(name)s %(message)s")
    LOG.setLevel(logging.INFO)
    started = time.monotonic()
    # Before anything else: YARN takes an application that ends without a Spark context for a failed one.
    spark = spark_session()
    s3 = boto3.client("s3")
    try:
        warehouse = sink_settings(arguments)
        closed = _closed_attempt(spark, s3, arguments.manifest, arguments.attempt)
        loaded = load_passed(warehouse, s3, closed)
    except GemError as error:
        LOG.error("%s: %s", type(error).__name__, error)  # noqa: TRY400 - the message says it all, a traceback nothing more
        return 1
    summary = {**_summary(closed, time.monotonic() - started), "load": loaded.outcome if loaded else None}
    print(json.dumps(summary))  # noqa: T201 - the step's one line of output
    error_text = closed.error or (loaded.error if loaded else "")
    if error_text:
        LOG.error("%s: %s", loaded.outcome if loaded else closed.verdict, error_text)
    return 1 if closed.verdict is Verdict.FAILED or (loaded and loaded.error) else 0


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="curate.py", description=__doc__)
    parser.add_argument("--manifest", required=True, help="s3:// URI of the raw manifest")
    parser.add_argument("--attempt", required=True, type=int, choices=range(1, 10_000), metavar="N")
    add_sink_arguments(parser)
    return parser.parse_args(argv)


def _closed_attempt(spark: SparkSession, s3: S3Client, manifest_text: str, attempt: int) -> CuratedManifest:
    uri, raw_key = manifest_uri(manifest_text)
    closed = curated_manifest(s3, uri.bucket, Attempt(raw_key.batch_id, attempt))
    if closed is not None:
        LOG.info("%s: attempt %d is closed already", raw_key.batch_id, attempt)
        return closed
    manifest = raw_manifest(s3, uri.bucket, raw_key)
    return create_curated_manifest(s3, uri.bucket, _outcome(spark, s3, manifest, attempt))


def _outcome(spark: SparkSession, s3: S3Client, manifest: RawManifest, attempt: int) -> CuratedManifest:
    try:
        return curate_batch(spark, s3, manifest, attempt)
    except TerminalError as error:
        return closing_manifest(manifest, attempt, error=f"{type(error).__name__}: {error}")
    except (PySparkException, Py4JJavaError) as error:
        cause = _DATA_ERROR.search(str(error))
        if cause is None:
            raise
        return closing_manifest(manifest, attempt, error=f"{manifest.batch_id}: {cause[0]}")


def _summary(closed: CuratedManifest, seconds: float) -> dict[str, object]:
    return {
        "batch_id": closed.batch_id,
        "attempt": closed.attempt,
        "verdict": closed.verdict,
        "rows": {table.name: table.rows for table in closed.tables},
        "rejected": sum(reject.rows for reject in closed.rejects),
        "manifest": closed.attempt_key.curated_manifest_key,
        "seconds": round(seconds, 1),
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
