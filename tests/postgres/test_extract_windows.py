"""No change is ever lost: not by a late commit, not among many writers, not between two extractors."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2

from extractor_ec2 import changelog
from gem.contracts.source.aggregates import AGGREGATES

WRITERS = 200
COMMITS = 2
BATCHES = 4
SELLERS = 400


def test_a_transaction_that_stamps_early_and_commits_late_is_not_lost(site):
    """FACTS P1: with `updated_at > max(updated_at)`, contract 2 is lost for ever."""
    site.execute("insert into gem.contract (contract_id) values (1)")
    site.extract()
    with closing(psycopg2.connect(site.dsn)) as late, late.cursor() as cursor:
        cursor.execute("insert into gem.contract (contract_id) values (2)")
        site.execute("insert into gem.contract (contract_id) values (3)")
        assert site.roots(site.extract(), "contract") == [3]
        site.execute("insert into gem.contract (contract_id) values (4)")
        assert site.roots(site.extract(), "contract") == [4]
        late.commit()
    assert site.roots(site.extract(), "contract") == [2]
    assert site.extract() is None


def test_a_transaction_that_stays_open_holds_nothing_else_back_and_nothing_is_read_twice(site):
    site.extract()
    with closing(psycopg2.connect(site.dsn)) as idle, idle.cursor() as cursor:
        cursor.execute("insert into gem.contract (contract_id) values (1)")
        for contract_id in range(2, 6):
            site.execute(f"insert into gem.contract (contract_id) values ({contract_id})")
            assert site.roots(site.extract(), "contract") == [contract_id]
        idle.rollback()
    assert site.extract() is None


def test_the_first_batch_misses_no_transaction_that_was_open_when_it_was_read(site):
    with closing(psycopg2.connect(site.dsn)) as late, late.cursor() as cursor:
        cursor.execute("insert into gem.contract (contract_id) values (1)")
        site.extract()
        late.commit()
    assert site.roots(site.extract(), "contract") == [1]


def test_a_prepared_transaction_is_read_when_it_commits_without_what_its_savepoints_took_back(site):
    site.extract()
    with closing(psycopg2.connect(site.dsn)) as first, first.cursor() as cursor:
        cursor.execute("insert into gem.contract (contract_id) values (1)")
        cursor.execute("savepoint a; insert into gem.contract (contract_id) values (2); rollback to a")
        cursor.execute("savepoint b; insert into gem.contract (contract_id) values (3); prepare transaction 'p'")
    site.execute("insert into gem.contract (contract_id) values (4)")
    assert site.roots(site.extract(), "contract") == [4]
    with closing(psycopg2.connect(site.dsn)) as second, second.cursor() as cursor:
        second.autocommit = True
        cursor.execute("commit prepared 'p'")
    assert site.roots(site.extract(), "contract") == [1, 3]
    assert site.extract() is None


def test_a_transaction_older_than_the_change_log_is_logged_from_its_first_write(source_db):
    """It saw nothing of the triggers when it began, prepared its statement without them and writes after they came."""
    with closing(psycopg2.connect(source_db)) as old, old.cursor() as cursor:
        cursor.execute("prepare born as insert into gem.contract (contract_id) values ($1)")
        old.commit()
        old.set_session(isolation_level="REPEATABLE READ")
        cursor.execute("select from gem.contract")
        with closing(psycopg2.connect(source_db)) as owner:
            changelog.install(owner, AGGREGATES)
        cursor.execute("execute born (1)")
        old.commit()
        cursor.execute("select root_id from gem.change_log where aggregate = 'contract' order by 1")
        assert cursor.fetchall() == [(1,), (None,)]


def test_the_window_of_each_aggregate_is_its_own(site):
    site.extract()
    site.execute("insert into gem.contract (contract_id) values (1)", "insert into gem.bid (bid_id) values (7)")
    site.execute("alter table gem.bid rename column status to state")
    summary = site.extractor().extract()
    assert set(summary.failed) == {"bid"}
    assert site.roots(site.manifest(summary.batch_id), "contract") == [1]
    site.execute("alter table gem.bid rename column state to status")
    manifest = site.extract()
    assert [aggregate.name for aggregate in manifest.aggregates] == ["bid"]
    assert site.roots(manifest, "bid") == [7]


def test_among_hundreds_of_concurrent_writers_and_two_extractors_no_change_is_lost(site):
    site.execute(f"insert into gem.seller (seller_id, legal_name) select g, 'new' from generate_series(1, {SELLERS}) g")
    site.execute(
        "insert into gem.seller_classification (classification_id, seller_id, udyam_no)"
        f" select g, g, 'new' from generate_series(1, {SELLERS}) g"
    )
    done, published = threading.Event(), []
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        extractors = [pool.submit(extract_until, done, site, published) for _ in range(2)]
        writers = [pool.submit(write_transactions, site.dsn, seed, done, published) for seed in range(WRITERS)]
        try:
            for writer in writers:
                writer.result()
        finally:
            done.set()
        for extractor in extractors:
            extractor.result()
    site.extract()
    for table, columns in COMPARED.items():
        assert newest(site, table, columns) == sorted(site.fetch(f"select {', '.join(columns)} from gem.{table}"))
    assert in_order(site.manifests())


def write_transactions(dsn, seed, done, published):
    """Transactions that stamp their rows first and commit a random while later, until enough batches came between."""
    chance = random.Random(seed)
    commits = 0
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        while commits < COMMITS or (len(published) < BATCHES and not done.is_set()):
            one, other = sorted(chance.sample(range(1, SELLERS + 1), 2))
            try:
                cursor.execute(chance.choice(WRITES), {"one": one, "other": other, "text": f"{seed}/{commits}"})
                time.sleep(chance.choice((0, 0, 0.001, 0.01, 0.05)))
                if chance.random() < 0.9:
                    connection.commit()
                    commits += 1
                else:
                    connection.rollback()
            except psycopg2.errors.DeadlockDetected:
                connection.rollback()


COMPARED = {
    "seller": ("seller_id", "legal_name", "updated_at"),
    "seller_classification": ("classification_id", "seller_id", "udyam_no", "updated_at"),
}
WRITES = (
    "update gem.seller set legal_name = %(text)s where seller_id = %(one)s",
    "update gem.seller_classification set seller_id = %(other)s, udyam_no = %(text)s where seller_id = %(one)s",
    "delete from gem.seller where seller_id = %(one)s",
    "insert into gem.seller (seller_id, legal_name) values (%(one)s, %(text)s)"
    " on conflict (seller_id) do update set legal_name = excluded.legal_name",
    "savepoint s; update gem.seller set legal_name = %(text)s where seller_id in (%(one)s, %(other)s)",
)


def extract_until(done, site, published):
    try:
        while not done.is_set():
            manifest = site.extract()
            if manifest is not None:
                published.append(manifest)
    finally:
        # Where it failed, the writers would wait for its batches.
        done.set()


def newest(site, table, columns):
    """Each root's rows as the newest batch that holds the root has them: what a loader of batches arrives at."""
    seen, rows = set(), []
    for manifest in reversed(site.manifests()):
        roots = set(site.roots(manifest, "seller"))
        rows += [row for row in site.table(manifest, table) if row["seller_id"] in roots - seen]
        seen |= roots
    return sorted(tuple(row[column] for column in columns) for row in rows)


def in_order(manifests):
    """A higher seq never has an older snapshot."""
    snapshots = [manifest.snapshot for manifest in manifests]
    xmins = [int(snapshot.split(":")[1]) for snapshot in snapshots]
    times = [manifest.snapshot_at for manifest in manifests]
    return xmins == sorted(xmins) and times == sorted(times)


def test_whoever_loses_the_race_for_a_number_starts_again_from_a_new_snapshot(site):
    site.extract()
    site.execute("insert into gem.contract (contract_id) values (1)")
    rival = RivalBeforeReservation(site)
    manifest = site.extract(s3=rival)
    assert site.roots(rival.manifest, "contract") == [1]
    assert site.roots(manifest, "contract") == [2], "what the rival has published already is not published again"
    assert manifest.batch_seq == rival.manifest.batch_seq + 1
    assert in_order(site.manifests())


class RivalBeforeReservation:
    """An S3 client before whose first reservation another extractor runs from beginning to end."""

    def __init__(self, site):
        self._site = site
        self.manifest = None

    def put_object(self, **arguments):
        if self.manifest is None and arguments["Key"].startswith("state/"):
            self.manifest = self._site.extract()
            self._site.execute("insert into gem.contract (contract_id) values (2)")
        return self._site.s3.put_object(**arguments)

    def __getattr__(self, name):
        return getattr(self._site.s3, name)
