"""The commands that make batches, for `gem` and for `python -m extractor_ec2`: extract, backfill, resync, land."""

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gem.contracts.errors import TerminalError
from gem.settings import ExtractorSettings, from_environment

if TYPE_CHECKING:
    from extractor_ec2.extract import Extractor
    from extractor_ec2.lake import Lake
    from extractor_ec2.postgres import Source

# The drivers take half a second that --help need not wait for, so commands import what they need.

commands = typer.Typer()
app = commands if find_spec("psycopg2") and find_spec("pyarrow") else typer.Typer()
"""Without the drivers (on a machine that only looks at the ledger, say) there are no commands."""

MaxRows = Annotated[
    int | None, typer.Option(help="Rows of one batch (GEM_BATCH_ROWS); its last root alone may exceed it.", min=1)
]
AggregateName = Annotated[str, typer.Option("--aggregate", help="A root with its members, such as contract.")]


@commands.command()
def extract(max_rows: MaxRows = None) -> None:
    """Read every aggregate that changed since the last batch and publish it; print a JSON summary on stdout.

    Does nothing when nothing changed. What exceeds the limit of rows is cut by root into several batches, each with a
    snapshot and number of its own; stopped in between, the next run goes on there. Several may run at once.
    """
    with _extracting(max_rows) as extractor:
        summary = extractor.extract()
    _print(summary.as_json())
    _fail_if(summary.failed)


@commands.command()
def backfill(
    *,
    aggregate: AggregateName,
    first: Annotated[int | None, typer.Option("--from", help="The lowest root id, included.")] = None,
    last: Annotated[int | None, typer.Option("--to", help="The highest root id, included.")] = None,
    roots: Annotated[str, typer.Option(help="Root ids, 1,2,3: only these, or within --from and --to these too.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="Every root of the aggregate.")] = False,
    max_rows: MaxRows = None,
    dry_run: Annotated[bool, typer.Option(help="Print the batches that it would make, and make none.")] = False,
    restart: Annotated[bool, typer.Option(help="Begin anew where an earlier run of the same was stopped.")] = False,
) -> None:
    """Read a range of roots again as new batches of kind backfill; no live window moves. Prints a JSON summary.

    A root that is named, or that the change log still knows, and that the source does not hold becomes a tombstone:
    so what gem reconcile calls "not at the source" is repaired by --roots. Stopped, the same command goes on where it
    was. A whole aggregate (--all) settles a sweep that was due; what exists in the warehouse only, gem reconcile finds.
    A reference table travels whole, without a range.
    """
    from extractor_ec2 import backfill as backfilling  # noqa: PLC0415

    wanted = backfilling.wanted(aggregate, first=first, last=last, roots=_ids(roots), everything=everything)
    with _extracting(max_rows) as extractor:
        if dry_run:
            summary = backfilling.dry_run(extractor, wanted)
        else:
            summary = backfilling.backfill(extractor, wanted, restart=restart)
    _print(summary.as_json())


@commands.command()
def resync(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    max_rows: MaxRows = None,
) -> None:
    """Bind the source to the database that answers now, and read every root of it again as batches of kind resync.

    For a database that was restored, failed over, replaced or put back in time. Batch numbers go on. Stopped half-way,
    gem extract goes on with it. Roots that the warehouse has and this database has not are not touched: gem reconcile
    names them ("not at the source"), and gem backfill --roots removes them.
    """
    with _extracting(max_rows) as extractor:
        if not yes:
            typer.confirm(
                f"Read every root of source {extractor.source.source_id!r} again from the database that answers now?",
                abort=True,
                err=True,
            )
        summary = extractor.resync()
    _print(summary.as_json())
    _fail_if(summary.failed)


@commands.command()
def land(
    aggregate: AggregateName,
    files: Annotated[list[Path] | None, typer.Argument(help="Parquet, each named after its table.")] = None,
    roots: Annotated[str, typer.Option(help="Root ids that are gone, 1,2,3: each becomes a tombstone.")] = "",
) -> None:
    """Publish Parquet files as one batch of kind landed; no live window moves, no database is asked.

    The columns are those of the table's declaration, in any order, money as decimal, times in UTC. Every root in the
    files is replaced in the warehouse by what the files hold of it, so bring the files of all its tables. Prints a JSON
    summary. Reads GEM_SOURCE_ID and GEM_LAKE_BUCKET.
    """
    from extractor_ec2.landing import Landing  # noqa: PLC0415

    settings = from_environment(ExtractorSettings)
    with _drivers():
        landing = Landing(_lake(settings), settings.source_id, settings.part_rows, _hash_key(settings))
        batch_id, content = landing.land(files or [], aggregate, _ids(roots))
    rows: dict[str, int] = {}
    for part in content.parts:
        if part.kind == "rows":
            rows[part.table] = rows.get(part.table, 0) + part.rows
    counts = {each.name: {"changed_roots": each.changed_roots} for each in content.aggregates}
    _print({"batch_id": str(batch_id), "batches": [str(batch_id)], "aggregates": counts, "rows": rows})


@contextmanager
def _extracting(max_rows: int | None) -> "Iterator[Extractor]":
    from extractor_ec2.extract import Extractor  # noqa: PLC0415
    from gem.contracts.source.aggregates import AGGREGATES  # noqa: PLC0415

    settings = from_environment(ExtractorSettings)
    with _drivers():
        yield Extractor(
            source=source_of(settings),
            lake=_lake(settings),
            aggregates=AGGREGATES,
            part_rows=settings.part_rows,
            hash_key=_hash_key(settings),
            max_rows=max_rows or settings.batch_rows,
        )


@contextmanager
def _drivers() -> Iterator[None]:
    """Progress goes to stderr, and what AWS refuses on the way to a secret is an error of ours."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

    log_to_stderr()
    try:
        yield
    except (BotoCoreError, ClientError) as error:
        raise TerminalError(str(error)) from error


def log_to_stderr() -> None:
    """One line per event of ours; of the libraries only warnings. Called twice, it changes nothing."""
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    for library in ("boto3", "botocore", "s3transfer", "urllib3"):
        logging.getLogger(library).setLevel(logging.WARNING)


def source_of(settings: ExtractorSettings) -> "Source":
    """The source that the settings name; its secret is read only where no DSN is set."""
    import boto3  # noqa: PLC0415

    from extractor_ec2.postgres import Source  # noqa: PLC0415

    needs_secret = settings.source_dsn is None and settings.source_secret_id is not None
    return Source(settings, boto3.Session().client("secretsmanager") if needs_secret else None)


def _lake(settings: ExtractorSettings) -> "Lake":
    import boto3  # noqa: PLC0415

    from extractor_ec2.lake import Lake  # noqa: PLC0415

    return Lake(boto3.Session().client("s3"), settings.lake_bucket)


def _hash_key(settings: ExtractorSettings) -> bytes | None:
    if settings.hash_key_secret_id is None:
        return None
    import boto3  # noqa: PLC0415

    answer = boto3.Session().client("secretsmanager").get_secret_value(SecretId=settings.hash_key_secret_id)
    return str(answer["SecretString"]).encode()


def _ids(text: str) -> list[int]:
    try:
        return [int(word) for word in text.split(",") if word.strip()]
    except ValueError:
        raise TerminalError(f"--roots {text!r} is no list of root ids such as 1,2,3") from None


def _fail_if(failed: dict[str, str]) -> None:
    if failed:
        raise TerminalError(f"not read: {', '.join(failed)}; the reasons are above")


def _print(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))
