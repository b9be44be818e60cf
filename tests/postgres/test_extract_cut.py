"""A window that is too large for one batch is cut by root: every batch is bounded, and nothing is lost in between."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from extractor_ec2.state import ExtractorState
from gem.contracts.manifest import BatchKind, PartKind
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME, AGGREGATES

from .test_extract_crash import Killed, KilledAt
from .test_extract_windows import COMPARED, SELLERS, WRITERS, in_order, newest, write_transactions

CONTRACT = [AGGREGATE_BY_NAME["contract"]]
# Contract g has g % 4 items: roots of one to four rows.
MANY = (
    "insert into gem.contract (contract_id) select g from generate_series(1, 40) g",
    "insert into gem.contract_item (contract_item_id, contract_id)"
    " select 10 * g + i, g from generate_series(1, 40) g, generate_series(1, 3) i where i <= g % 4",
)


def rows_of(manifest):
    return sum(part.rows for part in manifest.parts if part.kind is PartKind.ROWS)


def batches_of(site, **changes):
    """The manifests that one run published."""
    summary = site.extractor(**changes).extract()
    assert summary.failed == {}
    return [site.manifest(batch_id) for batch_id in summary.batches]


def loaded(site, table, key, aggregate="contract", root="contract_id"):
    """The rows as a loader of all batches has them: of each root, what the newest batch that names it holds."""
    rows = {}
    for manifest in site.manifests():
        named = set(site.roots(manifest, aggregate)) if manifest.parts_of(PartKind.ROOTS, aggregate) else set()
        rows = {k: row for k, row in rows.items() if row[root] not in named}
        rows |= {(row[root], row[key]): row for row in site.table(manifest, table)}
    return sorted((row[root], row[key]) for row in rows.values())


def stored(site, table, key, root="contract_id"):
    return sorted(site.fetch(f"select {root}, {key} from gem.{table}"))


def assert_all_loaded(site):
    for table, key in (("contract", "contract_id"), ("contract_item", "contract_item_id")):
        assert loaded(site, table, key) == stored(site, table, key)


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_the_first_load_is_cut_into_batches_that_exceed_the_limit_by_one_root_at_most(site, limit):
    site.execute(*MANY)
    manifests = batches_of(site, aggregates=CONTRACT, max_rows=limit)
    roots = [site.roots(manifest, "contract") for manifest in manifests]
    assert [root for some in roots for root in some] == list(range(1, 41))
    for manifest, some in zip(manifests, roots, strict=True):
        assert rows_of(manifest) - (1 + some[-1] % 4) < limit
    assert all(rows_of(manifest) >= limit for manifest in manifests[:-1])
    assert_all_loaded(site)
    assert len({m.snapshot_at for m in manifests}) == len(manifests), "each batch has a snapshot of its own"
    assert site.extract(aggregates=CONTRACT) is None


@pytest.mark.parametrize("limit", [1, 7, 100])
def test_a_mass_update_is_cut_the_same_way(site, limit):
    site.execute(*MANY)
    site.extract()
    site.execute("update gem.contract_item set qty = 1", "delete from gem.contract where contract_id = 40")
    manifests = batches_of(site, max_rows=limit)
    roots = [root for manifest in manifests for root in site.roots(manifest, "contract")]
    assert roots == [g for g in range(1, 41) if g % 4 or g == 40], "those without items were not touched"
    for manifest in manifests:
        assert rows_of(manifest) < limit + 4
    assert site.extract() is None


def test_a_batch_that_is_full_leaves_the_next_aggregates_to_the_next_batch(site):
    site.execute(*MANY, "insert into gem.bid (bid_id) values (1), (2), (3)")
    site.execute("insert into gem.state_ref (state_code) select g::text from generate_series(10, 30) g")
    manifests = batches_of(site, max_rows=5)
    assert [a.name for a in manifests[0].aggregates] == ["state_ref"], "one root, though of 21 rows"
    held = [{a.name for a in manifest.aggregates} for manifest in manifests]
    assert {"category", "buyer_organisation", "bid"} <= held[1]
    assert held[-1] == {"contract"}
    looked_at = AGGREGATES[: AGGREGATES.index(AGGREGATE_BY_NAME["contract"]) + 1]
    assert set(site.state()["windows"]) == {aggregate.name for aggregate in looked_at}
    assert site.extract() is None


def test_a_table_that_travels_whole_is_never_cut(site):
    site.execute("insert into gem.category (category_id) select g from generate_series(1, 50) g")
    manifests = [m for m in batches_of(site, max_rows=3) if m.parts_of(PartKind.ROWS, "category")]
    assert [len(site.table(manifest, "category")) for manifest in manifests] == [50]


def test_what_changed_while_a_window_was_cut_is_read_again_by_the_next_one(site):
    """The window of a cut counts from its first snapshot: at the last one, contract 1 would be lost for ever."""
    site.execute(*MANY)
    changing = AfterManifest(
        site,
        1,
        "update gem.contract set status = 'AMENDED' where contract_id in (1, 40)",
        "insert into gem.contract (contract_id) values (41)",
    )
    batches_of(site, s3=changing, aggregates=CONTRACT, max_rows=7)
    manifest = site.extract(aggregates=CONTRACT)
    assert site.roots(manifest, "contract") == [1, 40, 41], "40 twice, which is harmless"
    assert_all_loaded(site)


def test_roots_deleted_beyond_the_cut_are_named_by_their_range(site):
    site.execute(*MANY)
    site.extract()
    site.execute(
        "delete from gem.contract_item where contract_id > 20", "delete from gem.contract where contract_id > 20"
    )
    manifests = batches_of(site, max_rows=3)
    assert sorted(r for m in manifests for r in site.roots(m, "contract")) == list(range(21, 41))
    assert all(len(site.roots(manifest, "contract")) <= 3 for manifest in manifests)
    assert_all_loaded(site)


def test_every_root_and_what_a_truncation_removed_are_cut_together(site):
    site.execute(*MANY)
    site.extract()
    site.execute("delete from gem.contract where contract_id % 2 = 0", "drop trigger gem_log_update on gem.contract")
    site.install_changelog()
    summary = site.extractor(max_rows=9).extract()
    assert (summary.sweep_due, len(summary.batches) > 2) == (["contract"], True)
    named = [root for batch in summary.batches for root in site.roots(site.manifest(batch), "contract")]
    assert named == list(range(1, 41)), "what is there, and what was logged and is gone"
    assert loaded(site, "contract", "contract_id") == stored(site, "contract", "contract_id")
    assert site.state()["windows"]["contract"]["sweep_due"]


def test_members_without_a_root_come_with_their_range_and_end_no_batch(site):
    site.execute("insert into gem.contract (contract_id) values (10), (20)")
    site.execute(
        "insert into gem.contract_item (contract_item_id, contract_id)"
        " select g, case when g < 5 then 3 when g < 9 then 15 else 99 end from generate_series(1, 12) g"
    )
    manifests = batches_of(site, aggregates=CONTRACT, max_rows=2)
    assert [site.roots(manifest, "contract") for manifest in manifests] == [[10], [20]]
    assert [len(site.table(manifest, "contract_item")) for manifest in manifests] == [4, 8]


def test_where_what_remains_is_gone_the_window_ends_without_another_batch(site):
    site.execute(*MANY)
    with pytest.raises(Killed):
        site.extract(s3=KilledAfterWindows(site.s3), aggregates=CONTRACT, max_rows=7)
    cut = site.state()["windows"]["contract"]["cut"]
    site.execute(f"delete from gem.contract where contract_id > {cut['after']}")
    manifest = site.extract(aggregates=CONTRACT)
    assert site.roots(manifest, "contract") == list(range(cut["after"] + 1, 41)), "as changes since the first snapshot"
    assert site.state()["windows"]["contract"]["cut"] is None


def test_killed_between_any_two_steps_of_a_cut_window_the_next_run_goes_on_and_nothing_is_lost(site):
    site.execute(*MANY)
    never = KilledAt(site.s3, stage=0, before=True)
    batches_of(site, s3=never, aggregates=CONTRACT, max_rows=60)
    for stage in range(1, never.writes + 1):
        site.execute(f"update gem.contract set total_value = {stage}")
        with pytest.raises(Killed):
            site.extract(s3=KilledAt(site.s3, stage, before=False), aggregates=CONTRACT, max_rows=60)
        site.execute("update gem.contract set status = 'AMENDED' where contract_id in (2, 39)")
        site.extract(aggregates=CONTRACT, max_rows=60)
        site.extract(aggregates=CONTRACT)
        assert site.extract(aggregates=CONTRACT) is None
        assert_latest(site, total_value=stage)
    assert never.writes >= 10


def assert_latest(site, **values):
    """The newest batch of every root has these values."""
    newest_rows = {row["contract_id"]: row for m in site.manifests() for row in site.table(m, "contract")}
    assert {tuple(row[name] for name in values) for row in newest_rows.values()} == {tuple(values.values())}


def test_two_extractors_at_one_cut_window_lose_nothing_and_leave_a_window_that_is_true(site):
    site.execute(*MANY)
    rival = AfterManifest(site, 2, also=lambda: site.extract(aggregates=CONTRACT, max_rows=11))
    batches_of(site, s3=rival, aggregates=CONTRACT, max_rows=7)
    assert rival.was_used
    site.execute("update gem.contract set total_value = 5")
    site.extract(aggregates=CONTRACT, max_rows=7)
    assert_all_loaded(site)
    assert_latest(site, total_value=5)
    assert in_order(site.manifests())


def test_a_snapshot_older_than_the_newest_batch_is_refused_in_the_middle_of_a_cut(site):
    site.execute(*MANY)
    with pytest.raises(Killed):
        site.extract(s3=KilledAfterWindows(site.s3), aggregates=CONTRACT, max_rows=7)
    state = ExtractorState.model_validate(site.state())
    ahead = state.model_copy(update={"snapshot": "900000:900000:"})
    site.s3.put_object(Bucket="lake", Key="state/gem.json", Body=ahead.model_dump_json().encode())
    with pytest.raises(Exception, match=r"is older than 900000:900000:.*gem resync"):
        site.extract(aggregates=CONTRACT)


def test_a_cut_window_is_live_until_the_end_and_its_kind_says_so(site):
    site.execute(*MANY)
    assert {manifest.kind for manifest in batches_of(site, max_rows=7)} == {BatchKind.LIVE}


def test_among_hundreds_of_writers_and_two_extractors_with_a_tiny_limit_no_change_is_lost(site):
    site.execute(f"insert into gem.seller (seller_id, legal_name) select g, 'new' from generate_series(1, {SELLERS}) g")
    site.execute(
        "insert into gem.seller_classification (classification_id, seller_id, udyam_no)"
        f" select g, g, 'new' from generate_series(1, {SELLERS}) g"
    )
    seller, done, published = [AGGREGATE_BY_NAME["seller"]], threading.Event(), []
    with ThreadPoolExecutor(WRITERS + 2) as pool:
        extractors = [pool.submit(cut_until, done, site, seller, published) for _ in range(2)]
        writers = [pool.submit(write_transactions, site.dsn, seed, done, published) for seed in range(WRITERS)]
        try:
            for writer in writers:
                writer.result()
        finally:
            done.set()
        for extractor in extractors:
            extractor.result()
    site.extract(aggregates=seller, max_rows=150)
    site.extract(aggregates=seller, max_rows=150)
    for manifest in site.manifests():
        assert rows_before_the_last_root(site, manifest) < 150
    for table, columns in COMPARED.items():
        assert newest(site, table, columns) == sorted(site.fetch(f"select {', '.join(columns)} from gem.{table}"))
    assert in_order(site.manifests())


def rows_before_the_last_root(site, manifest):
    """Members whose seller was deleted come beside, with the range that they lie in."""
    before = set(site.roots(manifest, "seller")[:-1])
    return sum(row["seller_id"] in before for table in COMPARED for row in site.table(manifest, table))


def cut_until(done, site, aggregates, published):
    try:
        while not done.is_set():
            published += site.extractor(aggregates=aggregates, max_rows=150).extract().batches
    finally:
        done.set()


class AfterManifest:
    """An S3 client after whose n-th manifest the source changes, or something else happens, once."""

    def __init__(self, site, number, *statements, also=lambda: None):
        self._site = site
        self._left = number
        self._statements = statements
        self._also = also
        self.was_used = False

    def put_object(self, **arguments):
        answer = self._site.s3.put_object(**arguments)
        if arguments["Key"].endswith("_manifest.json"):
            self._left -= 1
            if self._left == 0:
                self.was_used = True
                if self._statements:
                    self._site.execute(*self._statements)
                self._also()
        return answer

    def __getattr__(self, name):
        return getattr(self._site.s3, name)


class KilledAfterWindows:
    """An S3 client that ends the process when the windows of the second batch are moved."""

    def __init__(self, s3):
        self._s3 = s3
        self._states = 0

    def put_object(self, **arguments):
        answer = self._s3.put_object(**arguments)
        self._states += arguments["Key"].startswith("state/")
        if self._states == 4:
            raise Killed
        return answer

    def __getattr__(self, name):
        return getattr(self._s3, name)
