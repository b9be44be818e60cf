"""Hand-made rows of mart: what a test does not say of a row is unknown, and its days follow from its instants."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.mart_spec import BEGINNING_OF_TIME, END_OF_TIME, IST_MINUTES, MartColumn, MartTable, TableKind
from gem.contracts.types import Kind
from gem.warehouse.connection import Connection, execute

SOURCE = "gem"
Values = dict[str, Any]


def put(connection: Connection, table: str, **values: Any) -> None:
    """Insert one row of a mart table; a dimension's version is valid for ever where nothing else is said."""
    put_rows(connection, table, [values])


def put_rows(connection: Connection, table: str, rows: Sequence[Values]) -> None:
    """Insert rows of a mart table that all say something of the same columns, in one statement."""
    whole = [_whole_row(MART_TABLE_BY_NAME[table], values) for values in rows]
    columns = ", ".join(whole[0])
    marks = ", ".join([f"({', '.join(['%s'] * len(whole[0]))})"] * len(whole))
    cells = [cell for row in whole for cell in row.values()]
    execute(connection, f"insert into mart.{table} ({columns}) values {marks}", cells)


def _whole_row(declared: MartTable, values: Values) -> Values:
    if declared.kind is TableKind.SCD2:
        values = {
            "valid_from": BEGINNING_OF_TIME,
            "valid_to": END_OF_TIME,
            "is_current": True,
            "row_hash": "",
            **values,
        }
    row: Values = {"source_id": SOURCE, **values}
    for column in declared.warehouse_columns:
        if not column.nullable and column.name not in row:
            row[column.name] = _of_nothing(column, values)
    return row


def policy(connection: Connection, code: str, value: float | str, first_day: str = "", until_day: str = "") -> None:
    """Put a parameter into force, from a day of India to another."""
    number = execute(connection, "select count(*) from mart.dim_policy_parameter")[0][0]
    column = "text_value" if isinstance(value, str) else "num_value"
    put(
        connection,
        "dim_policy_parameter",
        policy_parameter_key=number,
        param_code=code,
        valid_from=_midnight(first_day) if first_day else BEGINNING_OF_TIME,
        valid_to=_midnight(until_day) if until_day else END_OF_TIME,
        **{column: value},
    )


def noon(day: str) -> str:
    """Noon in India of a day, in UTC."""
    return f"{day} 06:30:00"


def _midnight(day: str) -> str:
    return str(datetime.fromisoformat(day) - timedelta(minutes=IST_MINUTES))


def _of_nothing(column: MartColumn, values: Values) -> Any:
    """What a column that may not be NULL holds where a test says nothing of it."""
    if column.name.endswith("_date_key"):
        instant = values.get(column.name.removesuffix("_date_key") + "_at")
        return _day_key(instant) if instant else -1
    if column.name.endswith("_key"):
        return -2
    return False if column.type.kind is Kind.BOOLEAN else 0


def _day_key(instant: str) -> int:
    return int(f"{datetime.fromisoformat(instant) + timedelta(minutes=IST_MINUTES):%Y%m%d}")
