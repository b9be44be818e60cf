"""Run by the Python of .venv-airflow: SQLAlchemy by sqlalchemy-redshift; prints its findings as JSON.

The arguments are the driver's name and the port, user, password and database of a Redshift on this machine.
"""

import json
import sys
from typing import Any

import sqlalchemy as sa

NO_TLS: dict[str, dict[str, Any]] = {"redshift_connector": {"ssl": False}, "psycopg2": {"sslmode": "disable"}}


def findings(engine: sa.Engine) -> dict[str, Any]:
    inspector = sa.inspect(engine)
    sale = sa.Table("sale", sa.MetaData(), schema="mart", autoload_with=engine)
    with engine.begin() as connection:
        rows = [{"id": 1, "name": "हिन्दी", "price": "1.50"}, {"id": 2, "name": None, "price": "2.25"}]
        connection.execute(sale.insert(), rows)
    with engine.connect() as connection:
        connection.execute(sale.delete())
        connection.rollback()
        query = sa.select(sale.c.id, sale.c.name).where(sale.c.price < 2).order_by(sale.c.id)
        found = [list(row) for row in connection.execute(query)]
        total = str(connection.scalar(sa.select(sa.func.sum(sale.c.price))))
        joined = connection.scalar(sa.select(sa.func.listagg(sale.c.name)))
    return {
        "schemas": inspector.get_schema_names(),
        "tables": inspector.get_table_names(schema="mart"),
        "views": inspector.get_view_names(schema="mart"),
        "columns": [[column.name, str(column.type), column.nullable] for column in sale.columns],
        "design": inspector.get_table_options("sale", schema="mart"),
        "encodings": [column["info"].get("encode") for column in inspector.get_columns("sale", schema="mart")],
        "rows": found,
        "total": total,
        "listagg": joined,
    }


if __name__ == "__main__":
    driver, port, user, password, database = sys.argv[1:]
    url = sa.URL.create(f"redshift+{driver}", user, password, "127.0.0.1", int(port), database)
    print(json.dumps(findings(sa.create_engine(url, connect_args=NO_TLS[driver]))))
