"""`gem reconcile`: holds the source against the warehouse and prints differences to the row."""

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from typing import Annotated, Any

import typer

from gem.contracts.errors import TerminalError, TransientError
from gem.reconcile import Ask, Comparison, Difference, TableReport, compare, comparisons, differences
from gem.settings import ExtractorSettings, WarehouseSettings, from_environment

EXIT_DIFFERENT = 1
CONNECT_SECONDS = 15

app = typer.Typer()


@app.command()
def reconcile(
    table: Annotated[str | None, typer.Option(help="Only this warehouse table, such as fact_order_line.")] = None,
    limit: Annotated[int, typer.Option(help="Differing rows of a table to print, at most.", min=1)] = 100,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Compare source and warehouse: rows, money and row hashes by bucket, then row by row what differs; exit 1 then.

    Looks at facts by key and at the current rows of dimensions, in the columns that are plain copies. What changed at
    the source since the last loaded batch differs, of course. Reads GEM_SOURCE_ID, GEM_SOURCE_DSN or
    GEM_SOURCE_SECRET_ID, GEM_WAREHOUSE_SECRET_ID, GEM_LAKE_BUCKET and GEM_COPY_ROLE_ARN.
    """
    source_settings, warehouse_settings = from_environment(ExtractorSettings), from_environment(WarehouseSettings)
    chosen = _chosen(comparisons(source_settings.source_id), table)
    with _source(source_settings) as source, _warehouse(warehouse_settings) as warehouse:
        results = [_result(comparison, source, warehouse, limit) for comparison in chosen]
    if as_json:
        typer.echo(json.dumps([_as_json(*result) for result in results], ensure_ascii=False))
    else:
        for result in results:
            _print(*result, limit)
    if any(report.differing_buckets for report, _ in results):
        raise typer.Exit(EXIT_DIFFERENT)


def _chosen(known: dict[str, Comparison], table: str | None) -> list[Comparison]:
    if table is None:
        return list(known.values())
    if table not in known:
        raise TerminalError(f"table {table!r} is not compared: name one of {', '.join(known)}")
    return [known[table]]


def _result(comparison: Comparison, source: Ask, warehouse: Ask, limit: int) -> tuple[TableReport, list[Difference]]:
    report = compare(comparison, source, warehouse)
    found = differences(comparison, source, warehouse, report.differing_buckets)
    return report, list(itertools.islice(found, limit))


def _as_json(report: TableReport, found: list[Difference]) -> dict[str, Any]:
    sums = {name: {"source": str(left), "warehouse": str(right)} for name, (left, right) in report.sums.items()}
    return asdict(report) | {"sums": sums, "differences": [asdict(one) for one in found]}


def _print(report: TableReport, found: list[Difference], limit: int) -> None:
    verdict = f"{len(report.differing_buckets)} buckets differ" if report.differing_buckets else "agree"
    typer.echo(f"{report.table}: {report.source_rows} rows at the source, {report.warehouse_rows} loaded: {verdict}")
    for name, (left, right) in report.sums.items():
        if left != right:
            typer.echo(f"  sum of {name}: {left} at the source, {right} loaded")
    for one in found:
        key = ", ".join(f"{name} {value}" for name, value in one.key.items())
        typer.echo(f"  {key}: {one.fault}")
        for name, (left_text, right_text) in one.columns.items():
            typer.echo(f"    {name}: {left_text!r} at the source, {right_text!r} loaded")
    if len(found) == limit:
        typer.echo(f"  there may be more: only {limit} are printed (--limit)")


@contextmanager
def _source(settings: ExtractorSettings) -> Iterator[Ask]:
    """The source in one read-only snapshot, so that buckets and rows speak of the same moment."""
    import psycopg2  # noqa: PLC0415  (a runtime without a source has no driver for it)

    try:
        connection = psycopg2.connect(
            **_source_parameters(settings), application_name="gem-reconcile", connect_timeout=CONNECT_SECONDS
        )
    except psycopg2.OperationalError as error:
        raise TransientError(f"source {settings.source_id!r} cannot be reached: {str(error).strip()}") from None
    try:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        cursor = connection.cursor()
        cursor.execute("set time zone 'UTC'")

        def ask(query: str) -> list[tuple[Any, ...]]:
            try:
                cursor.execute(query)
                return [tuple(row) for row in cursor.fetchall()]
            except psycopg2.Error as error:
                raise TerminalError(f"source {settings.source_id!r}: {str(error).strip()}") from error

        yield ask
    finally:
        connection.close()


def _source_parameters(settings: ExtractorSettings) -> dict[str, Any]:
    if settings.source_dsn is not None:
        return {"dsn": settings.source_dsn.unicode_string()}
    if settings.source_secret_id is None:
        raise TerminalError("the source is not named: set GEM_SOURCE_DSN, or GEM_SOURCE_SECRET_ID to a secret's id")
    import boto3  # noqa: PLC0415  (half a second that --help need not wait for)

    secret = json.loads(
        boto3.client("secretsmanager").get_secret_value(SecretId=settings.source_secret_id)["SecretString"]
    )
    names = {"host": "host", "port": "port", "dbname": "dbname", "user": "username", "password": "password"}
    missing = sorted(set(names.values()) - set(secret))
    if missing:
        raise TerminalError(f"secret {settings.source_secret_id!r} lacks {missing}")
    return {name: secret[key] for name, key in names.items()}


@contextmanager
def _warehouse(settings: WarehouseSettings) -> Iterator[Ask]:
    """The warehouse in one transaction, which Redshift reads as of its beginning."""
    import boto3  # noqa: PLC0415

    from gem.warehouse.connection import abandon, connect, execute  # noqa: PLC0415

    connection = connect(settings, boto3.client("secretsmanager"))
    try:
        yield lambda query: execute(connection, query)
    finally:
        abandon(connection)
