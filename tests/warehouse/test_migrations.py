"""Migrations: applied once, together, by one of many; and what they leave in the warehouse."""

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlglot

import gem.warehouse.migrate
from gem.contracts.errors import TerminalError
from gem.contracts.mart.tables import MART_TABLES
from gem.warehouse import scripts as scripts_module
from gem.warehouse.connection import execute
from gem.warehouse.declared import declared_shapes
from gem.warehouse.generate import generated_files
from gem.warehouse.migrate import migrate, pending
from gem.warehouse.scripts import Script, scripts
from gem.warehouse.templates.views import HELPER_VIEWS

ROOT = Path(__file__).parents[2]
Connect = Callable[[], Any]


@pytest.fixture
def migrated(connect: Connect) -> Iterator[Any]:
    connection = connect()
    migrate(connection)
    yield connection
    connection.rollback()


def test_everything_is_applied_once(connect: Connect) -> None:
    connection = connect()
    applied = migrate(connection)
    assert applied[:3] == ["migrations/0001_ops.sql", "migrations/0002_mart.sql", "migrations/0003_dim_date.sql"]
    assert "views/v_order_lines.sql" in applied
    assert migrate(connection) == []


def test_of_several_at_once_one_applies_each_migration(connect: Connect) -> None:
    applied: list[list[str]] = []

    def apply(connection: Any) -> None:
        applied.append(migrate(connection))

    migrators = [threading.Thread(target=apply, args=[connect()]) for _ in range(4)]
    for migrator in migrators:
        migrator.start()
    for migrator in migrators:
        migrator.join()
    assert sorted(map(len, applied))[:3] == [0, 0, 0]
    assert len(applied) == 4
    assert len(max(applied, key=len)) == len(scripts("migrations")) + len(scripts("views"))


def test_an_edited_migration_is_refused_by_name(migrated: Any) -> None:
    execute(migrated, "update ops.migration set checksum = 'x' where name = 'migrations/0002_mart.sql'")
    migrated.commit()
    with pytest.raises(TerminalError, match=r"sql/migrations/0002_mart\.sql was edited after it was applied"):
        migrate(migrated)


def test_an_edited_view_is_made_again(migrated: Any) -> None:
    execute(migrated, "update ops.migration set checksum = 'x' where name = 'views/v_bids.sql'")
    execute(migrated, "drop view bi.v_bids")
    migrated.commit()
    assert migrate(migrated) == ["views/v_bids.sql"]
    assert execute(migrated, "select count(*) from bi.v_bids") == [(0,)]


def test_an_applied_migration_that_this_release_lacks_is_refused(migrated: Any) -> None:
    execute(migrated, "insert into ops.migration values ('migrations/0999_of_tomorrow.sql', 'x', getdate())")
    migrated.commit()
    with pytest.raises(TerminalError, match=r"0999_of_tomorrow\.sql, which this release does not know"):
        migrate(migrated)


def test_a_dry_run_names_what_would_run_and_changes_nothing(connect: Connect) -> None:
    connection = connect()
    would = pending(connection)
    connection.rollback()
    schemas = "select count(*) from pg_namespace where nspname in ('ops', 'mart', 'bi')"
    assert execute(connection, schemas) == [(0,)]
    assert migrate(connection) == [script.name for script in would]
    assert pending(connection) == []


def planted(monkeypatch: pytest.MonkeyPatch, *statements: str, number: int = 0, **more: Any) -> str:
    """A further migration behind the real ones; gives its name."""
    real = scripts
    name = f"migrations/{number or len(real('migrations')) + 1:04d}_planted.sql"
    extra = Script(name, statements, "y", **more)
    monkeypatch.setattr(gem.warehouse.migrate, "scripts", lambda f: [*real(f), extra] if f == "migrations" else real(f))
    return name


def test_a_migration_that_breaks_leaves_nothing_of_any(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    name = planted(monkeypatch, "create table mart.half (n integer)", "select broken")
    connection = connect()
    with pytest.raises(TerminalError, match=rf"sql/{name}: .*broken"):
        migrate(connection)
    assert execute(connection, "select count(*) from ops.migration") == [(0,)]
    assert execute(connection, "select count(*) from information_schema.tables where table_schema = 'mart'") == [(0,)]


def test_a_migration_number_that_is_left_out_is_refused(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, "select 1", number=99)
    with pytest.raises(TerminalError, match=r"sql/migrations/0099_planted\.sql is not number"):
        migrate(connect())


def test_what_cannot_run_in_a_transaction_runs_by_itself_and_once(
    connect: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = planted(monkeypatch, "vacuum mart.fact_bid", in_transaction=False)
    sessions: list[Any] = []

    def alone() -> Any:
        sessions.append(connect())
        sessions[-1].autocommit = True
        return sessions[-1]

    connection = connect()
    assert name in migrate(connection, alone)
    assert migrate(connection, alone) == []
    assert len(sessions) == 1


def test_what_cannot_run_in_a_transaction_is_one_statement(connect: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    planted(monkeypatch, "vacuum mart.fact_bid", "vacuum mart.dim_date", in_transaction=False)
    with pytest.raises(TerminalError, match="must be exactly one statement"):
        migrate(connect(), connect)


def test_a_script_says_by_its_first_line_that_it_runs_outside_a_transaction() -> None:
    assert scripts_module._script("a", "-- transaction: none\nvacuum;\n").in_transaction is False
    assert scripts_module._script("a", "vacuum;\n-- transaction: none\n").in_transaction is True


@pytest.mark.parametrize(
    ("key", "day"),
    [
        (20260331, ("2025-26", 2025, 4, 12, 365, "March", 14, True)),
        (20260401, ("2026-27", 2026, 1, 1, 1, "April", 14, False)),
        (20240229, ("2023-24", 2023, 4, 11, 335, "February", 9, True)),
        (20000401, ("2000-01", 2000, 1, 1, 1, "April", 13, False)),
        (20500331, ("2049-50", 2049, 4, 12, 365, "March", 13, True)),
        (-1, ("Unknown", None, None, None, None, "Unknown", None, None)),
    ],
)
def test_the_calendar_follows_the_indian_financial_year(migrated: Any, key: int, day: tuple[Any, ...]) -> None:
    columns = "financial_year, fy_start_year, fy_quarter, fy_month_no, fy_day_no, month_name, iso_week, is_month_end"
    assert execute(migrated, f"select {columns} from mart.dim_date where date_key = %s", [key]) == [day]


def test_the_calendar_has_every_day_of_fifty_years_once(migrated: Any) -> None:
    counted = "select count(*), count(distinct date_key), max(calendar_date) - min(calendar_date) from mart.dim_date"
    assert execute(migrated, counted) == [(18_263, 18_263, 18_261)]


def test_every_dimension_has_its_unknown_member(migrated: Any) -> None:
    for table in MART_TABLES:
        if table.is_dimension:
            key = table.natural_key[0] if table.name == "dim_date" else table.key_column
            assert execute(migrated, f"select count(*) from mart.{table.name} where {key} = -1") == [(1,)]
            not_stated = execute(migrated, f"select count(*) from mart.{table.name} where {key} = -2")
            assert not_stated == [(0 if table.name == "dim_date" else 1,)], "a day is never resolved, so -1 is enough"


def test_every_view_can_be_read(migrated: Any) -> None:
    names = [row[0] for row in execute(migrated, "select viewname from pg_views where schemaname = 'bi'")]
    assert len(names) == len(scripts("views"))
    for name in names:
        execute(migrated, f"select * from bi.{name} limit 1")


def test_the_generated_files_are_fresh_and_no_other_load_script_or_view_is_there() -> None:
    files = generated_files()
    for path, text in files.items():
        assert (ROOT / path).read_text() == text, f"{path} is not fresh: run `gem contracts generate`"
    by_hand = {f"sql/views/{name}.sql" for name in HELPER_VIEWS}
    folders = ("load", "views", "measures")
    found = {str(p.relative_to(ROOT)) for folder in folders for p in (ROOT / "sql" / folder).glob("*.sql")}
    assert found == {path for path in files if path.split("/")[1] in folders} | by_hand


def test_a_view_is_made_again_with_those_that_read_it(migrated: Any) -> None:
    execute(migrated, "update ops.migration set checksum = 'x' where name = 'views/v_deliveries.sql'")
    migrated.commit()
    again = migrate(migrated)
    assert again.index("views/v_deliveries.sql") < again.index("views/v_buyer_promptness.sql")
    assert {"views/m_crac_in_time.sql", "views/v_bids.sql"}.isdisjoint(again)
    assert migrate(migrated) == []


def test_hand_written_views_say_truly_whether_their_rows_name_a_buyer() -> None:
    shapes = declared_shapes()
    assert {name: "buyer_org_key" in shapes[f"bi.{name}"].columns for name in HELPER_VIEWS} == HELPER_VIEWS


# What sqlglot's grammar lacks is held against the documented syntax in test_security.
PARSED = [path for path in sorted(ROOT.glob("sql/*/*.sql")) if path.name != "0004_redshift_only.sql"]


@pytest.mark.parametrize("path", PARSED, ids=lambda path: path.name)
def test_every_script_is_redshift_sql(path: Path) -> None:
    text = path.read_text().replace("%s", "null")
    assert all(sqlglot.parse(text, dialect="redshift"))
    code = re.sub(r"--[^\n]*|'(?:[^']|'')*'", "", text)
    refused = r"\b(on conflict|returning|distinct on|generated|jsonb|array\[|truncate|create index|is distinct from)\b"
    assert not re.search(refused, code), "Redshift has none of these, and TRUNCATE would commit"
    assert not re.search(r"\b(SELECT|FROM|WHERE|INSERT|UPDATE|DELETE|JOIN)\b", code), "keywords are lower-case"
