"""The change log notes exactly the roots that each statement touched, whatever the statement was."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime

import psycopg2
import pytest

from extractor_ec2 import changelog
from gem.contracts.errors import TransientError
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME, AGGREGATES

LOGGED = "select aggregate, root_id from gem.change_log where root_id is not null order by 1, 2"
TWO_SELLERS = "insert into gem.seller (seller_id) values (1), (2)"


@pytest.fixture
def source(source_db):
    """A connection in autocommit to a source whose change log is installed and empty."""
    connection = psycopg2.connect(source_db)
    changelog.install(connection, AGGREGATES)
    connection.autocommit = True
    run(connection, "truncate gem.change_log")
    yield connection
    connection.close()


def run(connection, statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return cursor.fetchall() if cursor.description else []


def logged_by(connection, statement):
    run(connection, "truncate gem.change_log")
    run(connection, statement)
    return run(connection, LOGGED)


def test_an_insert_logs_each_root_once(source):
    run(source, TWO_SELLERS)
    three_members = (
        "insert into gem.seller_classification (classification_id, seller_id) values (10, 1), (11, 1), (12, 2)"
    )
    assert logged_by(source, three_members) == [("seller", 1), ("seller", 2)]


def test_a_member_that_moves_logs_the_root_it_leaves_and_the_root_it_joins(source):
    run(source, TWO_SELLERS)
    run(source, "insert into gem.seller_classification (classification_id, seller_id) values (10, 1)")
    assert logged_by(source, "update gem.seller_classification set seller_id = 2") == [("seller", 1), ("seller", 2)]


def test_a_changed_key_logs_the_old_and_the_new_root(source):
    run(source, TWO_SELLERS)
    assert logged_by(source, "update gem.seller set seller_id = 9 where seller_id = 1") == [
        ("seller", 1),
        ("seller", 9),
    ]


def test_a_delete_logs_the_root(source):
    run(source, TWO_SELLERS)
    assert logged_by(source, "delete from gem.seller where seller_id = 2") == [("seller", 2)]


def test_a_statement_that_touches_no_row_logs_nothing(source):
    run(source, TWO_SELLERS)
    assert logged_by(source, "update gem.seller set legal_name = 'x' where seller_id = 77") == []


def test_upsert_and_merge_and_copy_are_logged_like_any_other_statement(source):
    run(source, TWO_SELLERS)
    upsert = (
        "insert into gem.seller (seller_id) values (2), (3) on conflict (seller_id) do update set legal_name = 'again'"
    )
    assert logged_by(source, upsert) == [("seller", 2), ("seller", 3)]
    merge = (
        "merge into gem.seller s using (values (1), (4)) as v (id) on s.seller_id = v.id"
        " when matched then delete when not matched then insert (seller_id) values (v.id)"
    )
    assert logged_by(source, merge) == [("seller", 1), ("seller", 4)]


def test_a_cascade_logs_the_roots_of_the_members_it_deletes(source):
    run(source, TWO_SELLERS)
    run(source, "insert into gem.seller_classification (classification_id, seller_id) values (10, 1)")
    run(
        source,
        "alter table gem.seller_classification"
        " add foreign key (seller_id) references gem.seller on delete cascade on update cascade",
    )
    logged = logged_by(source, "delete from gem.seller where seller_id = 1")
    assert logged == [("seller", 1), ("seller", 1)], "once by the root's trigger, once by the member's"


def test_a_table_that_travels_whole_logs_root_zero(source):
    assert logged_by(source, "insert into gem.state_ref (state_code) values ('18'), ('27')") == [("state_ref", 0)]


def test_truncate_logs_every_root_that_it_removes(source):
    run(source, TWO_SELLERS)
    run(source, "insert into gem.bid_item (bid_item_id, bid_id) values (1, 7), (2, 7), (3, 8)")
    run(source, "insert into gem.state_ref (state_code) values ('18')")
    logged = logged_by(source, "truncate gem.bid_item, gem.seller cascade")
    assert logged == [("bid", 7), ("bid", 8), ("seller", 1), ("seller", 2)]
    assert logged_by(source, "truncate gem.state_ref") == [("state_ref", 0)]
    assert run(source, "select * from gem.change_log where root_id is null") == []


def test_truncate_in_a_snapshot_that_may_not_show_what_it_removes_asks_for_a_sweep_too(source, source_db):
    run(source, "begin isolation level repeatable read; select 1 from gem.seller")
    with closing(psycopg2.connect(source_db)) as other, other:
        run(other, TWO_SELLERS)
    run(source, "truncate gem.seller; commit")
    assert run(source, "select aggregate from gem.change_log where root_id is null") == [("seller",)]


def test_a_loader_that_switches_triggers_off_is_logged_all_the_same(source):
    run(source, "set session_replication_role = replica")
    assert logged_by(source, TWO_SELLERS) == [("seller", 1), ("seller", 2)]


def test_whoever_may_write_the_table_needs_no_right_on_the_log(source):
    run(source, "create role portal; grant usage on schema gem to portal; grant all on gem.seller to portal")
    try:
        run(source, "set role portal")
        run(source, TWO_SELLERS)
        with pytest.raises(psycopg2.errors.InsufficientPrivilege):
            run(source, "delete from gem.change_log")
        run(source, "reset role")
        assert run(source, LOGGED) == [("seller", 1), ("seller", 2)]
    finally:
        run(source, "reset role; drop owned by portal; drop role portal")


def test_a_savepoint_is_logged_with_the_id_of_its_transaction(source):
    source.autocommit = False
    run(source, "select pg_current_xact_id()")
    run(source, "savepoint inner_one")
    run(source, TWO_SELLERS)
    xids = run(source, "select distinct change_xid = pg_current_xact_id() from gem.change_log")
    source.rollback()
    assert xids == [(True,)]


def test_a_write_is_never_refused_for_want_of_a_partition(source):
    run(source, "drop table " + ", ".join(f"gem.{name}" for name in months(source)))
    assert logged_by(source, TWO_SELLERS) == [("seller", 1), ("seller", 2)]
    assert run(source, "select count(*) from gem.change_log_default") == [(2,)]
    changelog.install(source, AGGREGATES)
    assert run(source, LOGGED) == [("seller", 1), ("seller", 2)], "rows of a month stay where they were written"


def test_install_makes_this_month_and_the_coming_ones_over_the_new_year(source_db):
    connection = psycopg2.connect(source_db)
    changelog.install(connection, AGGREGATES, today=datetime(2026, 11, 30, tzinfo=UTC))
    names = ["change_log_2026_11", "change_log_2026_12", "change_log_2027_01", "change_log_2027_02"]
    assert months(connection) == names
    connection.close()


def test_install_twice_changes_nothing_and_marks_nothing(source):
    before = catalog(source)
    assert changelog.install(source, AGGREGATES) == []
    assert catalog(source) == before
    assert run(source, "select * from gem.change_log") == []


def test_remove_leaves_the_schema_as_it_was_before_install(source_db):
    connection = psycopg2.connect(source_db)
    connection.autocommit = True
    before = catalog(connection)
    changelog.install(connection, AGGREGATES)
    assert catalog(connection) != before
    connection.rollback()
    changelog.remove(connection)
    changelog.remove(connection)
    assert catalog(connection) == before
    connection.close()


def test_install_where_nothing_is_missing_waits_for_no_writer(source, source_db, monkeypatch):
    monkeypatch.setattr(changelog, "LOCK_TIMEOUT", "50ms")
    with closing(psycopg2.connect(source_db)) as writer:
        run(writer, "lock table gem.seller in row exclusive mode")
        assert changelog.install(source, AGGREGATES) == []


def test_several_installs_at_once_are_one(source_db):
    with ThreadPoolExecutor(4) as pool:
        marked = list(pool.map(lambda _: installed(source_db), range(4)))
    assert sorted(map(len, marked)) == [0, 0, 0, len(AGGREGATES)]


def installed(dsn):
    with closing(psycopg2.connect(dsn)) as connection:
        return changelog.install(connection, AGGREGATES)


def test_nobody_else_may_put_the_function_on_a_table_of_their_own(source):
    may = "select has_function_privilege('public', oid, 'execute') from pg_proc where proname = 'log_changes_of_bid'"
    assert run(source, may) == [(False,)]


NOT_LOGGED = (
    "drop trigger gem_log_update on gem.bid",
    "alter table gem.bid disable trigger all",
    "create or replace function gem.log_changes_of_bid() returns trigger language plpgsql as 'begin return null; end'",
)


@pytest.mark.parametrize("how", NOT_LOGGED)
def test_an_aggregate_that_was_not_logged_for_a_while_is_marked_when_it_is_again(source, how):
    run(source, how)
    assert changelog.missing_triggers(source, AGGREGATE_BY_NAME["bid"])
    assert changelog.install(source, AGGREGATES) == ["bid"]
    source.rollback()
    assert run(source, "select aggregate, root_id from gem.change_log") == [("bid", None)]
    assert changelog.missing_triggers(source, AGGREGATE_BY_NAME["bid"]) == []


def test_install_gives_up_on_a_busy_table_instead_of_holding_up_its_writers(source_db, monkeypatch):
    monkeypatch.setattr(changelog, "LOCK_TIMEOUT", "50ms")
    writer, connection = psycopg2.connect(source_db), psycopg2.connect(source_db)
    run(writer, TWO_SELLERS)
    with pytest.raises(TransientError, match=r"installing the change log: .*lock timeout"):
        changelog.install(connection, AGGREGATES)
    writer.close()
    assert months(connection) == []
    connection.close()


def months(connection):
    query = "select relname from pg_class where relname ~ '^change_log_\\d{4}_\\d\\d$' and relkind = 'r' order by 1"
    return [name for (name,) in run(connection, query)]


def catalog(connection):
    """Everything in the schema that install could have made or changed."""
    return [
        run(
            connection,
            "select relname, relkind::text from pg_class where relnamespace = 'gem'::regnamespace order by 1",
        ),
        run(connection, "select proname, prosrc from pg_proc where pronamespace = 'gem'::regnamespace order by 1"),
        run(
            connection,
            "select tgrelid::regclass::text, tgname, tgenabled::text, pg_get_triggerdef(oid) from pg_trigger"
            " order by 1, 2",
        ),
    ]
