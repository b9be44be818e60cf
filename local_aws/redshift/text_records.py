"""Records of text files: lines of CSV, delimited lines, JSON objects, each with the number of its line."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import IO, Any

from local_aws.redshift.copy_command import CopyCommand
from local_aws.redshift.target import TargetColumn

MAX_RECORD_CHARACTERS = 4 << 20
SUPER = "jsonb"
csv.field_size_limit(MAX_RECORD_CHARACTERS)


@dataclass(frozen=True)
class Record:
    """One record: `line` is the number of its last line; `fields` is None where it cannot be read."""

    line: int
    raw: str
    fields: list[str] | None
    reason: str = ""


def delimited_records(file: IO[str], command: CopyCommand) -> Iterator[Record]:
    """Records of lines whose fields stand between delimiters."""
    options = command.text
    for number, text in enumerate(_joined(file, options.escaped), 1):
        line = text.rstrip("\n").removesuffix("\r") if not options.escaped else text.removesuffix("\n")
        if number <= options.ignore_header or (options.ignore_blank_lines and not line.strip()):
            continue
        yield Record(number, line, _split(line, command.separator, options.escaped))


def _joined(file: IO[str], escaped: bool) -> Iterator[str]:
    """The lines; with ESCAPE a line end behind a backslash belongs to the field."""
    pending = ""
    for line in file:
        pending += line
        stripped = pending.removesuffix("\n")
        if escaped and (len(stripped) - len(stripped.rstrip("\\"))) % 2:
            continue
        yield pending
        pending = ""
    if pending:
        yield pending


def _split(line: str, separator: str, escaped: bool) -> list[str]:
    if not escaped:
        return line.split(separator)
    fields, field, characters = [], "", iter(line)
    for character in characters:
        if character == "\\":
            following = next(characters, "")
            # \N stays what it is, so that it can be NULL.
            field += "\\N" if following == "N" and not field else following
        elif character == separator:
            fields.append(field)
            field = ""
        else:
            field += character
    return [*fields, field]


def csv_records(file: IO[str], command: CopyCommand) -> Iterator[Record]:
    """Records of CSV, whose quoted fields may hold line ends."""
    options = command.text
    lines = _Remembered(file)
    rows = csv.reader(lines, delimiter=command.separator, quotechar=options.quote, doublequote=True, strict=True)
    while True:
        lines.taken.clear()
        try:
            fields = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record(rows.line_num, "".join(lines.taken), None, f"Invalid quote formatting for CSV: {error}")
            return
        if rows.line_num <= options.ignore_header or (options.ignore_blank_lines and not fields):
            continue
        yield Record(rows.line_num, "".join(lines.taken).rstrip("\r\n"), fields or [""])


class _Remembered:
    """The lines of a file, those of the present record kept."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._file)
        self.taken.append(line)
        return line


class _Number(float):
    """A number that remembers its digits."""

    text: str

    def __new__(cls, text: str) -> _Number:
        number = super().__new__(cls, text)
        number.text = text
        return number


_DECODER = json.JSONDecoder(parse_float=_Number)


def json_records(file: IO[str], columns: Sequence[TargetColumn], command: CopyCommand) -> Iterator[Record]:
    """Records of JSON objects, one after another; a name that an object lacks is NULL."""
    pending, number = "", 0
    for number, line in enumerate(file, 1):
        pending += line
        if not pending.strip():
            pending = ""
            continue
        try:
            value = _DECODER.decode(pending)
        except json.JSONDecodeError as error:
            if error.pos >= len(pending.rstrip()) - 1 and len(pending) < MAX_RECORD_CHARACTERS:
                continue  # the object goes on in the next line
            yield Record(number, pending, None, f"Invalid JSON: {error.msg} at position {error.pos}")
            pending = ""
            continue
        yield _record(number, pending, value, columns, command)
        pending = ""
    if pending.strip():
        yield Record(number, pending, None, "Invalid JSON: the object has no end")


def _record(number: int, raw: str, value: Any, columns: Sequence[TargetColumn], command: CopyCommand) -> Record:
    if not isinstance(value, dict):
        return Record(number, raw, None, "Invalid JSON: an object expected")
    if command.text.ignore_case:
        value = {name.lower(): member for name, member in value.items()}
    return Record(number, raw, [_field(value.get(column.name), column, command.text.null) for column in columns])


def _field(value: Any, column: TargetColumn, null: str) -> str:
    if value is None:
        return null
    if column.type == SUPER:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, str):
        return value
    if isinstance(value, _Number):
        return value.text
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
