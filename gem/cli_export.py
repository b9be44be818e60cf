"""`gem export`: the BI views as Parquet or CSV files, on S3 or in a directory."""

import json
from dataclasses import asdict
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gem.cli_batches import client
from gem.cli_warehouse import open_warehouse
from gem.contracts.keys import S3Uri
from gem.settings import WarehouseSettings, from_environment

if TYPE_CHECKING:
    from gem.warehouse.export import Export, ExportedTable

app = typer.Typer()


class FileFormat(StrEnum):
    """What the files are."""

    PARQUET = "parquet"
    CSV = "csv"


@app.command()
def export(
    to: Annotated[str, typer.Option(help="s3://bucket/folder, or a directory that is empty or not there.")],
    format_: Annotated[FileFormat, typer.Option("--format", help="What the files are.")] = FileFormat.PARQUET,
    role: Annotated[
        str | None, typer.Option(help="Role that UNLOAD assumes, which may write there; GEM_COPY_ROLE_ARN without.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Write every BI view as files that agree with one another: facts by financial year, with a data dictionary.

    A folder with _export.json is a whole export. Columns by which a proprietor is found at home are left out. To a
    directory it goes by way of exports/ of the lake, from where it is removed again. Reads what gem warehouse migrate
    reads.
    """
    from gem.warehouse import export as exports  # noqa: PLC0415

    settings = from_environment(WarehouseSettings)
    s3 = client("s3")
    directory = None if to.startswith("s3://") else Path(to)
    if directory is not None:
        exports.check_directory(directory)
    folder = S3Uri.parse(to) if directory is None else S3Uri(settings.lake_bucket, _passing_folder())
    destination = exports.Destination(s3, folder, role or settings.copy_role_arn, format_.value)
    with open_warehouse() as connection:
        done = exports.export_to_s3(connection, destination, _ignore if as_json else _show)
    if directory is not None:
        exports.download(s3, done, directory)
        exports.remove(s3, done)
    _print(done, to, as_json)


def _passing_folder() -> str:
    return f"exports/{datetime.now(UTC):%Y%m%dT%H%M%S%fZ}/"


def _ignore(_: "ExportedTable") -> None:
    return


def _show(table: "ExportedTable") -> None:
    typer.echo(f"{table.view:<20} {table.rows:>14,} rows {len(table.files):>5} files {table.size_bytes:>16,} bytes")


def _print(done: "Export", to: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(asdict(done) | {"folder": to}, ensure_ascii=False, default=str))
        return
    rows, files = sum(table.rows for table in done.tables), sum(len(table.files) for table in done.tables)
    loaded = ", ".join(done.loaded.values()) or "no batch"
    typer.echo(f"{rows:,} rows in {files:,} files, as of {loaded}: {to}")
