"""Distribution, sorting and encoding of a table: read from its DDL, kept beside the catalog, shown by system views."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from local_aws.redshift.errors import RefusedError
from local_aws.redshift.tokens import Reader, Token, literal, split

DISTRIBUTION_STYLES = ("even", "key", "all", "auto")
ENCODINGS_WORDS = """
    auto raw az64 bytedict delta delta32k lzo mostly8 mostly16 mostly32 runlength text255 text32k zstd
"""
ENCODINGS = frozenset(ENCODINGS_WORDS.split())


@dataclass
class TableDesign:
    """What a table's DDL says of its storage; empty parts were not said."""

    distribution: str = ""
    distribution_key: str = ""
    sort_keys: list[tuple[str, ...]] = field(default_factory=list)
    interleaved: bool = False
    encodings: dict[str, str] = field(default_factory=dict)

    def sql(self, table: str) -> str:
        """The statement that keeps the design of `table`, in the transaction that makes or alters it."""
        style = self.distribution or ("key" if self.distribution_key else "")
        keys = self.sort_keys[0] if self.sort_keys else ()
        pairs = [part for pair in self.encodings.items() for part in pair]
        return (
            f"select pg_catalog.rs_keep_design({literal(table)}::regclass, {literal(style)}, "
            f"{literal(self.distribution_key)}, {_array(keys)}, {str(self.interleaved).lower()}, {_array(pairs)})"
        )


def read_design(reader: Reader, design: TableDesign) -> TableDesign:
    """Read DISTSTYLE, DISTKEY, SORTKEY, ENCODE AUTO, BACKUP and AUTO REFRESH as far as they come."""
    while True:
        if reader.accept("backup") or reader.accept("auto", "refresh"):
            reader.take()
        elif reader.accept("diststyle"):
            design.distribution = _style(reader.take())
        elif reader.accept("distkey"):
            design.distribution_key = names(reader.group())[0] if reader.peek().text == "(" else reader.take().name
        elif reader.accept("encode", "auto") or reader.accept("sortkey", "auto") or reader.accept("sortkey", "none"):
            pass
        elif reader.accept("compound", "sortkey") or reader.accept("sortkey"):
            design.sort_keys.append(names(reader.group()))
        elif reader.accept("interleaved", "sortkey"):
            design.interleaved = True
            design.sort_keys.append(names(reader.group()))
        else:
            return design


def encoding(token: Token) -> str:
    """The name of a column encoding. Raises RefusedError for one that Redshift has not."""
    if token.word not in ENCODINGS:
        raise RefusedError(f'ENCODE {token.text}: invalid encoding type "{token.text}"')
    return token.word


def names(group: Sequence[Token]) -> tuple[str, ...]:
    """The names of a list of columns."""
    return tuple(Reader(piece).take().name for piece in split(group, ","))


def _style(token: Token) -> str:
    if token.word not in DISTRIBUTION_STYLES:
        raise RefusedError(f"DISTSTYLE {token.text}: EVEN, KEY, ALL or AUTO expected")
    return token.word


def _array(values: Sequence[str]) -> str:
    return f"array[{', '.join(map(literal, values))}]::text[]"
