"""The change log is pruned below what every window still needs, and never above."""

from contextlib import closing

import psycopg2
import pytest

from extractor_ec2 import pruning
from extractor_ec2.postgres import Source
from extractor_ec2.pruning import prune
from extractor_ec2.state import ExtractorState
from gem.contracts.source.aggregates import AGGREGATES
from gem.settings import ExtractorSettings

from .conftest import LAKE
from .test_extract_crash import Killed
from .test_extract_cut import CONTRACT, MANY, KilledAfterWindows

OLD = "change_log_2025_01"
AGE = f"""
alter table gem.change_log_default rename to was_default;
alter table gem.change_log detach partition gem.was_default;
create table if not exists gem.{OLD} partition of gem.change_log for values from ('2025-01-01Z') to ('2025-02-01Z');
alter table gem.change_log attach partition gem.was_default default;
alter table gem.was_default rename to change_log_default
"""


@pytest.fixture
def aged(site):
    """A site whose log has a month that is long over."""
    site.execute(AGE)
    return site


def note(site, root_id, connection=None):
    """A change of a contract as it was logged in that month, by a transaction of now."""
    statement = (
        "insert into gem.change_log (aggregate, root_id, changed_at)"
        f" values ('contract', {root_id}, '2025-01-15 00:00Z')"
    )
    if connection is None:
        site.execute(statement)
    else:
        connection.cursor().execute(statement)


def pruned_once(site):
    with closing(psycopg2.connect(site.dsn)) as connection:
        return prune(connection, AGGREGATES, ExtractorState.model_validate(site.state()).windows)


def pruned(site):
    """What becomes of the months when every window has seen which of them are closed."""
    found = pruned_once(site)
    if not found.closed:
        return found
    site.execute("insert into gem.change_log (aggregate, root_id) values ('bid', 99)")
    site.extract()
    return pruned_once(site)


def months(site):
    return [
        n for (n,) in site.fetch("select relname from pg_class where relname ~ '^change_log_2025' and relkind = 'r'")
    ]


def test_a_month_that_every_window_has_seen_is_dropped_and_the_present_one_is_kept(aged):
    note(aged, 1)
    aged.extract()
    before = aged.fetch("select count(*) from pg_inherits where inhparent = 'gem.change_log'::regclass")
    assert pruned(aged).dropped == [OLD]
    after = aged.fetch("select count(*) from pg_inherits where inhparent = 'gem.change_log'::regclass")
    assert (before[0][0] - after[0][0], months(aged)) == (1, [])
    assert aged.extract() is None, "the log works on"
    assert pruned(aged).dropped == []


def test_a_month_is_closed_first_and_dropped_once_every_window_has_seen_that(aged):
    note(aged, 1)
    aged.extract()
    assert pruned_once(aged).closed == [OLD]
    assert pruned_once(aged).needed == [OLD], "no window has moved since"
    assert aged.extract() is None, "a closing is no change"
    aged.execute("insert into gem.bid (bid_id) values (1)")
    assert aged.extract() is not None
    assert pruned_once(aged).dropped == [OLD]


def test_what_comes_into_a_closed_month_after_all_has_it_closed_again(aged):
    note(aged, 1)
    aged.extract()
    assert pruned_once(aged).closed == [OLD]
    note(aged, 2)
    assert aged.roots(aged.extract(), "contract") == [2]
    assert pruned_once(aged).closed == [OLD]
    assert pruned(aged).needed == [OLD]


def test_a_month_with_a_change_that_a_window_has_not_seen_is_kept(aged):
    aged.extract()
    note(aged, 7)
    found = pruned(aged)
    assert (found.dropped, found.needed) == ([], [OLD])
    assert aged.roots(aged.extract(), "contract") == [7]
    assert pruned(aged).dropped == [OLD]


def test_a_change_of_a_transaction_that_was_open_when_the_window_moved_is_kept(aged):
    """By the xmax of the window it is old, by the clock too; only the snapshot knows."""
    with closing(psycopg2.connect(aged.dsn)) as late:
        note(aged, 7, late)
        aged.execute("insert into gem.bid (bid_id) values (1)")
        aged.extract()
        late.commit()
    assert pruned(aged).needed == [OLD]
    assert aged.roots(aged.extract(), "contract") == [7]


def test_a_month_with_changes_that_are_not_committed_is_busy(aged, monkeypatch):
    monkeypatch.setattr(pruning, "LOCK_TIMEOUT", "50ms")
    aged.extract()
    with closing(psycopg2.connect(aged.dsn)) as late:
        note(aged, 7, late)
        assert pruned(aged).busy == [OLD]
        late.commit()
    assert aged.roots(aged.extract(), "contract") == [7]


def test_while_a_window_is_cut_its_beginning_counts(aged):
    aged.execute(*MANY)
    aged.extract()
    note(aged, 40)
    aged.execute("update gem.contract set total_value = 1")
    with pytest.raises(Killed):
        aged.extract(s3=KilledAfterWindows(aged.s3), max_rows=7)
    assert aged.state()["windows"]["contract"]["cut"]
    assert pruned(aged).needed == [OLD]
    aged.extract(max_rows=7)
    assert pruned(aged).dropped == [OLD]


def test_while_a_first_load_is_cut_what_its_first_snapshot_did_not_show_is_kept(aged):
    aged.extract(aggregates=[a for a in AGGREGATES if a.name != "contract"])
    aged.execute(*MANY)
    assert pruned(aged).needed == [OLD], "nothing of contract was read yet, or somebody is at it now"
    with closing(psycopg2.connect(aged.dsn)) as late:
        note(aged, 7, late)
        with pytest.raises(Killed):
            aged.extract(s3=KilledAfterWindows(aged.s3), aggregates=CONTRACT, max_rows=7)
        late.commit()
    assert pruned(aged).needed == [OLD]
    aged.extract(max_rows=7)
    assert 7 in aged.roots(aged.extract(), "contract")
    assert pruned(aged).dropped == [OLD]


def test_what_is_pruned_while_nobody_looks_is_lost_to_no_window(aged):
    """The months of the log and its pruning change nothing in what is extracted."""
    aged.execute(*MANY)
    aged.extract()
    for root in (3, 5):
        aged.execute(f"update gem.contract set total_value = 9 where contract_id = {root}")
        note(aged, root + 10)
        pruned(aged)
        assert aged.roots(aged.extract(), "contract") == [root, root + 10]
        assert pruned(aged).dropped == [OLD]
        aged.execute(AGE)


def test_a_change_that_commits_after_the_first_look_keeps_its_month(aged, monkeypatch):
    """The look that counts is the one behind the lock."""
    aged.extract()
    looked = pruning._is_needed
    with closing(psycopg2.connect(aged.dsn)) as late:
        note(aged, 7, late)

        def look_and_then_commit(*words):
            answer = looked(*words)
            late.commit()
            return answer

        monkeypatch.setattr(pruning, "_is_needed", look_and_then_commit)
        assert pruned(aged).needed == [OLD]
    assert aged.roots(aged.extract(), "contract") == [7]


def test_another_source_id_of_the_database_that_lags_behind_a_dropped_month_reads_every_root(aged):
    """The state of one source says nothing of the windows of another: it must not lose changes without a word."""
    aged.execute(*MANY)
    other = Source(ExtractorSettings(source_dsn=aged.dsn, lake_bucket=LAKE, source_id="other"))
    aged.extract(source=other)
    note(aged, 7)
    aged.extract()
    assert pruned(aged).dropped == [OLD]
    assert aged.extract() is None, "to a window that saw the month nothing has changed"
    summary = aged.extractor(source=other).extract()
    assert summary.aggregates["contract"] > 1, "which roots have changed nobody knows any more"
    assert summary.sweep_due == ["contract"]
    assert aged.extractor(source=other).extract().batches == []


def test_a_change_that_committed_after_a_newer_one_is_not_lost_to_another_source_id(aged):
    """The other window saw the newest change of the month, and not the older one that was open at the time."""
    aged.execute(*MANY)
    other = Source(ExtractorSettings(source_dsn=aged.dsn, lake_bucket=LAKE, source_id="other"))
    aged.extract()
    with closing(psycopg2.connect(aged.dsn)) as late:
        note(aged, 100, late)
        note(aged, 7)
        aged.extract(source=other)
        late.commit()
    aged.extract()
    assert pruned(aged).dropped == [OLD]
    assert aged.extract() is None, "to a window that saw the month closed nothing has changed"
    summary = aged.extractor(source=other).extract()
    assert summary.aggregates["contract"] > 1
    assert summary.sweep_due == ["contract"]


def test_another_source_id_that_saw_the_month_closed_reads_nothing_again(aged):
    aged.execute(*MANY)
    other = Source(ExtractorSettings(source_dsn=aged.dsn, lake_bucket=LAKE, source_id="other"))
    aged.extract()
    note(aged, 7)
    aged.extract()
    assert pruned_once(aged).closed == [OLD]
    aged.extract(source=other)
    assert pruned(aged).needed == [OLD]
    aged.execute("insert into gem.bid (bid_id) values (1)")
    aged.extract()
    assert pruned(aged).dropped == [OLD]
    summary = aged.extractor(source=other).extract()
    assert (summary.aggregates.get("contract", 0), summary.sweep_due) == (0, [])
