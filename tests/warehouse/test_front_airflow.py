"""Airflow's RedshiftSQLHook and SQLAlchemy against the front, from the environment that `make airflow-env` makes."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local_aws.redshift import RedshiftFront
from tests.environments import programs

pytestmark = pytest.mark.slow

HERE = Path(__file__).parent
CLIENTS_PATH = {"PATH": os.defpath, "LANG": "C.UTF-8"}
SALE = """
create table mart.sale (
    id bigint not null encode raw, name varchar(40) encode zstd, price decimal(18,2), at timestamp, primary key (id)
)
distkey (id)
sortkey (id)
"""


@pytest.fixture(scope="session")
def airflow_python() -> Path:
    """The Python of .venv-airflow, which is made when it is missing."""
    return programs("airflow") / "python"


@pytest.fixture
def sale(cursor: Any) -> Any:
    """A table to sell from, and a view on it."""
    for statement in ("create schema mart", SALE, "create view mart.v_sale as select id, name from mart.sale"):
        cursor.execute(statement)
    cursor.connection.commit()
    return cursor


def test_the_hook_of_airflow_runs_statements_and_lists_tables_and_columns(
    sale: Any, airflow_python: Path, redshift_front: RedshiftFront, redshift_database: str, tmp_path: Path
) -> None:
    login = {"host": redshift_front.host, "port": redshift_front.port, "login": redshift_front.user}
    login |= {"conn_type": "redshift", "password": redshift_front.password, "schema": redshift_database}
    environment = CLIENTS_PATH | {
        "AIRFLOW_HOME": str(tmp_path),
        "AIRFLOW_CONN_REDSHIFT_DRIVER": json.dumps(login | {"extra": {"ssl": False}}),
        "AIRFLOW_CONN_REDSHIFT_ENGINE": json.dumps(login | {"extra": {"sslmode": "disable"}}),
    }
    command = [airflow_python, HERE / "airflow_client.py", tmp_path / "findings.json"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    found = json.loads((tmp_path / "findings.json").read_text())
    assert "division by zero" in found.pop("undone")
    assert "Redshift does not support CREATE INDEX" in found.pop("refused")
    assert found == {
        "connects": True,
        "rows": [[2, None], [3, "it's"]],
        "tables": [["sale"], ["v_sale"]],
        "left": [[3]],
        "driver tables": [["mart", "sale", "TABLE"], ["mart", "v_sale", "VIEW"]],
        "driver columns": [["id", "int8"], ["name", "varchar"], ["price", "numeric"], ["at", "timestamp"]],
        "engine": 3,
    }


@pytest.mark.parametrize("driver", ["redshift_connector", "psycopg2"])
def test_sqlalchemy_reflects_a_table_with_its_design_and_keeps_its_transactions(
    sale: Any, airflow_python: Path, redshift_front: RedshiftFront, redshift_database: str, driver: str
) -> None:
    words = [driver, str(redshift_front.port), redshift_front.user, redshift_front.password, redshift_database]
    command = [airflow_python, HERE / "alchemy_client.py", *words]
    done = subprocess.run(command, env=CLIENTS_PATH, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert {"mart", "public"} <= set(found.pop("schemas"))
    design = found.pop("design")
    assert (design["redshift_diststyle"], design["redshift_distkey"]) == ("KEY", "id")
    assert design["redshift_sortkey"] == ["id"]
    assert found == {
        "tables": ["sale"],
        "views": ["v_sale"],
        "columns": [
            ["id", "BIGINT", False],
            ["name", "VARCHAR(40)", True],
            ["price", "NUMERIC(18, 2)", True],
            ["at", "TIMESTAMP", True],
        ],
        "encodings": ["raw", "zstd", "az64", "az64"],
        "rows": [[1, "हिन्दी"]],
        "total": "3.75",
        "listagg": "हिन्दी",
    }
