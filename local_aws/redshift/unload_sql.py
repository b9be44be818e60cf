"""The COPY … TO STDOUT by which the backend gives the rows of an UNLOAD in the form its files need."""

from local_aws.redshift.errors import RefusedError
from local_aws.redshift.result_columns import ResultColumn
from local_aws.redshift.tokens import literal, quote
from local_aws.redshift.unload_command import UnloadCommand

BOOLEAN = 16
CHARACTER = (25, 1042, 1043)
# Types by which a result may be partitioned (UNLOAD, usage notes of PARTITION BY).
PARTITION_TYPES = (21, 23, 20, 1700, 700, BOOLEAN, *CHARACTER, 1082, 1114)
NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"


def unload_sql(command: UnloadCommand) -> str:
    """The statement for the backend; the path of a row's partition comes first, in hexadecimal digits.

    A row is a line of CSV, or for delimited text one value in COPY's binary form. Raises RefusedError where the
    columns do not allow what was asked for.
    """
    _check_columns(command)
    if command.format != "text" and not command.partition_by:
        source = command.query
    else:
        columns = [_path(command)] if command.partition_by else []
        columns += [_line(command)] if command.format == "text" else [quote(c.name) for c in command.file_columns]
        source = f"select {', '.join(columns)} from ({command.query}) as unloaded"  # noqa: S608  the client's own SQL
    return f"copy ({source}) to stdout ({_options(command)})"


def _options(command: UnloadCommand) -> str:
    if command.format == "text":
        return "format binary"
    if command.format == "parquet":
        return "format csv"
    return f"format csv, delimiter {literal(command.separator)}, null {literal(command.null)}"


def _check_columns(command: UnloadCommand) -> None:
    by_name = {column.name: column for column in command.columns}
    for name in command.partition_by:
        if name not in by_name:
            raise RefusedError(f'UNLOAD: PARTITION BY column "{name}" is not in the result of the query')
        if by_name[name].oid not in PARTITION_TYPES:
            raise RefusedError(f'UNLOAD: a result cannot be partitioned by the type of the column "{name}"')
    if not command.file_columns:
        raise RefusedError("UNLOAD: at least one column must not be a partition column")
    if len(by_name) < len(command.columns) and (command.partition_by or command.format != "csv"):
        raise RefusedError("UNLOAD: the columns of the result need names of their own")
    if command.format == "parquet":
        for column in command.file_columns:
            _ = column.arrow_type


def _path(command: UnloadCommand) -> str:
    by_name = {column.name: column for column in command.columns}
    folders = (
        f"{literal(name + '=')} || coalesce({_as_text(by_name[name])}, {literal(NO_PARTITION)}) || '/'"
        for name in command.partition_by
    )
    return f"encode(convert_to({' || '.join(folders)}, 'UTF8'), 'hex')"


def _as_text(column: ResultColumn) -> str:
    if column.oid == BOOLEAN:
        return f"case when {quote(column.name)} then 't' when not {quote(column.name)} then 'f' end"
    return f"{quote(column.name)}::text"


def _line(command: UnloadCommand) -> str:
    fields = (_field(command, column) for column in command.file_columns)
    return f" || {literal(command.separator)} || ".join(fields)


def _field(command: UnloadCommand, column: ResultColumn) -> str:
    value = _as_text(column)
    if command.escaped and column.oid in CHARACTER:
        escaped = ["\\", "\n", "\r", command.separator, *(("'", '"') if command.quoted else ())]
        for character in escaped:
            value = f"replace({value}, {literal(character)}, {literal(chr(92) + character)})"
    if command.quoted:
        value = f"'\"' || {value} || '\"'"
    return f"coalesce({value}, {literal(command.null)})"
