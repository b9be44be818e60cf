"""CREATE TABLE and ALTER TABLE: Redshift's attributes are taken off, its keys become plain indexes."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from local_aws.redshift.column_types import column_type, indexable
from local_aws.redshift.errors import RefusedError, unknown_here
from local_aws.redshift.expressions import rewrite
from local_aws.redshift.plan import Plan
from local_aws.redshift.table_design import TableDesign, encoding, names, read_design
from local_aws.redshift.tokens import Reader, Token, quote, solid, split

NOTHING = "do 'begin end'"
COLUMN_ATTRIBUTES_WORDS = """
    default identity generated encode distkey sortkey not null unique primary references collate
"""
COLUMN_ATTRIBUTES = frozenset(COLUMN_ATTRIBUTES_WORDS.split())


@dataclass
class TableBody:
    """The columns of a table as (name, SQL), LIKE without a name, and the column lists that Redshift calls keys."""

    columns: list[tuple[str, str]] = field(default_factory=list)
    types: dict[str, str] = field(default_factory=dict)
    keys: list[tuple[str, ...]] = field(default_factory=list)
    foreign_keys: list[tuple[str, ...]] = field(default_factory=list)
    not_null: set[str] = field(default_factory=set)
    design: TableDesign = field(default_factory=TableDesign)


def create_table(tokens: Sequence[Token]) -> Plan:
    """CREATE TABLE, also … AS and (LIKE …). Keys are not enforced: an index without uniqueness stands for each."""
    reader = Reader(tokens)
    reader.accept("create")
    reader.accept("local")
    temporary = "temp " if reader.accept("temp") or reader.accept("temporary") else ""
    reader.accept("table")
    missing = "if not exists " if reader.accept("if", "not", "exists") else ""
    table = reader.qualified_name()
    if table.startswith('"#'):
        temporary = "temp "
    group = reader.group() if reader.peek().text == "(" else None
    body = _body(group) if group and not _is_query(reader) else TableBody()
    design = read_design(reader, body.design)
    head = f"create {temporary}table {missing}{table}"
    # The stages of a load are temporary: nobody looks up their design.
    kept = () if temporary else (design.sql(table),)
    if reader.accept("as"):
        if missing:
            raise RefusedError("CREATE TABLE IF NOT EXISTS … AS: Redshift has IF NOT EXISTS for lists of columns only")
        columns = f" ({spaced(group)})" if group else ""
        # Redshift computes statistics of a table that CREATE TABLE AS fills (ANALYZE, usage notes).
        return Plan(f"{head}{columns} as {spaced_rewrite(reader.rest)}", after=(f"analyze {table}", *kept))
    if group is None or reader.rest:
        raise syntax_error(reader)
    columns = ", ".join(sql + (" not null" if name in body.not_null else "") for name, sql in body.columns)
    keys = [*body.keys, *design.sort_keys, *_narrowed(body.foreign_keys, design.sort_keys)]
    return Plan(f"{head} ({columns})", after=(*_indexes(table, keys, body.types), *kept))


def _is_query(reader: Reader) -> bool:
    """Whether what follows the list in parentheses makes it the names of a query's columns."""
    return "as" in [token.word for token in reader.rest]


def _narrowed(foreign_keys: list[tuple[str, ...]], sort_keys: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """A foreign key's index goes on to the last sort column, by which zone maps narrow such a search on Redshift."""
    narrowing = sort_keys[0][-1:] if sort_keys else ()
    return [(*key, *narrowing) for key in foreign_keys]


def alter_table(tokens: Sequence[Token]) -> Plan:
    """ALTER TABLE: what concerns distribution, sorting, encoding and keys changes nothing here but indexes."""
    reader = Reader(tokens)
    reader.accept("alter", "table")
    table = reader.qualified_name()
    if reader.accept("append"):
        raise unknown_here("ALTER TABLE APPEND", "INSERT INTO … SELECT and DELETE")
    if reader.accept("add"):
        return _add(table, reader)
    if reader.accept("drop", "constraint"):
        return Plan(NOTHING)
    if reader.accept("alter"):
        return _alter(table, reader)
    return Plan(rewrite(tokens))


def _add(table: str, reader: Reader) -> Plan:
    if reader.accept("constraint"):
        reader.take()
    if reader.accept("foreign", "key"):
        return Plan(NOTHING)
    if reader.accept("primary", "key") or reader.accept("unique"):
        (index,) = _indexes(table, [names(reader.group())], {})
        return Plan(index)
    reader.accept("column")
    body = TableBody()
    _column(body, reader)
    kept = (body.design.sql(table),) if body.design.encodings else ()
    return Plan(f"alter table {table} add column {body.columns[0][1]}", after=kept)


def _alter(table: str, reader: Reader) -> Plan:
    design = read_design(reader, TableDesign())
    if not reader.rest:
        return Plan(NOTHING, after=(design.sql(table),))
    reader.accept("column")
    name = reader.take().name
    if reader.accept("encode"):
        return Plan(NOTHING, after=(TableDesign(encodings={name: encoding(reader.take())}).sql(table),))
    if not reader.accept("type"):
        raise syntax_error(reader)
    type_ = column_type(reader)
    if not type_.startswith("varchar"):
        raise RefusedError("ALTER COLUMN … TYPE: Redshift alters only the size of a VARCHAR column")
    sql = f"alter table {table} alter column {quote(name)} type {type_}"
    return Plan(sql, alone="ALTER TABLE ALTER COLUMN TYPE")


def _body(group: Sequence[Token]) -> TableBody:
    body = TableBody()
    for piece in split(group, ","):
        reader = Reader(piece)
        if reader.peek().word in ("primary", "unique", "foreign", "constraint"):
            _table_constraint(body, reader)
        elif reader.accept("like"):
            body.columns.append(("", _like(reader)))
        else:
            _column(body, reader)
    return body


def _like(reader: Reader) -> str:
    source = reader.qualified_name()
    if reader.accept("including", "defaults"):
        return f"like {source} including defaults"
    reader.accept("excluding", "defaults")
    if reader.rest:
        raise syntax_error(reader)
    return f"like {source}"


def _table_constraint(body: TableBody, reader: Reader) -> None:
    if reader.accept("constraint"):
        reader.take()
    if reader.accept("foreign", "key"):
        body.foreign_keys.append(names(reader.group()))
        return
    primary = reader.accept("primary", "key")
    if not (primary or reader.accept("unique")):
        raise syntax_error(reader)
    key = names(reader.group())
    body.keys.append(key)
    if primary:
        body.not_null.update(key)


def _column(body: TableBody, reader: Reader) -> None:
    name = reader.take().name
    body.types[name] = column_type(reader)
    words = [quote(name), body.types[name]]
    while reader.rest:
        words += _column_attribute(body, name, reader)
    body.columns.append((name, " ".join(words)))


def _column_attribute(body: TableBody, name: str, reader: Reader) -> list[str]:
    if reader.accept("not", "null"):
        body.not_null.add(name)
    elif reader.accept("references"):
        reader.qualified_name()
        if reader.peek().text == "(":
            reader.group()
    elif reader.accept("default"):
        return ["default", _default(reader)]
    elif reader.accept("identity"):
        return [_identity("always", reader)]
    elif reader.accept("generated", "by", "default", "as", "identity"):
        return [_identity("by default", reader)]
    elif not (_key_or_storage(body, name, reader) or reader.accept("null")):
        raise syntax_error(reader)
    return []


def _key_or_storage(body: TableBody, name: str, reader: Reader) -> bool:
    if reader.accept("primary", "key"):
        body.not_null.add(name)
        body.keys.append((name,))
    elif reader.accept("unique"):
        body.keys.append((name,))
    elif reader.accept("sortkey"):
        body.design.sort_keys.append((name,))
    elif reader.accept("distkey"):
        body.design.distribution_key = name
    elif reader.accept("encode"):
        body.design.encodings[name] = encoding(reader.take())
    elif reader.accept("collate"):
        reader.take()
    else:
        return False
    return True


def _default(reader: Reader) -> str:
    taken: list[Token] = []
    depth = 0
    while reader.rest and (depth or not taken or reader.peek().word not in COLUMN_ATTRIBUTES):
        taken.append(reader.take())
        depth += {"(": 1, ")": -1}.get(taken[-1].text, 0)
    return spaced_rewrite(taken)


def _identity(kind: str, reader: Reader) -> str:
    seed, step = (spaced(piece) for piece in split(reader.group(), ","))
    return f"generated {kind} as identity (start with {seed} increment by {step})"


def _indexes(table: str, keys: Iterable[tuple[str, ...]], types: dict[str, str]) -> tuple[str, ...]:
    usable = [key for key in dict.fromkeys(keys) if all(indexable(types.get(name, "")) for name in key)]
    return tuple(_index(table, key) for key in usable)


def _index(table: str, key: tuple[str, ...]) -> str:
    digest = hashlib.md5(f"{table} {key}".encode(), usedforsecurity=False).hexdigest()[:12]
    plain = table.rpartition(".")[2].strip('"')[:40]
    return f"create index if not exists {quote(f'{plain}_{digest}')} on {table} ({', '.join(map(quote, key))})"


def spaced(tokens: Sequence[Token] | None) -> str:
    """The solid tokens with one space between them."""
    return " ".join(token.text for token in solid(tokens or ()))


def spaced_rewrite(tokens: Sequence[Token]) -> str:
    """An expression whose space is lost already, rewritten for PostgreSQL."""
    with_space = [piece for token in tokens for piece in (token, Token("space", " "))]
    return rewrite(with_space).strip()


def syntax_error(reader: Reader) -> RefusedError:
    """The refusal of what comes next."""
    where = reader.peek().text or "end of statement"
    return RefusedError(f'syntax error at or near "{where}"')
