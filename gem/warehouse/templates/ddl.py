"""The DDL of the mart tables, their stand-in members, and what the load remembers of each dimension."""

from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.mart_spec import (
    BEGINNING_OF_TIME,
    END_OF_TIME,
    NOT_STATED_KEY,
    SOURCE_ID_COLUMN,
    UNKNOWN_KEY,
    MartColumn,
    MartTable,
    Member,
    TableKind,
)
from gem.contracts.types import BIGINT, INTEGER, TIMESTAMP, Kind, varchar
from gem.warehouse.templates.digests import digest_columns, keeps_digests
from gem.warehouse.templates.expressions import HEADER, identity, lines, names, natural_identity
from gem.warehouse.templates.references import reference_of

UNKNOWN_NAME = "Unknown"
NOT_STATED_NAME = "Not stated"
OBSERVATION_HASH = MartColumn(
    name="observation_hash", type=varchar(32), nullable=False, comment="MD5 over all segments of the observation"
)


def mart_migration(tables: tuple[MartTable, ...]) -> str:
    """The whole of the migration that creates the mart: dimensions first, each with its stand-in members."""
    return HEADER + "\n" + "\n".join(_table_with_company(table) for table in tables)


def _table_with_company(table: MartTable) -> str:
    statements = [create_table(table), _comment(table)]
    if table.members:
        statements.append(_declared_members(table))
    if table.is_dimension and table.kind is not TableKind.STATIC:
        statements.append(stand_in_members(table))
        statements.append(create_memory(table))
    if keeps_digests(table):
        statements.append(create_digest(table))
    return "\n".join(statements)


def create_table(table: MartTable) -> str:
    """CREATE TABLE in schema mart; the keys inform the planner, Redshift does not check them."""
    sort_key = table.sort_key[:1]
    columns = [_definition(column, raw=column.name in sort_key) for column in table.warehouse_columns]
    columns.append(f"primary key ({', '.join(_primary_key(table))})")
    columns += _foreign_keys(table)
    style = "\n".join(distribution(table)) or "diststyle all"
    order = f"\nsortkey ({', '.join(table.sort_key)})" if table.sort_key else ""
    return f"create table mart.{table.name} (\n{lines(columns)}\n)\n{style}{order};\n"


def distribution(table: MartTable) -> list[str]:
    """The clauses that say how rows are dealt to slices; none where every node has all of them."""
    if table.dist_key:
        return ["diststyle key", f"distkey ({table.dist_key})"]
    return ["diststyle even"] if table.dist_even else []


def _primary_key(table: MartTable) -> list[str]:
    if table.kind is TableKind.STATIC:
        return list(table.natural_key)
    if table.is_dimension:
        return [table.key_column]
    return identity(table)


def _foreign_keys(table: MartTable) -> list[str]:
    """Every dimension has their stand-in members, so these always hold, as the planner may assume."""
    references = [(column.name, MART_TABLE_BY_NAME[reference_of(column).dimension]) for column in table.references]
    references += [(c.name, MART_TABLE_BY_NAME[c.member_of]) for c in table.columns if c.member_of]
    return [f"foreign key ({name}) references mart.{one.name} ({one.key_column})" for name, one in references]


def _definition(column: MartColumn, *, raw: bool = False) -> str:
    not_null = "" if column.nullable else " not null"
    return f"{column.name} {column.type.redshift}{not_null} encode {'raw' if raw else _encoding(column)}"


def _encoding(column: MartColumn) -> str:
    match column.type.kind:
        case Kind.VARCHAR:
            return "zstd"
        case Kind.BOOLEAN:
            return "raw"
        case _:
            return "az64"


def _comment(table: MartTable) -> str:
    text = f"{table.comment}: {table.grain}".replace("'", "''")
    return f"comment on table mart.{table.name} is '{text}';\n"


def stand_in_members(table: MartTable) -> str:
    """The rows that facts refer to while the dimension does not know their key, and where they state none."""
    columns = [column for column in table.warehouse_columns if not column.nullable or column.name in _told(table)]
    members = [(UNKNOWN_KEY, UNKNOWN_NAME), (NOT_STATED_KEY, NOT_STATED_NAME)]
    rows = [f"({', '.join(_stand_in(table, column, *member) for column in columns)})" for member in members]
    return f"insert into mart.{table.name} ({', '.join(names(columns))})\nvalues\n{lines(rows)};\n"


def _declared_members(table: MartTable) -> str:
    """The members of a code list, and those for a code that is not listed and for none."""
    members = [
        Member(key=key, values={column.name: name for column in table.columns if not column.nullable})
        for key, name in ((UNKNOWN_KEY, UNKNOWN_NAME), (NOT_STATED_KEY, NOT_STATED_NAME))
    ]
    key, *others = names(table.columns)
    rows = [
        f"({', '.join([str(member.key), *(_literal(member.values.get(name)) for name in others)])})"
        for member in (*members, *table.members)
    ]
    return f"insert into mart.{table.name} ({', '.join([key, *others])})\nvalues\n{lines(rows)};\n"


def _literal(value: str | bool | None) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case _:
            text = value.replace("'", "''")
            return f"'{text}'"


def _told(table: MartTable) -> set[str]:
    return {c.name for c in table.attributes if c.name.endswith("_name")} | {"dw_inserted_at", "dw_updated_at"}


def _stand_in(table: MartTable, column: MartColumn, key: int, name: str) -> str:
    if column.name == "source_id":
        return f"'{UNKNOWN_KEY}'"
    fixed = {
        table.key_column: str(key),
        "valid_from": f"'{BEGINNING_OF_TIME}'",
        "valid_to": f"'{END_OF_TIME}'",
        "dw_inserted_at": "getdate()",
        "dw_updated_at": "getdate()",
        "is_current": "true",
    }
    if column.name in fixed:
        return fixed[column.name]
    if column.name in _told(table):
        return f"'{name}'"
    return f"'{key}'" if column.type.kind is Kind.VARCHAR else str(key)


def create_memory(table: MartTable) -> str:
    """What the load remembers of a dimension, so that the order of loading does not matter (DESIGN 7, step 4).

    Of an SCD2 dimension every observation; of an SCD1 dimension which batch each row is from.
    """
    columns = memory_columns(table)
    key = [*natural_identity(table), "batch_seq", "segment_from"] if table.kind is TableKind.SCD2 else []
    definitions = [_definition(column, raw=column.name == table.natural_key[0]) for column in columns]
    definitions.append(f"primary key ({', '.join(key or natural_identity(table))})")
    sort_key = [*table.natural_key, "source_id"] + (["batch_seq"] if key else [])
    return (
        f"create table ops.{table.name}_version (\n{lines(definitions)}\n)\n"
        f"diststyle key\ndistkey ({table.natural_key[0]})\nsortkey ({', '.join(sort_key)});\n"
    )


def create_digest(table: MartTable) -> str:
    """The digests of a fact's buckets: what is compared with the source without reading the fact (ADR 17)."""
    definitions = [_definition(column, raw=column.name == "bucket") for column in digest_columns(table)]
    definitions.append("primary key (source_id, bucket)")
    return f"create table ops.{table.name}_digest (\n{lines(definitions)}\n)\ndiststyle all\nsortkey (bucket);\n"


def memory_columns(table: MartTable) -> tuple[MartColumn, ...]:
    """The columns of ops.<dim>_version, in order."""
    key = tuple(column for column in table.columns if column.name in table.natural_key)
    version = (
        MartColumn(name="batch_seq", type=BIGINT, nullable=False, comment="Batch that observed it"),
        MartColumn(name="attempt", type=INTEGER, nullable=False, comment="Attempt at curating that batch"),
    )
    if table.kind is TableKind.SCD1:
        return (SOURCE_ID_COLUMN, *key, *version)
    observation = (
        MartColumn(name="observed_at", type=TIMESTAMP, nullable=False, comment="When its newest row changed, UTC"),
        MartColumn(name="snapshot_at", type=TIMESTAMP, nullable=False, comment="Snapshot that shows it, UTC"),
        MartColumn(name="segment_from", type=TIMESTAMP, nullable=False, comment="Start of business validity, UTC"),
        OBSERVATION_HASH,
    )
    return (SOURCE_ID_COLUMN, *key, *version, *observation, *table.attributes)
