"""No change is ever lost: not by a late commit, not among many writers, not between two extractors."""

import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg2

SELLERS = 40


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
    done = threading.Event()
    with ThreadPoolExecutor(10) as pool:
        extractors = [pool.submit(extract_until, done, site) for _ in range(2)]
        writers = [pool.submit(write_transactions, site.dsn, seed) for seed in range(8)]
        committed = sum(writer.result() for writer in writers)
        done.set()
        batches = sum(extractor.result() for extractor in extractors)
    site.extract()
    assert committed >= 200, "too few changes to mean something"
    assert batches >= 3, "too few batches to mean something"
    for table, columns in COMPARED.items():
        assert newest(site, table, columns) == sorted(site.fetch(f"select {', '.join(columns)} from gem.{table}"))
    assert in_order(site.manifests())


def write_transactions(dsn, seed):
    """Sixty short transactions that stamp their rows first and commit a random while later; returns the commits."""
    chance = random.Random(seed)
    commits = 0
    with closing(psycopg2.connect(dsn)) as connection, connection.cursor() as cursor:
        for number in range(60):
            one, other = chance.sample(range(1, SELLERS + 1), 2)
            try:
                cursor.execute(chance.choice(WRITES), {"one": one, "other": other, "text": f"{seed}/{number}"})
                time.sleep(chance.choice((0, 0, 0.001, 0.01, 0.05)))
                if chance.random() < 0.9:
                    connection.commit()
                    commits += 1
                else:
                    connection.rollback()
            except psycopg2.errors.DeadlockDetected:
                connection.rollback()
                commits += 1
    return commits


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


def extract_until(done, site):
    batches = 0
    while not done.is_set():
        batches += site.extract() is not None
    return batches


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
