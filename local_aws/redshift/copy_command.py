"""COPY as text: what the statement asks for, and every option that Redshift would not take for the format."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from local_aws.redshift.errors import RedshiftError, RefusedError, unknown_here
from local_aws.redshift.text_options import TextOptions
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
UNKNOWN_WORDS = """
    avro orc shapefile fixedwidth lzop zstd removequotes noload ssh readratio comprows explicit_ids encrypted
    master_symmetric_key ignoreallerrors
"""
UNKNOWN = frozenset(UNKNOWN_WORDS.split())
NOT_FOR_CSV = ("escape", "removequotes", "fixedwidth")
NOT_FOR_JSON = ("csv", "delimiter", "quote", "escape", "fillrecord", "ignoreblanklines", "removequotes", "fixedwidth")
MAX_ERRORS = 100_000
NOT_OF_TEXT = ("max_errors", "role")

Fields = dict[str, Any]


@dataclass(frozen=True)
class CopyCommand:
    """COPY table (columns) FROM source as `role`: `columns` is empty when the statement names none."""

    table: str
    columns: tuple[str, ...]
    source: str
    role: str
    format: str = "parquet"
    manifest: bool = False
    fill_record: bool = False
    max_errors: int = 0
    text: TextOptions = field(default_factory=TextOptions)

    @property
    def sql(self) -> str:
        """The COPY that the backend runs; the front sends its rows."""
        columns = f" ({', '.join(map(quote, self.columns))})" if self.columns else ""
        return f"copy {self.table}{columns} from stdin (format csv)"

    @property
    def separator(self) -> str:
        """What stands between the fields of a line."""
        return self.text.delimiter or ("," if self.format == "csv" else "|")


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
    fields, given = _options(reader)
    if "iam_role" not in given:
        raise RedshiftError("COPY needs the IAM_ROLE clause: IAM_ROLE 'arn:aws:iam::<account>:role/<name>' or default")
    format_ = next((name for name in ("parquet", "csv", "json") if name in given), "text")
    _check_together(format_, given)
    text = TextOptions(**{name: value for name, value in fields.items() if name not in NOT_OF_TEXT})
    return CopyCommand(
        table,
        columns,
        source,
        fields["role"],
        format_,
        "manifest" in given,
        "fillrecord" in given,
        fields.get("max_errors", 0),
        text,
    )


def _options(reader: Reader) -> tuple[Fields, set[str]]:
    fields: Fields = {}
    given: set[str] = set()
    while reader.rest:
        option = reader.take()
        if option.word == "format":
            reader.accept("as")
            option = reader.take()
        name = option.word
        if name in given:
            raise RefusedError(f"COPY: the option {name.upper()} is given twice")
        given.add(name)
        if name in UNKNOWN:
            _skip_argument(reader)
            continue  # refused with its format, which may stand behind it
        if name not in OPTIONS:
            raise _bad_option(option)
        fields |= OPTIONS[name](reader)
    return fields, given


def _skip_argument(reader: Reader) -> None:
    reader.accept("as")
    if reader.peek().kind in ("string", "number"):
        reader.take()


def _bad_option(option: Token) -> RefusedError:
    if option.word in KEYS:
        return RefusedError(
            f"COPY: {option.word.upper()} would put access keys into the statement's text: use IAM_ROLE"
        )
    return RefusedError(f'syntax error in COPY at or near "{option.text}"')


def _check_together(format_: str, given: set[str]) -> None:
    excluded = {"parquet": TEXT_ONLY, "csv": NOT_FOR_CSV, "json": NOT_FOR_JSON}.get(format_, ())
    for name in sorted(given.intersection(excluded)):
        raise RefusedError(f"COPY: {name.upper()} argument is not supported for {format_.upper()} based COPY")
    for name in sorted(given & UNKNOWN):
        raise unknown_here(f"COPY {name.upper()}")
    if len(given & {"csv", "json", "parquet"}) > 1:
        raise RefusedError("COPY takes one of CSV, JSON and PARQUET")
    if "quote" in given and format_ != "csv":
        raise RefusedError("COPY: QUOTE is for CSV only")


def role_name(token: Token) -> str:
    """The name of the role of IAM_ROLE: of the last one where several are chained by commas, or `default`.

    Raises RefusedError for what Redshift does not take.
    """
    if token.word == "default":
        return "default"
    if not token.literal or not all(ROLE.fullmatch(arn) for arn in token.literal.split(",")):
        raise RefusedError(
            f"IAM_ROLE {token.text} is not a role: 'arn:aws:iam::<12 digits>:role/<name>' or default expected"
        )
    return token.literal.rpartition("/")[2]


def _flag(**fields: Any) -> Callable[[Reader], Fields]:
    return lambda _: fields


def _iam_role(reader: Reader) -> Fields:
    return {"role": role_name(reader.take())}


def _switch(reader: Reader) -> Fields:
    _ = any(reader.accept(word) for word in ("on", "off", "true", "false", "preset"))
    return {}


def _text(name: str) -> Callable[[Reader], Fields]:
    def read(reader: Reader) -> Fields:
        reader.accept("as")
        token = reader.take()
        if token.kind != "string":
            raise RefusedError(f'syntax error in COPY at or near "{token.text}": a text in quotes expected')
        return {name: token.null_string if name == "null" else token.literal}

    return read


def _character(name: str) -> Callable[[Reader], Fields]:
    def read(reader: Reader) -> Fields:
        fields = _text(name)(reader)
        if len(fields[name].encode()) != 1:
            raise RefusedError(f"COPY: {name.upper()} takes one ASCII character")
        return fields

    return read


def _number(name: str, most: int) -> Callable[[Reader], Fields]:
    def read(reader: Reader) -> Fields:
        reader.accept("as")
        token = reader.take()
        if not token.text.isdecimal() or int(token.text) > most:
            raise RefusedError(f'COPY: a whole number from 0 to {most} expected, not "{token.text}"')
        return {name: int(token.text)}

    return read


def _json(reader: Reader) -> Fields:
    reader.accept("as")
    mode = reader.take().literal if reader.peek().kind == "string" else "auto"
    if mode not in ("auto", "auto ignorecase"):
        raise unknown_here(f"COPY JSON '{mode}'", "'auto' or 'auto ignorecase'")
    return {"ignore_case": mode == "auto ignorecase"}


def _replacement(reader: Reader) -> Fields:
    reader.accept("as")
    return _character("replacement")(reader) if reader.peek().kind == "string" else {"replacement": "?"}


def _encoding(reader: Reader) -> Fields:
    reader.accept("as")
    name = reader.take()
    if (name.literal or name.word).lower() not in ("utf8", "auto"):
        raise unknown_here(f"COPY ENCODING {name.text}", "UTF8")
    return {}


def _region(reader: Reader) -> Fields:
    _text("region")(reader)
    return {}


OPTIONS: dict[str, Callable[[Reader], Fields]] = {
    "iam_role": _iam_role,
    "parquet": _flag(),
    "csv": _flag(),
    "json": _json,
    "manifest": _flag(),
    "fillrecord": _flag(fill_record=True),
    "statupdate": _switch,
    "compupdate": _switch,
    "region": _region,
    "encoding": _encoding,
    "gzip": _flag(compression="gzip"),
    "bzip2": _flag(compression="bzip2"),
    "delimiter": _character("delimiter"),
    "quote": _character("quote"),
    "null": _text("null"),
    "dateformat": _text("date_format"),
    "timeformat": _text("time_format"),
    "ignoreheader": _number("ignore_header", 2**31 - 1),
    "maxerror": _number("max_errors", MAX_ERRORS),
    "ignoreblanklines": _flag(ignore_blank_lines=True),
    "emptyasnull": _flag(empty_as_null=True),
    "blanksasnull": _flag(blanks_as_null=True),
    "trimblanks": _flag(trim_blanks=True),
    "truncatecolumns": _flag(truncate_columns=True),
    "acceptinvchars": _replacement,
    "acceptanydate": _flag(any_date=True),
    "escape": _flag(escaped=True),
    "roundec": _flag(round_decimals=True),
}
