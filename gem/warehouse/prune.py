"""Moves the low-water marks up and forgets what no load needs any more, in one transaction beside no load."""

from collections.abc import Mapping

from gem.warehouse.connection import Connection, commit, execute
from gem.warehouse.mark import NO_MARK, marks
from gem.warehouse.scripts import Script, scripts


def prune(connection: Connection, wanted: Mapping[str, int]) -> dict[str, int]:
    """Move the mark of each source up to the batch_seq wanted, and prune to it; returns those that moved.

    A mark never goes back. The mart is not touched, nor what any later load makes of it: that is the same whether and
    whenever this runs. Waits for a load that is running. Idempotent; a wire that breaks before COMMIT leaves all as it
    was. The caller answers for the marks: `gem.operations.marks` knows how far they may go.
    """
    execute(connection, "lock table ops.load_mutex")
    known = marks(connection)
    moved = {source: seq for source, seq in wanted.items() if seq > known.get(source, NO_MARK)}
    if moved:
        _move(connection, known, moved)
        for script in _scripts():
            for statement in script.statements:
                execute(connection, statement)
        execute(connection, "drop table moved_mark")
    commit(connection)
    return moved


def _move(connection: Connection, known: Mapping[str, int], moved: Mapping[str, int]) -> None:
    execute(
        connection, "create temp table moved_mark (\n    source_id varchar(32), seq_before bigint, batch_seq bigint\n)"
    )
    for source, seq in moved.items():
        execute(connection, "insert into moved_mark values (%s, %s, %s)", [source, known.get(source, NO_MARK), seq])
    execute(
        connection,
        "delete from ops.low_water_mark\nusing moved_mark\nwhere moved_mark.source_id = low_water_mark.source_id",
    )
    execute(
        connection,
        "insert into ops.low_water_mark (source_id, batch_seq, moved_at)\n"
        "select source_id, batch_seq, getdate() from moved_mark",
    )


def remembered(connection: Connection) -> dict[str, int]:
    """Rows of every table of ops that pruning keeps small."""
    names = [script.name.removeprefix("prune/").removesuffix(".sql") for script in _scripts()]
    return {name: int(execute(connection, f"select count(*) from ops.{name}")[0][0]) for name in names}  # noqa: S608 - names of our own files


def _scripts() -> list[Script]:
    return scripts("prune")
