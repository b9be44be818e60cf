"""Where a step's curated rows go: they stay on S3 for the Lambda to load, or the step's driver loads them itself."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import boto3

from gem.contracts.errors import PublishHeldError, TerminalError
from gem.contracts.keys import S3Uri
from gem.contracts.manifest import CuratedManifest, Verdict
from gem.settings import Sink, WarehouseSettings

if TYPE_CHECKING:
    import argparse

    from mypy_boto3_s3 import S3Client

    from gem.warehouse.load import LoadReport

LOG = logging.getLogger("gem.sink")


def add_sink_arguments(parser: argparse.ArgumentParser) -> None:
    """The options that gem.cluster.step_arguments gives a step; a step has no environment of its own."""
    parser.add_argument(
        "--sink",
        default=Sink.S3,
        type=Sink,
        choices=list(Sink),
        help="s3: the step's event has a Lambda load the batch; redshift: this driver loads it",
    )
    parser.add_argument("--warehouse-secret-id", help="with --sink redshift: the secret with host, port and log-in")
    parser.add_argument("--copy-role-arn", help="with --sink redshift: the role that COPY assumes")
    parser.add_argument("--warehouse-plaintext", action="store_true", help="no TLS: only for a stand-in on loopback")


def sink_settings(arguments: argparse.Namespace) -> WarehouseSettings | None:
    """How this driver reaches the warehouse; None where the rows stay on S3. TerminalError for a missing option."""
    if arguments.sink is Sink.S3:
        return None
    if not (arguments.warehouse_secret_id and arguments.copy_role_arn):
        raise TerminalError("--sink redshift needs --warehouse-secret-id and --copy-role-arn")
    return WarehouseSettings(
        lake_bucket=S3Uri.parse(arguments.manifest).bucket,
        warehouse_secret_id=arguments.warehouse_secret_id,
        copy_role_arn=arguments.copy_role_arn,
        warehouse_ssl=not arguments.warehouse_plaintext,
    )


def load_passed(settings: WarehouseSettings | None, s3: S3Client, closed: CuratedManifest) -> LoadReport | None:
    """Loads an attempt that passed, as the Lambda would and with the same code; None where nothing is to be loaded now.

    The ledger is not touched: the step's event moves the batch on, and its load finds the attempt in the load log. So
    both may run, in any order. Raises TransientError and TerminalError as gem.warehouse does.
    """
    if settings is None or closed.verdict is not Verdict.PASSED:
        return None
    # The driver of the warehouse is imported only by those who use it: a tenth of the step's start otherwise.
    from gem.warehouse.connection import connect  # noqa: PLC0415
    from gem.warehouse.load import load_curated  # noqa: PLC0415

    secrets = boto3.client("secretsmanager")
    try:
        [report] = load_curated(lambda: connect(settings, secrets), s3, settings, [closed])
    except PublishHeldError as error:
        LOG.info("not loaded here: %s", error)
        return None
    return report
