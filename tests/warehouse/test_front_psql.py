"""psql against the front: its listings, its parameters, its transactions."""

import subprocess
from collections.abc import Callable
from typing import Any

import pytest

from local_aws.postgres import postgres_bin

Psql = Callable[..., list[str]]
SALE = """
create schema mart;
create table mart.sale (id bigint not null, name varchar(40), price decimal(18,2), primary key (id)) sortkey (id);
create view mart.v_sale as select id, name from mart.sale;
insert into mart.sale values (1, 'हिन्दी', 1.50), (2, null, 2.25)
"""


@pytest.fixture
def psql(redshift_dsn: str) -> Psql:
    """Runs a script; the lines that it prints, without headings."""

    def run(script: str, *options: str) -> list[str]:
        command = [str(postgres_bin() / "psql"), redshift_dsn, "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
        done = subprocess.run([*command, *options], input=script, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    run(SALE)
    return run


def test_it_lists_databases_schemas_relations_and_columns(psql: Psql, redshift_database: str) -> None:
    assert any(line.startswith(f"{redshift_database}|") for line in psql(r"\l"))
    assert any(line.startswith("mart|") for line in psql(r"\dn"))
    assert [line.rsplit("|", 1)[0] for line in psql(r"\dtv mart.*")] == ["mart|sale|table", "mart|v_sale|view"]
    described = psql(r"\d mart.sale")
    assert described[:3] == ["id|bigint||not null|", "name|character varying(40)|||", "price|numeric(18,2)|||"]
    assert described[3:] == [], "an index, which Redshift has not"


def test_its_parameters_travel_by_the_extended_protocol(psql: Psql) -> None:
    query = r"select id, name from mart.sale where price < $1 and name = $2 \bind 2 हिन्दी \g"
    assert psql(query) == ["1|हिन्दी"]
    assert psql(
        "select name from mart.sale where id = :wanted and nvl(name, '') = :'name'", "-v", "wanted=2", "-v", "name="
    ) == [""]


def test_its_transactions_end_as_it_says(psql: Psql, cursor: Any) -> None:
    script = """
    begin;
    delete from mart.sale;
    select count(*) from mart.sale;
    rollback;
    begin;
    delete from mart.sale where id = 1;
    commit;
    select count(*) from mart.sale;
    """
    assert psql(script) == ["0", "1"]
    cursor.execute("select id from mart.sale")
    assert [tuple(row) for row in cursor.fetchall()] == [(2,)]
