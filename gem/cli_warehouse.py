"""The commands on the warehouse itself: gem warehouse migrate and its neighbours."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Annotated, Any

import typer

from gem.cli_batches import client
from gem.contracts.mart_spec import IST_MINUTES

if TYPE_CHECKING:
    from gem.operations.marks import SourceMark
    from gem.settings import WarehouseSettings
    from gem.warehouse.connection import Connection

EXIT_DIFFERENT = 1
IST = timezone(timedelta(minutes=IST_MINUTES), "IST")

# boto3 and the driver take a second that --help need not wait for, so commands import what they need.

app = typer.Typer(help="The warehouse's schema, its checks and who may read it.", no_args_is_help=True)

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]


@app.command()
def migrate(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; print the SQL that would run.")] = False,
    as_json: Json = False,
) -> None:
    """Apply the migrations that the warehouse has not seen yet, in order, and make changed views again.

    One transaction: a migration that breaks leaves nothing of any. Safe from several places at once. An applied
    migration that was edited is refused. Reads GEM_WAREHOUSE_SECRET_ID, GEM_LAKE_BUCKET and GEM_COPY_ROLE_ARN, and AWS
    credentials as boto3 does; logs in as the owner of the schemas where GEM_WAREHOUSE_ADMIN_SECRET_ID is set.
    """
    from gem.warehouse import migrate as migrations  # noqa: PLC0415

    with open_warehouse(as_admin=True) as connection:
        if dry_run:
            _print_pending(migrations.pending(connection), as_json)
            return
        applied = migrations.migrate(connection, _open_alone)
    if as_json:
        _print_json({"applied": applied})
    else:
        typer.echo("\n".join(f"applied {name}" for name in applied) or "The warehouse is up to date.")
        if any(name.startswith("views/") for name in applied):
            typer.echo("Views were made: `gem warehouse secure` gives their readers the rights.")


def _print_pending(scripts: list[Any], as_json: bool) -> None:
    if as_json:
        _print_json({"pending": [{"name": s.name, "statements": list(s.statements)} for s in scripts]})
        return
    for script in scripts:
        typer.echo(f"-- would apply {script.name}")
        typer.echo("\n\n".join(f"{statement};" for statement in script.statements) + "\n")
    typer.echo(f"-- {len(scripts)} scripts would be applied" if scripts else "-- The warehouse is up to date.")


@app.command()
def diff(
    sql: Annotated[
        bool, typer.Option("--sql", help="Print a migration of what can be added, and nothing else.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Compare the warehouse with the declarations: tables, columns, keys, encodings, views; exit 1 where they differ.

    Each difference comes with advice. What can be added without a rebuild is a statement: --sql prints them all, to be
    saved as the next sql/migrations/NNNN_<what>.sql. Reads what gem warehouse migrate reads.
    """
    from gem.warehouse.diff import diff as compare  # noqa: PLC0415

    with open_warehouse() as connection:
        report = compare(connection)
    if sql:
        typer.echo(report.additive_migration, nl=False)
    elif as_json:
        _print_json(asdict(report))
    else:
        for one in report.differences:
            where = f"{one.table}.{one.column}" if one.column else one.table
            typer.echo(f"{where}: {one.kind}: declared {one.declared}, found {one.actual}\n    {one.advice}")
        typer.echo("\n".join(f"not compared: {note}" for note in report.not_compared), nl=bool(report.not_compared))
        typer.echo(f"{len(report.differences)} differences." if report.differences else "The warehouse is as declared.")
    if report.differences:
        raise typer.Exit(EXIT_DIFFERENT)


@app.command()
def check(
    table: Annotated[str | None, typer.Option(help="Only the checks of this file of sql/checks.")] = None,
    examples: Annotated[int, typer.Option(help="Faults of a check to name, at most.", min=1)] = 5,
    max_lag: Annotated[
        int | None, typer.Option(help="Hours that the newest loaded snapshot may be old; not judged without.", min=1)
    ] = None,
    as_json: Json = False,
) -> None:
    """Check what must hold in the whole warehouse and name the rows for which it does not; exit 1 then.

    Unique keys, orphans, keys of their event time, contiguous versions, rows against root versions and the load log.
    The SQL is in sql/checks. Reads what gem warehouse migrate reads; changes nothing.
    """
    from gem.warehouse.checks import run_checks  # noqa: PLC0415

    with open_warehouse() as connection:
        results = run_checks(connection, table=table, examples=examples, max_lag_hours=max_lag)
    failed = [result for result in results if result.faults]
    if as_json:
        _print_json([asdict(result) for result in results])
    else:
        for result in failed:
            typer.echo(f"{result.check}: {result.faults} faults. {result.meaning}")
            typer.echo("\n".join(f"    {example}" for example in result.examples))
        typer.echo(f"{len(results) - len(failed)} of {len(results)} checks hold.")
    if failed:
        raise typer.Exit(EXIT_DIFFERENT)


@app.command()
def redigest(as_json: Json = False) -> None:
    """Count the digests of all facts anew from their rows; waits for the load that runs, and others wait for it.

    For digests that gem warehouse check has found wrong, once gem reconcile has said why: rows that somebody changed
    leave no other trace. Reads what gem warehouse migrate reads.
    """
    from gem.warehouse.redigest import count_digests_anew  # noqa: PLC0415

    with open_warehouse() as connection:
        counted = count_digests_anew(connection)
    if as_json:
        _print_json({"counted": counted})
    else:
        typer.echo("\n".join(f"counted {name}" for name in counted))


@app.command()
def secure(
    portable: Annotated[
        bool,
        typer.Option("--portable", help="Leave out row-level security and system permissions, for a stand-in."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Give every role its rights, and take away what it should not have: sql/security. As often as you like.

    Roles are gem_loader, gem_analyst, gem_bi, gem_ministry (rows of the ministries in ops.ministry_reader) and
    gem_auditor. Run it after gem warehouse migrate made views again. Needs a superuser, or sys:secadmin and sys:dba: by
    GEM_WAREHOUSE_ADMIN_SECRET_ID, where that is set; then the user of GEM_WAREHOUSE_SECRET_ID is made too, with the
    password that stands there, and holds gem_loader.
    """
    from gem.warehouse.login import make_loader  # noqa: PLC0415
    from gem.warehouse.security import secure as apply  # noqa: PLC0415

    settings = _settings()
    with open_warehouse(as_admin=True) as connection:
        applied = apply(connection, portable=portable)
        if settings.warehouse_admin_secret_id:
            applied.append(make_loader(connection, *_loader_login(settings)))
    if as_json:
        _print_json({"applied": applied})
    else:
        typer.echo("\n".join(f"applied {name}" for name in applied))


@app.command()
def job(
    name: Annotated[str | None, typer.Argument(help="Table that the job fills; every job's without.")] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DAY", help="Last day of India that counts, 2026-03-31; yesterday without.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make the tables that the warehouse makes of its own others: catalogue by month, targets by year. Idempotent.

    Each in one transaction under the load mutex. Only rows that differ are written. The SQL is in sql/jobs. Reads what
    gem warehouse migrate reads.
    """
    from gem.warehouse.jobs import JOBS, job_named, run_job  # noqa: PLC0415

    day = _day(as_of)
    tables = [job_named(name)] if name else list(JOBS.values())
    with open_warehouse() as connection:
        done = [run_job(connection, table, day) for table in tables]
    if as_json:
        _print_json([asdict(report) for report in done])
        return
    for report in done:
        changed = f"{report.removed:,} removed, {report.inserted:,} written"
        typer.echo(f"{report.job} up to {report.as_of}: {report.rows:,} rows, {changed}")


def _day(text: str | None) -> date:
    """The day that the text names; without one the last day that is over in India."""
    try:
        return date.fromisoformat(text) if text else datetime.now(IST).date() - timedelta(days=1)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no day: write 2026-03-31") from None


@app.command()
def advise(as_json: Json = False) -> None:
    """Say what each table's distribution, order and statistics ask for now: svv_table_info, read by its rules.

    Changes nothing. Needs a superuser or sys:monitor. docs/warehouse-design.md says why the tables are as they are.
    """
    from gem.warehouse.advise import advise as look  # noqa: PLC0415

    with open_warehouse(as_admin=True) as connection:
        found = look(connection)
    if as_json:
        _print_json([asdict(advice) for advice in found])
    else:
        typer.echo("\n".join(f"{one.table}: {one.finding}: {one.action}" for one in found) or "Every table is well.")


@app.command()
def prune(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Change nothing; print how far the marks may go.")] = False,
    give_up: Annotated[
        list[str] | None, typer.Option(help="A batch that holds a mark and shall never be loaded; several times.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Move the low-water mark of every source up, and forget what loads need not remember of what is below it.

    To be run once a day. A mark goes up to a batch that was loaded more than GEM_REPLAY_DAYS (30) ago, past numbers
    that no batch has, but past none that is on its way, FAILED or QUARANTINED. At or below a mark nothing is loaded any
    more: a replay is refused, and gem backfill reads its roots again. Reads what gem status and gem warehouse migrate
    read.
    """
    from gem.cli_batches import open_ledger  # noqa: PLC0415
    from gem.operations.marks import source_marks  # noqa: PLC0415
    from gem.settings import PruneSettings, WarehouseSettings, from_environment  # noqa: PLC0415
    from gem.warehouse import prune as pruning  # noqa: PLC0415
    from gem.warehouse.mark import progress  # noqa: PLC0415

    settings = from_environment(PruneSettings, WarehouseSettings)
    with open_warehouse() as connection:
        loaded = progress(connection, settings.replay_days)
        connection.rollback()
        found = source_marks(loaded, open_ledger(), client("s3"), settings.lake_bucket, give_up or [])
        if not dry_run:
            pruning.prune(connection, {one.source_id: one.reaches for one in found})
        rows = pruning.remembered(connection)
    if as_json:
        _print_json({"marks": [one.model_dump(mode="json") for one in found], "rows": rows})
    else:
        _print_marks(found, rows, "may go to" if dry_run else "now")


def _print_marks(found: "Sequence[SourceMark]", rows: dict[str, int], goes: str) -> None:
    for one in found:
        held_by = f"; held by {one.held_by}" if one.held_by else ""
        typer.echo(f"{one.source_id}: mark {one.mark}, {goes} {one.reaches}{held_by}")
    typer.echo("\n".join(f"ops.{name} remembers {count} rows" for name, count in rows.items()))


@contextmanager
def open_warehouse(*, as_admin: bool = False) -> Iterator["Connection"]:
    """The warehouse by the settings of the environment; what was not committed is rolled back."""
    from gem.warehouse.connection import abandon  # noqa: PLC0415

    connection = _open(_settings(), as_admin=as_admin)
    try:
        yield connection
    finally:
        abandon(connection)


def _open_alone() -> "Connection":
    """A second session of the owner, in autocommit."""
    from gem.warehouse.connection import in_autocommit  # noqa: PLC0415

    return in_autocommit(_open(_settings(), as_admin=True))


def _open(settings: "WarehouseSettings", *, as_admin: bool) -> "Connection":
    from gem.warehouse.connection import connect  # noqa: PLC0415

    return connect(settings, client("secretsmanager"), as_admin=as_admin)


def _loader_login(settings: "WarehouseSettings") -> tuple[str, str]:
    from gem.warehouse.connection import loader_login  # noqa: PLC0415

    return loader_login(settings, client("secretsmanager"))


def _settings() -> "WarehouseSettings":
    from gem.settings import WarehouseSettings, from_environment  # noqa: PLC0415

    return from_environment(WarehouseSettings)


def _print_json(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False, default=str))
