"""UNLOAD as text: what the statement asks for, and every combination of options that Redshift would not take."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from local_aws.redshift.copy_command import KEYS, role_name
from local_aws.redshift.errors import RedshiftError, RefusedError, unknown_here
from local_aws.redshift.result_columns import ResultColumn
from local_aws.redshift.tokens import Reader, Token, split, tokenize

MEGABYTE = 1 << 20
MIN_FILE_BYTES, MAX_FILE_BYTES = 5 * MEGABYTE, int(6.2 * 1024) * MEGABYTE
COMPRESSIONS = {"gzip": ".gz", "bzip2": ".bz2"}
NOT_FOR_PARQUET = ("delimiter", "addquotes", "escape", "null", "header", "zstd", *COMPRESSIONS)
NOT_FOR_CSV = ("addquotes", "escape")
UNKNOWN = ("fixedwidth", "json", "zstd", "master_symmetric_key")

Fields = dict[str, Any]


@dataclass(frozen=True)
class UnloadCommand:
    """UNLOAD ('query') TO target as `role`.

    `query` is PostgreSQL's, `columns` is what it gives once the backend was asked.
    """

    query: str
    target: str
    role: str
    format: str = "text"
    partition_by: tuple[str, ...] = ()
    include: bool = False
    manifest: bool = False
    verbose: bool = False
    header: bool = False
    delimiter: str = ""
    quoted: bool = False
    escaped: bool = False
    null: str = ""
    compression: str = ""
    allow_overwrite: bool = False
    clean_path: bool = False
    parallel: bool = True
    max_file_bytes: int = MAX_FILE_BYTES
    kms_key_id: str = ""
    extension: str = ""
    columns: tuple[ResultColumn, ...] = ()

    @property
    def separator(self) -> str:
        """What stands between the fields of a line."""
        return self.delimiter or ("," if self.format == "csv" else "|")

    @property
    def file_columns(self) -> tuple[ResultColumn, ...]:
        """The columns that the files hold: those of PARTITION BY are left to the folders' names unless INCLUDE."""
        if self.include:
            return self.columns
        return tuple(column for column in self.columns if column.name not in self.partition_by)


def parse_unload(tokens: Sequence[Token], inner: Callable[[str], str]) -> UnloadCommand:
    """The command of an UNLOAD statement; `inner` gives PostgreSQL's form of the query in its quotes.

    Raises RefusedError naming what cannot be.
    """
    reader = Reader(tokens)
    reader.accept("unload")
    query = _query(reader)
    if not reader.accept("to"):
        raise RefusedError(f'syntax error in UNLOAD at or near "{reader.peek().text}": TO expected')
    target = reader.take().literal
    if not target.startswith("s3://"):
        raise RefusedError(f"UNLOAD: the target must be 's3://<bucket>/<prefix>', not '{target}'")
    fields, given = _options(reader)
    _check_together(fields.get("format", "text"), given)
    return UnloadCommand(inner(query), target, **fields)


def _query(reader: Reader) -> str:
    group = reader.group() if reader.peek().text == "(" else []
    if len(group) != 1 or group[0].kind not in ("string", "dollar"):
        raise RefusedError("syntax error in UNLOAD: ('select …') expected, the query in one pair of quotes")
    token = group[0]
    query = (
        token.literal if token.kind == "string" else token.text.split("$", 2)[2].rpartition("$")[0].rpartition("$")[0]
    )
    _check_query(query)
    return query


def _check_query(query: str) -> None:
    outer = Reader(_outside(query)).rest
    words = [token.word for token in outer]
    if not words or words[0] not in ("select", "with"):
        raise RefusedError("UNLOAD takes a SELECT statement")
    if "limit" in words:
        raise RefusedError("Limit clause is not supported in the outer SELECT of UNLOAD: put it into a subquery")


def _outside(query: str) -> list[Token]:
    depth, outside = 0, []
    for token in tokenize(query):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            outside.append(token)
    return outside


def _options(reader: Reader) -> tuple[Fields, set[str]]:
    fields: Fields = {}
    given: set[str] = set()
    while reader.rest:
        token = reader.take()
        name = token.word
        if name == "format":
            reader.accept("as")
            token = reader.take()
            name = token.word
        if name in given:
            raise RefusedError(f"UNLOAD: the option {name.upper()} is given twice")
        given.add(name)
        fields |= _option(name, token, reader)
    if "iam_role" not in given:
        raise RedshiftError(
            "UNLOAD needs the IAM_ROLE clause: IAM_ROLE 'arn:aws:iam::<account>:role/<name>' or default"
        )
    return fields, given


def _option(name: str, token: Token, reader: Reader) -> Fields:
    if name in KEYS:
        raise RefusedError(f"UNLOAD: {name.upper()} would put access keys into the statement's text: use IAM_ROLE")
    if name in UNKNOWN:
        raise unknown_here(f"UNLOAD {name.upper()}")
    if name not in OPTIONS:
        raise RefusedError(f'syntax error in UNLOAD at or near "{token.text}"')
    return OPTIONS[name](reader)


def _flag(**fields: Any) -> Callable[[Reader], Fields]:
    return lambda _: fields


def _iam_role(reader: Reader) -> Fields:
    return {"role": role_name(reader.take())}


def _partition(reader: Reader) -> Fields:
    if not reader.accept("by"):
        raise RefusedError("syntax error in UNLOAD: PARTITION BY (column, …) expected")
    names = tuple(Reader(piece).take().name for piece in split(reader.group(), ","))
    if not all(names):
        raise RefusedError("UNLOAD: PARTITION BY takes names of columns")
    return {"partition_by": names, "include": reader.accept("include")}


def _manifest(reader: Reader) -> Fields:
    return {"manifest": True, "verbose": reader.accept("verbose")}


def _text(field: str) -> Callable[[Reader], Fields]:
    def read(reader: Reader) -> Fields:
        reader.accept("as")
        token = reader.take()
        if token.kind != "string":
            raise RefusedError(f'syntax error in UNLOAD at or near "{token.text}": a text in quotes expected')
        return {field: token.null_string if field == "null" else token.literal}

    return read


def _delimiter(reader: Reader) -> Fields:
    fields = _text("delimiter")(reader)
    if len(fields["delimiter"].encode()) != 1:
        raise RefusedError("UNLOAD: DELIMITER takes one ASCII character")
    return fields


def _switch(field: str) -> Callable[[Reader], Fields]:
    def read(reader: Reader) -> Fields:
        if reader.accept("off") or reader.accept("false"):
            return {field: False}
        _ = reader.accept("on") or reader.accept("true")
        return {field: True}

    return read


def _size(reader: Reader) -> float:
    reader.accept("as")
    number = float(reader.take().text)
    if reader.accept("gb"):
        return number * 1024 * MEGABYTE
    reader.accept("mb")
    return number * MEGABYTE


def _max_file_size(reader: Reader) -> Fields:
    size = int(_size(reader))
    if not MIN_FILE_BYTES <= size <= MAX_FILE_BYTES:
        raise RefusedError("UNLOAD: MAXFILESIZE must lie between 5 MB and 6.2 GB")
    return {"max_file_bytes": size}


def _row_group_size(reader: Reader) -> Fields:
    if not 32 * MEGABYTE <= _size(reader) <= 128 * MEGABYTE:
        raise RefusedError("UNLOAD: ROWGROUPSIZE must lie between 32 MB and 128 MB")
    return {}


def _encrypted(reader: Reader) -> Fields:
    reader.accept("auto")
    return {}


def _region(reader: Reader) -> Fields:
    _text("region")(reader)
    return {}


OPTIONS: dict[str, Callable[[Reader], Fields]] = {
    "iam_role": _iam_role,
    "csv": _flag(format="csv"),
    "parquet": _flag(format="parquet"),
    "partition": _partition,
    "manifest": _manifest,
    "header": _flag(header=True),
    "delimiter": _delimiter,
    "addquotes": _flag(quoted=True),
    "escape": _flag(escaped=True),
    "null": _text("null"),
    "allowoverwrite": _flag(allow_overwrite=True),
    "cleanpath": _flag(clean_path=True),
    "parallel": _switch("parallel"),
    "maxfilesize": _max_file_size,
    "rowgroupsize": _row_group_size,
    "encrypted": _encrypted,
    "kms_key_id": _text("kms_key_id"),
    "region": _region,
    "extension": _text("extension"),
    **{name: _flag(compression=name) for name in COMPRESSIONS},
}


def _check_together(format_: str, given: set[str]) -> None:
    excluded = {"parquet": NOT_FOR_PARQUET, "csv": NOT_FOR_CSV}.get(format_, ())
    for name in given.intersection(excluded):
        raise RefusedError(f"{name.upper()} argument is not supported for {format_.upper()} UNLOAD")
    for one, other in (("csv", "parquet"), ("allowoverwrite", "cleanpath"), ("gzip", "bzip2")):
        if {one, other} <= given:
            raise RefusedError(f"UNLOAD: {one.upper()} and {other.upper()} cannot be given together")
    if "kms_key_id" in given and "encrypted" not in given:
        raise RefusedError("UNLOAD: KMS_KEY_ID needs ENCRYPTED")
    if "rowgroupsize" in given and format_ != "parquet":
        raise RefusedError("UNLOAD: ROWGROUPSIZE is for PARQUET only")
