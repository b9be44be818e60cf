"""Roles of the warehouse: what each may read and write, down to columns, and whose rows a ministry sees."""

import re
from collections.abc import Iterator
from typing import Any

import psycopg2
import pytest
import redshift_connector
import sqlglot

import gem.warehouse.security as security
from gem.contracts.errors import TerminalError
from gem.contracts.mart.tables import MART_TABLES
from gem.warehouse.connection import execute
from gem.warehouse.migrate import migrate
from gem.warehouse.scripts import scripts
from gem.warehouse.security import CELL_FILTER, MINISTRY_FILTER, secure
from gem.warehouse.templates.views import HELPER_VIEWS, VIEW_OF
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.warehouse.portable import Portable

DATABASE = "secured"
TWO_MINISTRIES = """
insert into mart.dim_buyer_org
    (buyer_org_key, source_id, org_id, ministry_id, valid_from, valid_to, is_current, row_hash)
values (11, 'gem', 1, 100, '1900-01-01', '9999-12-31', true, 'a'),
       (12, 'gem', 2, 200, '1900-01-01', '9999-12-31', true, 'b'),
       (13, 'other', 1, 100, '1900-01-01', '9999-12-31', true, 'c')
"""


@pytest.fixture(scope="module")
def dsn(embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront) -> str:
    """A warehouse with its roles, as the backend's superuser reaches it."""
    embedded_postgres.create_database(DATABASE)
    front = redshift_front
    connection = redshift_connector.connect(
        host=front.host, port=front.port, database=DATABASE, user=front.user, password=front.password, ssl=False
    )
    migrate(connection)
    assert secure(Portable(connection), portable=True) == [
        "security/0001_roles.sql",
        "security/0002_ministry_reader.sql",
        "security/0003_privileges.sql",
    ]
    assert len(secure(Portable(connection), portable=True)) == 3  # once more does no harm
    connection.close()
    return embedded_postgres.dsn(DATABASE)


@pytest.fixture
def cursor(dsn: str) -> Iterator[Any]:
    """A superuser's cursor whose changes are undone."""
    connection = psycopg2.connect(dsn)
    yield connection.cursor()
    connection.rollback()
    connection.close()


def may(cursor: Any, role: str, statement: str) -> bool:
    cursor.execute("savepoint before")
    cursor.execute(f"set local role {role}")
    try:
        cursor.execute(statement)
    except psycopg2.errors.InsufficientPrivilege:
        return False
    finally:
        cursor.execute("rollback to savepoint before")
    return True


READS = {
    "select seller_name from bi.v_sellers": {"gem_loader", "gem_analyst", "gem_bi", "gem_ministry", "gem_auditor"},
    "select udyam_no from bi.v_sellers": {"gem_loader", "gem_auditor"},
    "select * from bi.v_sellers": {"gem_loader", "gem_auditor"},
    "select sum(line_value) from bi.v_order_lines": {
        "gem_loader",
        "gem_analyst",
        "gem_bi",
        "gem_ministry",
        "gem_auditor",
    },
    "select count(*) from mart.fact_bid": {"gem_analyst", "gem_loader", "gem_auditor"},
    "select pincode from mart.dim_seller": {"gem_loader", "gem_auditor"},
    "select seller_name from mart.dim_seller": {"gem_analyst", "gem_loader", "gem_auditor"},
    "select * from ops.load_log": {"gem_loader", "gem_auditor"},
    "select * from ops.ministry_reader": {"gem_loader", "gem_auditor"},
}
WRITES = {
    "delete from mart.fact_bid": {"gem_loader"},
    "update mart.dim_seller set seller_name = ''": {"gem_loader"},
    "insert into ops.load_mutex values ('x')": {"gem_loader"},
    "lock table ops.load_mutex": {"gem_loader"},
    "create table mart.own (n integer)": set(),
    "drop view bi.v_bids": set(),
}


@pytest.mark.parametrize(("statement", "allowed"), [*READS.items(), *WRITES.items()])
def test_a_role_may_do_what_it_needs_and_nothing_else(cursor: Any, statement: str, allowed: set[str]) -> None:
    roles = ("gem_loader", "gem_analyst", "gem_bi", "gem_ministry", "gem_auditor")
    assert {role for role in roles if may(cursor, role, statement)} == allowed


def test_a_right_that_somebody_added_is_taken_away_again(dsn: str, redshift_front: RedshiftFront) -> None:
    front = redshift_front
    connection = redshift_connector.connect(
        host=front.host, port=front.port, database=DATABASE, user=front.user, password=front.password, ssl=False
    )
    execute(connection, "grant select on ops.load_log to gem_bi")
    connection.commit()
    secure(Portable(connection), portable=True)
    assert execute(connection, "select has_table_privilege('gem_bi', 'ops.load_log', 'select')") == [(False,)]
    connection.close()


def test_the_policy_keeps_the_rows_of_ones_own_ministries(cursor: Any) -> None:
    cursor.execute(TWO_MINISTRIES)
    cursor.execute("insert into ops.ministry_reader values (current_user, 'gem', 100), ('somebody', 'gem', 200)")
    # Redshift adds a policy's predicate to the WHERE clause of every query (CREATE RLS POLICY).
    cursor.execute(f"select buyer_org_key from bi.v_buyers where {MINISTRY_FILTER}")
    assert cursor.fetchall() == [(11,)]
    cursor.execute("delete from ops.ministry_reader where user_name = current_user")
    cursor.execute(f"select count(*) from bi.v_buyers where {MINISTRY_FILTER}")
    assert cursor.fetchall() == [(0,)]


CELLS_OF_TWO_MINISTRIES = """
insert into mart.agg_gmv_daily (source_id, contract_date_key, ministry_id, ministry_name, buyer_state_code,
    category_level1, seller_size, buy_mode, orders, orders_in_category, order_lines, gross_gmv, net_gmv, mse_value,
    women_value, scst_value, startup_value)
select source_id, -1, ministry_id, '', '', '', '', '', 0, 0, 0, 0, 0, 0, 0, 0, 0
from (values ('gem', 100), ('gem', 200), ('other', 100), ('gem', -1)) cell (source_id, ministry_id)
"""


def test_of_an_aggregate_one_sees_the_cells_of_ones_own_ministries(cursor: Any) -> None:
    cursor.execute(CELLS_OF_TWO_MINISTRIES)
    cursor.execute("insert into ops.ministry_reader values (current_user, 'gem', 100), ('somebody', 'gem', 200)")
    cursor.execute(f"select source_id, ministry_id from bi.v_gmv_daily where {CELL_FILTER}")
    assert cursor.fetchall() == [("gem", 100)]


def test_every_view_with_a_buyer_is_under_both_policies() -> None:
    (script,) = (script for script in scripts("security") if script.name == security.REDSHIFT_ONLY)
    text = "\n".join(script.statements)
    of_buyers = {"buyer_org_key", "ministry_id"}
    views = {f"bi.{VIEW_OF[t.name]}" for t in MART_TABLES if of_buyers & {c.name for c in t.warehouse_columns}}
    views |= {f"bi.{view}" for view, names_buyer in HELPER_VIEWS.items() if names_buyer}
    every_row = "role gem_loader, role gem_analyst, role gem_bi, role gem_auditor"
    assert {"bi.v_buyers", "bi.v_bids", "bi.v_participations", "bi.v_order_lines", "bi.v_gmv_daily"} <= views
    for view in views:
        own = "gem_own_ministry_cells" if view == "bi.v_gmv_daily" else "gem_own_ministry"
        assert f"attach rls policy {own} on {view} to role gem_ministry" in text
        assert f"attach rls policy gem_every_row on {view} to {every_row}" in text
        assert f"alter table {view} row level security on" in text
    assert set(re.findall(r"row level security on|attach rls policy \w+ on (\S+)", text)) - {""} == views


def test_row_level_security_is_redshifts_grammar() -> None:
    """No stand-in runs it and sqlglot does not know it, so its statements are held against the documented syntax."""
    name = r"\w+(\.\w+)?"
    roles = r"role \w+(, role \w+)*"
    grammar = [
        r"grant analyze to role \w+",
        r"drop rls policy if exists \w+ cascade",
        r"create rls policy \w+(\nwith \(\w+ [\w()]+(, \w+ [\w()]+)*\))?\nusing \((?s:.+)\)",
        rf"attach rls policy \w+ on {name} to {roles}",
        rf"alter table {name} row level security on",
    ]
    assert sqlglot.parse_one(f"select 1 from bi.v_bids where {MINISTRY_FILTER}", dialect="redshift")
    assert sqlglot.parse_one(f"select 1 from bi.v_gmv_daily where {CELL_FILTER}", dialect="redshift")
    (script,) = (script for script in scripts("security") if script.name == security.REDSHIFT_ONLY)
    for statement in script.statements:
        assert any(re.fullmatch(form, statement) for form in grammar), statement


def test_a_warehouse_without_row_level_security_refuses_it_by_name(dsn: str, redshift_front: RedshiftFront) -> None:
    front = redshift_front
    connection = redshift_connector.connect(
        host=front.host, port=front.port, database=DATABASE, user=front.user, password=front.password, ssl=False
    )
    with pytest.raises(TerminalError, match=r"sql/security/0004_redshift_only\.sql: .*"):
        secure(Portable(connection))
    assert execute(connection, "select has_table_privilege('gem_bi', 'bi.v_bids', 'select')") == [(True,)]
    connection.close()
