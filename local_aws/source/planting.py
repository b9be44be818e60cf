"""Plants defects in a made-up source, and tells exactly which: what the pipeline must find, no more and no less."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import resources

from psycopg2 import extensions, sql

from local_aws.source.defects import DEFECTS, Defect
from local_aws.source.schema import identifier

# No root twice: each defect is the only one of its aggregate, so that its reason is the only one to expect.
_SPOILED = "create temporary table spoiled (aggregate text, root_id text) on commit drop"
_CHOSEN = """
create temporary table chosen on commit drop as
with suitable as (
  select distinct on ({root}) {key} as key, {root}::text as root_id
  from {table} as r
  where {suitable}
    and not exists (select from spoiled where aggregate = %(aggregate)s and spoiled.root_id = {root}::text)
  order by {root}, {key}
)
select key, root_id
from suitable
order by pg_temp.chance(hashtextextended(key::text, 0), %(code)s), key
limit (select greatest(1, round(count(*) * %(share)s::double precision)) from suitable)
"""
_SAYS = "select key::text, root_id, {column}::text from chosen left join {table} on {primary_key} = key order by key"


@dataclass(frozen=True)
class Planted:
    """One defect where it is: the row to look at, the root that it spoils, and what the wrong column says now."""

    code: str
    verdict: str
    table: str
    key: str
    aggregate: str
    root_id: str
    column: str
    value: str | None


def plant(connection: extensions.connection, seed: int, share: float, progress: Callable[[str], None]) -> list[Planted]:
    """Break every rule of `DEFECTS` in about `share` of the rows that suit it, in one at least where there is one.

    The same seed and share on the same rows plant the same defects. Runs in the caller's transaction, as a superuser:
    the rows keep their times, as those of a portal that was wrong from the start. Raises ValueError where the share is
    not between 0 and 1 or the seed no bigint.
    """
    if not 0 <= share <= 1 or not -(2**63) <= seed < 2**63:
        raise ValueError(f"share {share} must lie between 0 and 1 and seed {seed} be a 64-bit integer")
    functions = (resources.files("local_aws.source.generate") / "00_functions.sql").read_text("utf-8")
    with connection.cursor() as cursor:
        cursor.execute(functions, {"seed": seed})
        cursor.execute("set local session_replication_role = replica")
        cursor.execute(_SPOILED)
        planted = []
        for defect in DEFECTS:
            progress(f"planting: {defect.code}")
            planted += _plant(cursor, defect, share)
        cursor.execute("drop table spoiled")
        cursor.execute("set local session_replication_role = origin")
    return planted


def manifest_text(planted: list[Planted], seed: int, share: float) -> str:
    """The defects as one JSON document, for whoever holds the pipeline's rejects and flags against them."""
    content = {"seed": seed, "share": share, "planted": [asdict(each) for each in planted]}
    return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def _plant(cursor: extensions.cursor, defect: Defect, share: float) -> list[Planted]:
    table = defect.source_table
    key = sql.Identifier(table.primary_key[0])
    chosen = sql.SQL(_CHOSEN).format(
        root=sql.SQL("0") if table.root_column is None else sql.SQL("r.{}").format(sql.Identifier(table.root_column)),
        key=sql.SQL("r.{}").format(key),
        table=identifier(table),
        suitable=sql.SQL(defect.suitable),
    )
    cursor.execute(chosen, {"aggregate": defect.aggregate.name, "code": defect.code, "share": share})
    cursor.execute("insert into spoiled select %s, root_id from chosen", (defect.aggregate.name,))
    cursor.execute(defect.change)
    cursor.execute(
        sql.SQL(_SAYS).format(column=sql.Identifier(defect.column), table=identifier(table), primary_key=key)
    )
    found = [
        Planted(defect.code, defect.verdict, table.name, row_key, defect.aggregate.name, root_id, defect.column, value)
        for row_key, root_id, value in cursor.fetchall()
    ]
    cursor.execute("drop table chosen")
    return found
