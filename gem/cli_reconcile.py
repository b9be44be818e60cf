"""`gem reconcile`: holds the source against the warehouse, prints differences to the row, and what repairs them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Annotated, Any

import typer

from gem.cli_batches import client
from gem.contracts.errors import TerminalError
from gem.quick import quickly
from gem.reconcile import Comparison, comparisons
from gem.repair import Finding, find, repairs
from gem.settings import ExtractorSettings, WarehouseSettings, from_environment
from gem.sides import source_side, warehouse_side

EXIT_DIFFERENT = 1

app = typer.Typer()


@app.command()
def reconcile(
    table: Annotated[str | None, typer.Option(help="Only this warehouse table, such as fact_order_line.")] = None,
    limit: Annotated[int, typer.Option(help="Differing rows of a table to print, at most.", min=1)] = 100,
    quick: Annotated[
        bool, typer.Option("--quick", help="Hold the source against the digests that loads keep of facts.")
    ] = False,
    since_hours: Annotated[
        int | None,
        typer.Option("--since-hours", help="With --quick: only buckets of roots that changed since then.", min=1),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")
    ] = False,
) -> None:
    """Compare source and warehouse: rows, money and row hashes by bucket, then row by row what differs; exit 1 then.

    Looks at facts by key and at the current rows of dimensions, in the columns that are plain copies, and ends with the
    commands that read again what differs. A dimension keeps members that are gone at the source. What changed at the
    source since the last loaded batch differs, of course.

    With --quick facts are read in the warehouse only where the source differs from the digests that loads have kept:
    drift at the source, and batches that did not arrive. That the digests are those of the rows is for `gem warehouse
    check` to prove.

    Reads GEM_SOURCE_ID, GEM_SOURCE_DSN or GEM_SOURCE_SECRET_ID, GEM_WAREHOUSE_SECRET_ID, GEM_LAKE_BUCKET and
    GEM_COPY_ROLE_ARN.
    """
    if since_hours is not None and not quick:
        raise TerminalError("--since-hours goes with --quick: rows of facts are compared all or by their digests")
    source_settings = from_environment(ExtractorSettings, WarehouseSettings)
    warehouse_settings = from_environment(WarehouseSettings)
    chosen = _chosen(comparisons(source_settings.source_id), table)
    secrets = client("secretsmanager")
    with source_side(source_settings, secrets) as source, warehouse_side(warehouse_settings, secrets) as warehouse:
        if quick:
            chosen = [quickly(comparison, source, source_settings.source_id, since_hours) for comparison in chosen]
        findings = [find(comparison, source, warehouse, limit) for comparison in chosen]
    commands = repairs(findings)
    if as_json:
        typer.echo(json.dumps([_as_json(finding, commands) for finding in findings], ensure_ascii=False))
    else:
        _print(findings, commands, limit)
    if commands or any(finding.report.wrong_digests for finding in findings):
        raise typer.Exit(EXIT_DIFFERENT)


def _chosen(known: dict[str, Comparison], table: str | None) -> list[Comparison]:
    if table is None:
        return list(known.values())
    if table not in known:
        raise TerminalError(f"table {table!r} is not compared: name one of {', '.join(known)}")
    return [known[table]]


def _as_json(finding: Finding, commands: Mapping[str, str]) -> dict[str, Any]:
    report = finding.report
    sums = {name: {"source": str(left), "warehouse": str(right)} for name, (left, right) in report.sums.items()}
    repair = None if finding.agrees else commands[finding.comparison.aggregate.name]
    return asdict(report) | {"sums": sums, "differences": [asdict(one) for one in finding.shown], "repair": repair}


def _print(findings: Sequence[Finding], commands: Mapping[str, str], limit: int) -> None:
    for finding in findings:
        _print_finding(finding, limit)
    if commands:
        typer.echo("\nWhat reads it again from the source (then reconcile once more):")
        typer.echo("\n".join(f"  {command}" for command in commands.values()))


def _print_finding(finding: Finding, limit: int) -> None:
    report = finding.report
    verdict = "agree" if finding.agrees else f"{len(report.differing_buckets)} buckets differ"
    kept = f" ({report.kept_rows} of them gone at the source, and kept)" if report.kept_rows else ""
    rows = f"{report.source_rows} rows at the source, {report.warehouse_rows} loaded{kept}"
    typer.echo(f"{report.table}: {rows}: {verdict}")
    if report.wrong_digests:
        typer.echo(f"  {len(report.wrong_digests)} kept digests are not those of their rows: gem warehouse check")
    for name, (left, right) in report.sums.items():
        if left != right:
            typer.echo(f"  sum of {name}: {left} at the source, {right} loaded")
    for one in finding.shown:
        key = ", ".join(f"{name} {value}" for name, value in one.key.items())
        typer.echo(f"  {key}: {one.fault}")
        for name, (left_text, right_text) in one.columns.items():
            typer.echo(f"    {name}: {left_text!r} at the source, {right_text!r} loaded")
    if len(finding.shown) == limit:
        typer.echo(f"  there may be more: only {limit} are printed (--limit)")
