"""`gem export`: the BI views as files, by UNLOAD, for people who have no Redshift."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from botocore.exceptions import ClientError

from gem.aws import aws_errors, error_code
from gem.contracts.errors import TerminalError
from gem.contracts.keys import S3Uri
from gem.warehouse.connection import Connection, execute
from gem.warehouse.dictionary import data_dictionary
from gem.warehouse.export_scripts import PARTITION, exported_views
from gem.warehouse.scripts import scripts

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

Format = Literal["parquet", "csv"]
SUMMARY = "_export.json"
DICTIONARY = "data_dictionary.csv"


@dataclass(frozen=True)
class ExportedTable:
    """One view's files, relative to the export's folder."""

    view: str
    rows: int
    size_bytes: int
    files: tuple[str, ...]


@dataclass(frozen=True)
class Export:
    """A whole export. `loaded` is by source the newest batch in it: all tables are of one transaction."""

    folder: str
    format: Format
    created_at: datetime
    loaded: dict[str, str]
    tables: tuple[ExportedTable, ...]


@dataclass(frozen=True)
class Destination:
    """Where an export goes: a folder on S3, the role that UNLOAD assumes to write there, and the form of the files."""

    s3: "S3Client"
    folder: S3Uri
    role_arn: str
    format: Format

    @property
    def root(self) -> S3Uri:
        """The folder with its slash."""
        return S3Uri(self.folder.bucket, self.folder.key.rstrip("/") + "/")

    def put(self, name: str, text: str) -> None:
        """Write a small file beside the tables."""
        with aws_errors(f"{self.root}{name}: writing"):
            self.s3.put_object(
                Bucket=self.root.bucket, Key=self.root.key + name, Body=text.encode(), ServerSideEncryption="AES256"
            )


def export_to_s3(
    connection: Connection, destination: Destination, progress: Callable[[ExportedTable], None] = lambda _: None
) -> Export:
    """Write every BI view under the folder: facts by financial year, with Redshift's manifest, encrypted.

    All in one transaction, so that the files agree with one another; files of an earlier export in the same places are
    removed first. The data dictionary comes beside them, and last of all `_export.json`: a folder without it is no
    export. Restricted columns are left out. The caller ends the transaction.
    """
    root = destination.root
    with aws_errors(f"{root}: removing the last export's summary"):
        destination.s3.delete_object(Bucket=root.bucket, Key=root.key + SUMMARY)
    loaded = execute(connection, "select source_id, max(batch_id) from ops.load_log group by source_id order by 1")
    tables = []
    for view in exported_views():
        tables.append(_unload(connection, destination, view))
        progress(tables[-1])
    done = Export(str(root), destination.format, datetime.now(UTC), dict(loaded), tuple(tables))
    destination.put(DICTIONARY, data_dictionary())
    destination.put(SUMMARY, json.dumps(asdict(done), indent=2, default=str))
    return done


def _unload(connection: Connection, destination: Destination, view: str) -> ExportedTable:
    root = destination.root
    target = S3Uri(root.bucket, f"{root.key}{view}/")
    execute(connection, unload_statement(view, target, destination.role_arn, destination.format))
    rows = int(execute(connection, "select pg_last_unload_count()")[0][0])
    entries = _manifest_entries(destination.s3, S3Uri(target.bucket, f"{target.key}manifest"))
    names = sorted(entry["url"].removeprefix(str(root)) for entry in entries)
    return ExportedTable(view, rows, sum(int(e["meta"]["content_length"]) for e in entries), tuple(names))


def unload_statement(view: str, target: S3Uri, role_arn: str, format_: Format) -> str:
    """UNLOAD of one view. CSV is one file per year with the year in it; Parquet has the year in the folder's name.

    UNLOAD takes no parameters: TerminalError for a quote or backslash in the target or the role.
    """
    (script,) = (script for script in scripts("unload") if script.name == f"unload/{view}.sql")
    (query,) = script.statements
    for text in (str(target), role_arn, query):
        if "'" in text or "\\" in text:
            raise TerminalError(f"{text!r} cannot stand in an UNLOAD: it holds a quote or a backslash")
    include = " include" if format_ == "csv" else ""
    partition = f"partition by ({PARTITION}){include}\n" if exported_views()[view] else ""
    shape = "format as csv\nheader\nparallel off\nextension 'csv'" if format_ == "csv" else "format as parquet"
    return (
        f"unload ('{query}')\nto '{target}'\niam_role '{role_arn}'\n{shape}\n{partition}"
        "manifest verbose\ncleanpath\nencrypted auto"
    )


def _manifest_entries(s3: "S3Client", uri: S3Uri) -> list[dict[str, Any]]:
    """What UNLOAD's manifest names; nothing where an empty table left none."""
    with aws_errors(f"{uri}: reading"):
        try:
            body = s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
        except ClientError as error:
            if error_code(error) == "NoSuchKey":
                return []
            raise
    entries: list[dict[str, Any]] = json.loads(body)["entries"]
    return entries


def check_directory(directory: Path) -> None:
    """Raises TerminalError for a directory that files of an export would mix in."""
    if directory.exists() and (not directory.is_dir() or any(directory.iterdir())):
        raise TerminalError(f"{directory} is not an empty directory: name one that is empty or not there")


def download(s3: "S3Client", export: Export, directory: Path) -> None:
    """Bring an export's files to a directory, the summary last. Raises TerminalError where a file came short."""
    root = S3Uri.parse(export.folder)
    for table in export.tables:
        for name in table.files:
            _fetch(s3, root, name, directory)
        found = sum((directory / name).stat().st_size for name in table.files)
        if found != table.size_bytes:
            raise TerminalError(f"{table.view}: {found} bytes came, UNLOAD wrote {table.size_bytes}: export again")
    for name in (DICTIONARY, SUMMARY):
        _fetch(s3, root, name, directory)


def _fetch(s3: "S3Client", root: S3Uri, name: str, directory: Path) -> None:
    path = directory / name
    if not path.resolve().is_relative_to(directory.resolve()):
        raise TerminalError(f"{name!r} would lie outside {directory}")
    path.parent.mkdir(parents=True, exist_ok=True)
    with aws_errors(f"{root}{name}: downloading"):
        s3.download_file(root.bucket, root.key + name, str(path))


def remove(s3: "S3Client", export: Export) -> None:
    """Take an export's files off S3 again, the summary first."""
    root = S3Uri.parse(export.folder)
    files = [name for table in export.tables for name in (*table.files, f"{table.view}/manifest")]
    for name in (SUMMARY, DICTIONARY, *files):
        with aws_errors(f"{root}{name}: removing"):
            s3.delete_object(Bucket=root.bucket, Key=root.key + name)
