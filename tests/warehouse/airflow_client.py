"""Run by the Python of .venv-airflow: what a DAG does with RedshiftSQLHook; its findings as JSON into a file."""

import json
import sys
from pathlib import Path
from typing import Any

from airflow.providers.amazon.aws.hooks.redshift_sql import RedshiftSQLHook


def records(hook: RedshiftSQLHook, sql: str, *parameters: Any) -> list[list[Any]]:
    return [list(row) for row in hook.get_records(sql, parameters=parameters or None)]


def failure(hook: RedshiftSQLHook, *statements: str) -> str:
    try:
        hook.run(list(statements))
    except Exception as error:
        return str(error)
    return "none"


def findings() -> dict[str, Any]:
    hook = RedshiftSQLHook(redshift_conn_id="redshift_driver")
    hook.run("insert into mart.sale values (%s, %s, %s)", parameters=(1, "हिन्दी", "1.50"))
    hook.insert_rows("mart.sale", [(2, None, 2), (3, "it's", 3)], target_fields=["id", "name", "price"])
    found = {
        "connects": hook.test_connection()[0],
        "rows": records(hook, "select id, name from mart.sale where price > %s order by id", 1.6),
        "tables": records(hook, "select table_name from svv_tables where table_schema = %s order by 1", "mart"),
        "undone": failure(hook, "delete from mart.sale", "select 1 / 0"),
        "left": records(hook, "select count(*) from mart.sale"),
        "refused": failure(hook, "create index i on mart.sale (id)"),
    }
    with hook.get_conn() as connection, connection.cursor() as cursor:
        found["driver tables"] = [list(row[1:4]) for row in cursor.get_tables(schema_pattern="mart")]
        columns = cursor.get_columns(schema_pattern="mart", tablename_pattern="sale")
        found["driver columns"] = [[row[3], row[5]] for row in columns]
    with RedshiftSQLHook(redshift_conn_id="redshift_engine").get_sqlalchemy_engine().connect() as connection:
        found["engine"] = connection.exec_driver_sql("select count(*) from mart.sale").scalar()
    return found


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(json.dumps(findings()))
