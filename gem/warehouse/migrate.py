"""Migrations and views of the warehouse: each applied once, in order, whoever else tries at the same time."""

import re
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import takewhile

from gem.contracts.errors import GemError, TerminalError, TransientError
from gem.warehouse.connection import DRIVER_ERRORS, Connection, commit, execute
from gem.warehouse.scripts import Script, read_views, scripts, views

ATTEMPTS = 5
NUMBERED = re.compile(r"migrations/(\d{4})_[a-z0-9_]+\.sql")

OpenAlone = Callable[[], Connection]


def migrate(connection: Connection, open_alone: OpenAlone | None = None) -> list[str]:
    """Bring the warehouse up to date; return the names of what was applied, nothing when it was already.

    Migrations are applied once; a view, whose script begins by dropping it, is made again when its text changed or that
    of a view it reads. All run in one transaction, so that a broken one leaves nothing of any; only a script headed
    `-- transaction: none` is run by itself, on the autocommit session that `open_alone` gives, after what stands before
    it. Safe to call from several places at once.

    Raises TerminalError where an applied migration has since been edited or is unknown here, or a number is missing.
    """
    _bootstrap(connection)
    applied: list[str] = []
    try:
        while names := _apply_next(connection, open_alone):
            applied += names
    except GemError:
        with suppress(*DRIVER_ERRORS):
            connection.rollback()
        raise
    return applied


def pending(connection: Connection) -> list[Script]:
    """What `migrate` would run, in order; changes nothing. Raises what `migrate` would refuse."""
    known = "select count(*) from pg_tables where schemaname = 'ops' and tablename = 'migration'"
    is_new = execute(connection, known)[0][0] == 0
    return _pending({} if is_new else _applied(connection))


def _apply_next(connection: Connection, open_alone: OpenAlone | None) -> list[str]:
    """Apply all that can share a transaction, or the one script that cannot; the names, none when nothing is left."""
    execute(connection, "lock table ops.migration")
    waiting = _pending(_applied(connection))
    together = list(takewhile(lambda script: script.in_transaction, waiting))
    _run_together(connection, together)
    if waiting and not together:
        together = waiting[:1]
        _run_alone(together[0], open_alone)
    _record(connection, together)
    commit(connection)
    return [script.name for script in together]


def _run_together(connection: Connection, together: list[Script]) -> None:
    """Migrations, then the views that are to be made again: dropped first, those that read others before these."""
    remade = [script for script in together if script.name.startswith("views/")]
    for script in together[: len(together) - len(remade)]:
        _run(connection, script, script.statements)
    for view in reversed(remade):
        _run(connection, view, view.statements[:1])
    for view in remade:
        _run(connection, view, view.statements[1:])


def _applied(connection: Connection) -> dict[str, str]:
    return dict(execute(connection, "select name, checksum from ops.migration"))


def _pending(applied: dict[str, str]) -> list[Script]:
    migrations = scripts("migrations")
    _refuse_gaps(migrations)
    _refuse_unknown(applied, {script.name for script in migrations})
    fresh = [script for script in migrations if _is_new(script, applied)]
    return fresh + _outdated_views(applied)


def _outdated_views(applied: dict[str, str]) -> list[Script]:
    """The views whose text changed, and with them those that read one of these: Redshift drops no view that is read."""
    outdated: dict[str, Script] = {}
    for script in views():
        if applied.get(script.name) != script.checksum or read_views(script) & set(outdated):
            outdated[script.name] = script
    return list(outdated.values())


def _refuse_gaps(migrations: list[Script]) -> None:
    for number, script in enumerate(migrations, start=1):
        match = NUMBERED.fullmatch(script.name)
        if match is None or int(match[1]) != number:
            raise TerminalError(
                f"sql/{script.name} is not number {number:04d}: migrations are numbered 0001_<what>.sql, 0002_… "
                "without gap or double; rename it to the next free number"
            )


def _refuse_unknown(applied: dict[str, str], known: set[str]) -> None:
    unknown = sorted(name for name in applied if name.startswith("migrations/") and name not in known)
    if unknown:
        raise TerminalError(
            f"the warehouse holds {', '.join(unknown)}, which this release does not know: deploy the release that "
            "wrote it, or a later one"
        )


def _is_new(script: Script, applied: dict[str, str]) -> bool:
    known = applied.get(script.name)
    if known is not None and known != script.checksum:
        raise TerminalError(
            f"sql/{script.name} was edited after it was applied (checksum {script.checksum[:12]}…, the warehouse has "
            f"{known[:12]}…): restore it and write the change as a new migration"
        )
    return known is None


def _bootstrap(connection: Connection) -> None:
    # Of two sessions that create the same schema at once, one gets an error of the catalog; next time it is there.
    for attempt in range(1, ATTEMPTS + 1):
        try:
            execute(connection, "create schema if not exists ops")
            execute(
                connection,
                "create table if not exists ops.migration (\n    name varchar(256) not null,\n"
                "    checksum varchar(64) not null,\n    applied_at timestamp not null\n)\ndiststyle all",
            )
            commit(connection)
        except (TerminalError, TransientError):
            connection.rollback()
            if attempt == ATTEMPTS:
                raise
        else:
            return


def _run(connection: Connection, script: Script, statements: Sequence[str]) -> None:
    for statement in statements:
        try:
            execute(connection, statement)
        except (TerminalError, TransientError) as error:
            raise type(error)(f"sql/{script.name}: {error}") from error


def _run_alone(script: Script, open_alone: OpenAlone | None) -> None:
    """The lock on ops.migration stays with the other session meanwhile, so nobody else runs it."""
    if open_alone is None:
        raise TerminalError(f"sql/{script.name} cannot run in a transaction: run `gem warehouse migrate`")
    if len(script.statements) != 1:
        raise TerminalError(f"sql/{script.name} has no transaction to undo it, so it must be exactly one statement")
    alone = open_alone()
    try:
        _run(alone, script, script.statements)
    finally:
        with suppress(*DRIVER_ERRORS):
            alone.close()


def _record(connection: Connection, applied: list[Script]) -> None:
    if not applied:
        return
    names = [script.name for script in applied]
    execute(connection, f"delete from ops.migration where name in ({', '.join(['%s'] * len(names))})", names)  # noqa: S608
    execute(
        connection,
        "insert into ops.migration (name, checksum, applied_at)\nvalues "
        + ", ".join(["(%s, %s, getdate())"] * len(applied)),
        [value for script in applied for value in (script.name, script.checksum)],
    )
