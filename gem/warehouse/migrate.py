"""Migrations and views of the warehouse: each applied once, in order, in one transaction, whoever else tries too."""

from gem.contracts.errors import TerminalError, TransientError
from gem.warehouse.connection import Connection, commit, execute
from gem.warehouse.scripts import Script, scripts

ATTEMPTS = 5


def migrate(connection: Connection) -> list[str]:
    """Bring the warehouse up to date; return the names of what was applied, nothing when it was already.

    Migrations are applied once; a view is made again when its text changed. Raises TerminalError where a migration that
    was applied has since been edited. Safe to call from several places at once.
    """
    _bootstrap(connection)
    execute(connection, "lock table ops.migration")
    applied = dict(execute(connection, "select name, checksum from ops.migration"))
    fresh = [script for script in scripts("migrations") if _is_new(script, applied)]
    changed = [script for script in scripts("views") if applied.get(script.name) != script.checksum]
    for script in (*fresh, *changed):
        _apply(connection, script)
    commit(connection)
    return [script.name for script in (*fresh, *changed)]


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


def _is_new(script: Script, applied: dict[str, str]) -> bool:
    known = applied.get(script.name)
    if known is not None and known != script.checksum:
        raise TerminalError(
            f"sql/{script.name} was edited after it was applied (checksum {script.checksum[:12]}…, the warehouse has "
            f"{known[:12]}…): restore it and write the change as a new migration"
        )
    return known is None


def _apply(connection: Connection, script: Script) -> None:
    for statement in script.statements:
        try:
            execute(connection, statement)
        except (TerminalError, TransientError) as error:
            raise type(error)(f"sql/{script.name}: {error}") from error
    execute(connection, "delete from ops.migration where name = %s", [script.name])
    execute(
        connection,
        "insert into ops.migration (name, checksum, applied_at) values (%s, %s, getdate())",
        [script.name, script.checksum],
    )
