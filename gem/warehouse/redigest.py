"""Counts the digests of the facts anew, where what loads have kept is not what the rows give."""

from gem.contracts.mart.tables import CURATED_TABLES
from gem.warehouse.connection import Connection, commit, execute
from gem.warehouse.staging import run_step
from gem.warehouse.templates.digests import keeps_digests


def count_digests_anew(connection: Connection) -> list[str]:
    """Write every digest again from the rows of its fact, while no load runs; return the facts' names.

    One transaction, its work proportional to the facts. It forgets the trace of rows that somebody changed: ask
    `gem reconcile` first.
    """
    facts = [table for table in CURATED_TABLES if keeps_digests(table)]
    execute(connection, "lock table ops.load_mutex")
    for table in facts:
        run_step(connection, table, "count_digests_anew")
    commit(connection)
    return [table.name for table in facts]
