"""Fields of text files as values of their columns, as strict and as lenient as COPY is."""

import json
import math
import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation, localcontext

from local_aws.redshift.moments import parse_moment
from local_aws.redshift.target import TargetColumn
from local_aws.redshift.text_options import TextOptions

# Gives the text by which the backend reads the value; None is NULL. Raises FieldError.
Converter = Callable[[str], str | None]

INTEGER = re.compile(r"[+-]?\d+")
BITS = {"int2": 16, "int4": 32, "int8": 64}
TRUE = ("t", "true", "y", "yes", "1")
FALSE = ("f", "false", "n", "no", "0")
CHARACTER = ("varchar", "bpchar")
# A byte that is no UTF-8 is read as one of these.
INVALID = re.compile("[\udc80-\udcff]")


class FieldError(Exception):
    """A field that its column cannot hold: the code of Redshift's load error reference, the reason, the position."""

    def __init__(self, code: int, reason: str, position: int = 0) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason
        self.position = position


def converter(column: TargetColumn, options: TextOptions) -> Converter:
    """The reader of a column's fields: NULLs, then the type, then NOT NULL."""
    convert = _typed(column, options)
    is_text = column.type in CHARACTER

    def read(field: str) -> str | None:
        value = None if _is_null(field, options, is_text) else convert(field)
        if value is None and column.not_null:
            raise FieldError(1213, "Missing data for not-null field")
        return value

    return read


def _is_null(field: str, options: TextOptions, is_text: bool) -> bool:
    if field == options.null:
        return True
    if not is_text:
        return not field.strip()
    if options.blanks_as_null and field and not field.strip():
        return True
    return options.empty_as_null and not field


def _typed(column: TargetColumn, options: TextOptions) -> Converter:
    if column.type in CHARACTER:
        return _characters(column, options)
    if column.type in BITS:
        return _integer(column)
    if column.type == "numeric":
        return _decimal(column, options)
    if column.type in ("date", "timestamp", "timestamptz"):
        return _moment(column, options)
    return {"float4": _float, "float8": _float, "bool": _boolean, "jsonb": _super}.get(column.type, _as_it_is)


def _as_it_is(field: str) -> str:
    return field


def _characters(column: TargetColumn, options: TextOptions) -> Converter:
    def read(field: str) -> str:
        field = _valid(field, options)
        if options.trim_blanks or column.type == "bpchar":
            field = field.rstrip(" ")
        data = field.encode()
        if column.type == "bpchar" and len(data) != len(field):
            raise FieldError(1220, "Multibyte character not supported for CHAR (Hint: try using VARCHAR)")
        if column.modifier > 0 and len(data) > column.length:
            if not options.truncate_columns:
                raise FieldError(1204, "String length exceeds DDL length")
            return data[: column.length].decode(errors="ignore")
        return field

    return read


def _valid(field: str, options: TextOptions) -> str:
    found = INVALID.search(field)
    if "\0" in field:
        raise FieldError(1220, "String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: 00")
    if found is None:
        return field
    if not options.replacement:
        bad = field[found.start() :].encode(errors="surrogateescape")[:4].hex(" ")
        words = f"String contains invalid or unsupported UTF8 codepoints. Bad UTF8 hex sequence: {bad} (error 4)"
        raise FieldError(1220, words, found.start())
    return INVALID.sub(options.replacement, field)


def _integer(column: TargetColumn) -> Converter:
    most = 2 ** (BITS[column.type] - 1)
    name = {"int2": "Short", "int4": "Integer", "int8": "Long"}[column.type]

    def read(field: str) -> str:
        text = field.strip()
        if not INTEGER.fullmatch(text):
            position = next((i for i, c in enumerate(text) if not (c.isdecimal() or (i == 0 and c in "+-"))), 0)
            raise FieldError(1207, f"Invalid digit, Value '{text[position]}', Pos {position}, Type: {name}", position)
        if not -most <= int(text) < most:
            raise FieldError(1222, f"Overflow, Value '{text}', Type: {name}")
        return text

    return read


def _decimal(column: TargetColumn, options: TextOptions) -> Converter:
    precision, scale = column.precision_and_scale
    # COPY cuts digits that do not fit the scale, unless ROUNDEC is given.
    rounding = ROUND_HALF_UP if options.round_decimals else ROUND_DOWN

    def read(field: str) -> str:
        text = field.strip()
        try:
            with localcontext(prec=100):
                value = Decimal(text).quantize(Decimal(1).scaleb(-scale), rounding=rounding)
        except InvalidOperation as error:
            raise FieldError(1209, f"Invalid digit, Value '{text[:1]}', Pos 0, Type: Decimal") from error
        # Not abs(), which would round to the 28 digits of the context.
        if "_" in text or not value.is_finite() or value.copy_abs() >= Decimal(10) ** (precision - scale):
            raise FieldError(1204, f"Numeric data overflow, Value '{text}', Type: {column.redshift_type}")
        return str(value) if value else "0"

    return read


def _float(field: str) -> str:
    text = field.strip()
    try:
        value = float(text)
    except ValueError as error:
        raise FieldError(1208, f"Invalid digit, Value '{text[:1]}', Pos 0, Type: Float") from error
    if "_" in text or (math.isinf(value) and "inf" not in text.lower()):
        raise FieldError(1204, f"Float overflow, Value '{text}'")
    return text


def _boolean(field: str) -> str:
    text = field.strip().lower()
    if text in TRUE:
        return "t"
    if text in FALSE:
        return "f"
    raise FieldError(1210, "Unknown boolean format")


def _super(field: str) -> str:
    try:
        json.loads(field)
    except ValueError as error:
        raise FieldError(1224, "Invalid JSON for the type SUPER") from error
    return field


def _moment(column: TargetColumn, options: TextOptions) -> Converter:
    is_date = column.type == "date"
    wanted = options.date_format if is_date else options.time_format

    def read(field: str) -> str | None:
        value = parse_moment(field.strip(), wanted, is_date=is_date)
        if value is None and options.any_date:
            return None
        if value is None:
            default = "YYYY-MM-DD" if is_date else "YYYY-MM-DD HH24:MI:SS"
            what = "Invalid Date Format" if is_date else "Invalid timestamp format or value"
            raise FieldError(1205 if is_date else 1206, f"{what} [{wanted or default}]")
        return _written(value)

    return read


def _written(value: date) -> str:
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
