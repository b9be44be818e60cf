"""COPY as text: what the statement asks for, and every option that Redshift would not take for Parquet."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from local_aws.redshift.errors import RedshiftError, RefusedError, unknown_here
from local_aws.redshift.tokens import Reader, Token, quote, split

ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+")
KEYS = ("credentials", "access_key_id", "secret_access_key", "session_token")
# Options of COPY that AWS documents as not allowed with columnar formats.
TEXT_ONLY_WORDS = """
    acceptanydate blanksasnull compupdate comprows dateformat delimiter emptyasnull encoding escape fillempty
    fixedwidth gzip bzip2 lzop zstd ignoreallerrors ignoreblanklines ignoreheader maxerror noload null quote
    readratio region removequotes roundec ssh timeformat trimblanks truncatecolumns
"""
TEXT_ONLY = frozenset(TEXT_ONLY_WORDS.split())
OTHER_FORMATS = ("csv", "json", "avro", "orc", "shapefile")


@dataclass(frozen=True)
class CopyCommand:
    """COPY table (columns) FROM source: `columns` is empty when the statement names none."""

    table: str
    columns: tuple[str, ...]
    source: str
    manifest: bool = False
    fill_record: bool = False

    @property
    def sql(self) -> str:
        """The COPY that the backend runs; the front sends its rows."""
        columns = f" ({', '.join(map(quote, self.columns))})" if self.columns else ""
        return f"copy {self.table}{columns} from stdin (format csv)"


def parse_copy(tokens: Sequence[Token]) -> CopyCommand:
    """The command of a COPY statement. Raises RefusedError naming the option that cannot be."""
    reader = Reader(tokens)
    reader.accept("copy")
    table = reader.qualified_name()
    columns: tuple[str, ...] = ()
    if reader.peek().text == "(":
        columns = tuple(Reader(piece).take().name for piece in split(reader.group(), ","))
    if not reader.accept("from"):
        raise RefusedError(f"syntax error in COPY at or near \"{reader.peek().text}\": FROM 's3://…' expected")
    source = reader.take().literal
    if not source.startswith("s3://"):
        raise unknown_here("COPY from another source than 's3://…'")
    options = _options(reader)
    if "iam_role" not in options:
        raise RedshiftError("COPY needs the IAM_ROLE clause: IAM_ROLE 'arn:aws:iam::<account>:role/<name>' or default")
    if "parquet" not in options:
        raise unknown_here("COPY without FORMAT AS PARQUET")
    return CopyCommand(table, columns, source, "manifest" in options, "fillrecord" in options)


def _options(reader: Reader) -> set[str]:
    found: set[str] = set()
    while reader.rest:
        option = reader.take()
        name = option.word
        if name == "iam_role":
            check_role(reader.take())
        elif name == "format":
            reader.accept("as")
            name = _format(reader.take())
        elif name == "statupdate":
            _ = reader.accept("on") or reader.accept("off") or reader.accept("true") or reader.accept("false")
        elif name not in ("manifest", "fillrecord", "parquet"):
            raise _bad_option(option)
        if name in found:
            raise RefusedError(f"COPY: the option {name.upper()} is given twice")
        found.add(name)
    return found


def _format(token: Token) -> str:
    if token.word != "parquet":
        raise unknown_here(f"COPY FORMAT {token.text.upper()}", "write Parquet")
    return "parquet"


def _bad_option(option: Token) -> RefusedError:
    name = option.word
    if name in KEYS:
        return RefusedError(f"COPY: {name.upper()} would put access keys into the statement's text: use IAM_ROLE")
    if name in TEXT_ONLY:
        return RefusedError(f"COPY: {name.upper()} argument is not supported for PARQUET based COPY")
    if name in OTHER_FORMATS:
        return unknown_here(f"COPY of {name.upper()}", "write Parquet")
    return unknown_here(f'the COPY option "{option.text}"')


def check_role(token: Token) -> None:
    """Refuse what Redshift cannot take as IAM_ROLE: default, or role ARNs chained by commas."""
    if token.word == "default":
        return
    if not token.literal or not all(ROLE.fullmatch(arn) for arn in token.literal.split(",")):
        raise RefusedError(
            f"IAM_ROLE {token.text} is not a role: 'arn:aws:iam::<12 digits>:role/<name>' or default expected"
        )
