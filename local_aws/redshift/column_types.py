"""Redshift's column types in PostgreSQL's words, with the lengths Redshift gives to types that name none."""

from collections.abc import Callable, Sequence

from local_aws.redshift.errors import RefusedError, unknown_here
from local_aws.redshift.tokens import Reader, Token, following

MAX_VARCHAR_BYTES = 65_535
MAX_CHAR_BYTES = 4_096
MAX_DECIMAL_DIGITS = 38
# Longer keys would not fit into a B-tree page of the backend.
MAX_INDEXED_BYTES = 600

SAME_WORDS = """
    smallint int2 integer int int4 bigint int8 real float4 float8 float boolean bool date timestamptz timetz
"""
SAME = frozenset(SAME_WORDS.split())
CHAR = ("char", "character", "nchar")
UNKNOWN_HERE = ("geometry", "geography", "hllsketch", "interval")


def column_type(reader: Reader) -> str:
    """Read a type and give it back in PostgreSQL's words. Raises RefusedError for one that Redshift has not."""
    name = reader.take().name
    if name in CHAR and reader.accept("varying"):
        name = "varchar"
    if name in UNKNOWN_HERE:
        raise unknown_here(f"the type {name.upper()}")
    if name in READERS:
        return READERS[name](reader)
    if name not in SAME:
        raise RefusedError(f'Column type "{name}" is unsupported: Redshift has no such type')
    return name


def indexable(sql_type: str) -> bool:
    """Whether values of a column of this type always fit into an index."""
    if sql_type in ("jsonb", "bytea"):
        return False
    return not sql_type.startswith("varchar") or int(sql_type[8:-1]) <= MAX_INDEXED_BYTES


def bare_decimal(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    """A cast at `::` or AS: DECIMAL without digits is DECIMAL(18,0) in Redshift, unbounded in PostgreSQL."""
    at = following(tokens, index)
    if at >= len(tokens) or tokens[at].word not in ("decimal", "numeric"):
        return tokens[index].text, index + 1
    after = following(tokens, at)
    ends_cast = after < len(tokens) and tokens[after].text == ")"
    if tokens[index].word == "as" and not ends_cast:
        return tokens[index].text, index + 1  # an alias, or a cast with digits
    if after < len(tokens) and tokens[after].text == "(":
        return tokens[index].text, index + 1
    return f"{tokens[index].text} numeric(18,0)", at + 1


def _length(reader: Reader) -> str:
    return "".join(token.word or token.text for token in reader.group()) if reader.peek().text == "(" else ""


def _varchar(reader: Reader) -> str:
    length = _length(reader) or "256"
    bytes_ = MAX_VARCHAR_BYTES if length == "max" else _whole("VARCHAR", length)
    if not 1 <= bytes_ <= MAX_VARCHAR_BYTES:
        raise RefusedError(f"VARCHAR({length}): the length must lie between 1 and {MAX_VARCHAR_BYTES} bytes")
    return f"varchar({bytes_})"


def _char(reader: Reader, default: int) -> str:
    bytes_ = _whole("CHAR", _length(reader) or str(default))
    if not 1 <= bytes_ <= MAX_CHAR_BYTES:
        raise RefusedError(f"CHAR({bytes_}): the length must lie between 1 and {MAX_CHAR_BYTES} bytes")
    return f"char({bytes_})"


def _decimal(reader: Reader) -> str:
    digits, _, scale = (_length(reader) or "18,0").partition(",")
    precision = _whole("DECIMAL", digits)
    if not 1 <= precision <= MAX_DECIMAL_DIGITS:
        raise RefusedError(f"DECIMAL({digits}): the precision must lie between 1 and {MAX_DECIMAL_DIGITS}")
    return f"numeric({precision},{_whole('DECIMAL', scale or '0')})"


def _whole(kind: str, text: str) -> int:
    if not text.isdecimal():
        raise RefusedError(f"{kind}({text}): a whole number expected")
    return int(text)


def _zone(reader: Reader) -> str:
    if reader.accept("with", "time", "zone"):
        return " with time zone"
    reader.accept("without", "time", "zone")
    return ""


def _text(_: Reader) -> str:
    return "varchar(256)"


def _super(_: Reader) -> str:
    return "jsonb"


def _varbyte(reader: Reader) -> str:
    _length(reader)
    return "bytea"


def _double(reader: Reader) -> str:
    reader.accept("precision")
    return "double precision"


READERS: dict[str, Callable[[Reader], str]] = {
    "varchar": _varchar,
    "nvarchar": _varchar,
    "text": _text,
    **dict.fromkeys(("char", "character", "nchar"), lambda reader: _char(reader, default=1)),
    "bpchar": lambda reader: _char(reader, default=256),
    "decimal": _decimal,
    "numeric": _decimal,
    "timestamp": lambda reader: "timestamp" + _zone(reader),
    "time": lambda reader: "time" + _zone(reader),
    "double": _double,
    "super": _super,
    "varbyte": _varbyte,
    "varbinary": _varbyte,
}
