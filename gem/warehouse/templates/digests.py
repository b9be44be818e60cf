"""The digests that a load keeps of a fact: counts, money and row hashes by bucket of roots, over the plain copies.

They add up, so a load takes away what it removes and adds what it inserts: work follows the batch. Buckets are ranges
of root ids: a change touches the buckets of its own roots, mostly the newest, and a bucket is read by its range.
"""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.mart_spec import SOURCE_ID_COLUMN, MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, Kind, Type
from gem.warehouse.copies import copied_columns, copied_money, source_table
from gem.warehouse.templates.expressions import lines, md5_of, same, touched_join

ROOTS_OF_A_BUCKET = 1_000
HASH_WORDS = (1, 9)
"""Where the two 32-bit words of a row's MD5 begin that a digest adds up."""
HASH_COLUMNS = tuple(f"hash_{number}" for number, _ in enumerate(HASH_WORDS, start=1))
DEEP = " " * 8
KEY = ("source_id", "bucket")


def keeps_digests(table: MartTable) -> bool:
    """Whether loads keep digests of the table: of facts whose rows are rows of the source, by their key."""
    return table.kind is TableKind.FACT and source_table(table) is not None


def digest_columns(table: MartTable) -> tuple[MartColumn, ...]:
    """The columns of ops.<fact>_digest, in order."""
    sums = [*copied_money(table), *HASH_COLUMNS]
    return (
        SOURCE_ID_COLUMN,
        MartColumn(name="bucket", type=BIGINT, nullable=False, comment=f"Root id / {ROOTS_OF_A_BUCKET}"),
        MartColumn(name="row_count", type=BIGINT, nullable=False, comment="Rows"),
        *(MartColumn(name=name, type=_wide(name, table), nullable=False, comment="Sum over the rows") for name in sums),
    )


def _wide(name: str, table: MartTable) -> Type:
    """Wide enough for any sum of the column."""
    scales = {column.name: column.type.scale for column in copied_columns(table)}
    return Type(kind=Kind.DECIMAL, precision=38, scale=scales.get(name, 0))


def _sums(table: MartTable) -> list[str]:
    return [column.name for column in digest_columns(table) if column.name not in KEY]


def counted(table: MartTable, rows: str = "", sign: str = "") -> str:
    """The digests of the fact's rows, those that a join restricts them to, with a sign before each number."""
    money = copied_money(table)
    numbers = [
        "count(*)",
        *(f"coalesce(sum({name}), 0)" for name in money),
        *(f"sum(strtol(substring(row_hash, {start}, 8), 16))" for start in HASH_WORDS),
    ]
    totals = [f"{sign}{number} as {name}" for number, name in zip(numbers, _sums(table), strict=True)]
    read = ["source_id", f"{table.root_column} / {ROOTS_OF_A_BUCKET} as bucket", *money]
    of_rows = [*(f"present.{name}" for name in read), f"{md5_of(copied_columns(table), 'present', DEEP)} as row_hash"]
    return (
        f"select\n{lines([*KEY, *totals])}\nfrom (\n    select\n{lines(of_rows, indent=DEEP)}\n"
        f"    from mart.{table.name} as present{rows}\n) as hashed\ngroup by {', '.join(KEY)}"
    )


def _of_touched(table: MartTable) -> str:
    return f"\n    join {touched_join(table, 'present', DEEP)}"


def count_removed(table: MartTable) -> str:
    """Before rows of touched roots are removed: what their buckets lose."""
    return f"create temp table changed_{table.name} as\n{counted(table, _of_touched(table), '-')}"


def count_inserted(table: MartTable) -> str:
    """After rows of touched roots were inserted: what their buckets gain."""
    listed = lines(column.name for column in digest_columns(table))
    return f"insert into changed_{table.name} (\n{listed}\n)\n{counted(table, _of_touched(table))}"


def keep_digests(table: MartTable) -> list[str]:
    """Write the buckets that gained or lost rows."""
    columns = [column.name for column in digest_columns(table)]
    listed = lines(columns)
    kept = f"ops.{table.name}_digest"
    own = [f"kept.{name}" for name in columns]
    totals = [f"sum(held.{name}) as {name}" for name in _sums(table)]
    together = (
        f"create temp table digest_{table.name} as\nselect\n{lines([*(f'held.{name}' for name in KEY), *totals])}\n"
        f"from (\n    select\n{lines(own, indent=DEEP)}\n    from {kept} as kept\n    join (\n"
        f"        select distinct\n{lines(KEY, indent=DEEP + '    ')}\n        from changed_{table.name}\n"
        f"    ) as changed\n        on {same(KEY, 'changed', 'kept', DEEP)}\n    union all\n    select\n"
        f"{lines(columns, indent=DEEP)}\n    from changed_{table.name}\n) as held\n"
        f"group by {', '.join(f'held.{name}' for name in KEY)}"
    )
    is_left = "\n    or ".join(f"{name} <> 0" for name in _sums(table))
    return [
        together,
        f"delete from {kept}\nusing digest_{table.name}\n"
        f"where {same(KEY, f'digest_{table.name}', f'{table.name}_digest')}",
        # What is left of no rows at all is a row that somebody changed behind the loads' back: it must stay visible.
        f"insert into {kept} (\n{listed}\n)\nselect\n{listed}\nfrom digest_{table.name}\nwhere {is_left}",
    ]


def count_anew(table: MartTable) -> list[str]:
    """Write all digests of the fact from its rows, for a person who has found out why they were wrong."""
    columns = lines(column.name for column in digest_columns(table))
    kept = f"ops.{table.name}_digest"
    return [f"delete from {kept}", f"insert into {kept} (\n{columns}\n)\n{counted(table)}"]


def wrong_digests(table: MartTable, example: str) -> str:
    """The buckets whose kept digest is not that of the fact's rows."""
    own = [f"kept.{column.name}" for column in digest_columns(table)]
    given = [*(f"given.{name}" for name in KEY), *(f"-given.{name}" for name in _sums(table))]
    differs = "\n    or ".join(f"sum({name}) <> 0" for name in _sums(table))
    inner = "\n".join(f"{DEEP}{line}" for line in counted(table).splitlines())
    return (
        f"select\n    {example} as example\nfrom (\n    select\n{lines(own, indent=DEEP)}\n"
        f"    from ops.{table.name}_digest as kept\n    union all\n    select\n{lines(given, indent=DEEP)}\n"
        f"    from (\n{inner}\n    ) as given\n) as held\ngroup by {', '.join(KEY)}\nhaving {differs}"
    )
