"""A backfill reads a range of roots again, tombstones with it, and leaves every live window where it is."""

import pytest

from extractor_ec2.backfill import backfill, dry_run, wanted
from gem.contracts.errors import TerminalError
from gem.contracts.manifest import BatchKind

from .test_extract_crash import Killed, KilledAt, put_state
from .test_extract_cut import CONTRACT, MANY, rows_of


@pytest.fixture
def filled(site):
    """A site with forty contracts of one to four rows, all extracted."""
    site.execute(*MANY)
    site.extract()
    return site


def run(site, *, s3=None, max_rows=1000, restart=False, aggregate="contract", **roots):
    """The manifests of one backfill, and its summary."""
    extractor = site.extractor(s3=s3, max_rows=max_rows)
    summary = backfill(extractor, wanted(aggregate, **roots), restart=restart)
    return [site.manifest(batch) for batch in summary.as_json()["batches"]], summary


def test_a_range_is_read_again_with_both_ends_and_no_window_moves(filled):
    windows = filled.state()["windows"]
    (manifest,), summary = run(filled, first=5, last=8)
    assert manifest.kind is BatchKind.BACKFILL
    assert filled.roots(manifest, "contract") == [5, 6, 7, 8]
    assert len(filled.table(manifest, "contract_item")) == 1 + 2 + 3
    assert [aggregate.name for aggregate in manifest.aggregates] == ["contract"]
    assert filled.state()["windows"] == windows
    assert summary.batches == [{"batch_id": "gem-0000000002", "from": 5, "to": 8, "roots": 4, "rows": 10}]
    assert filled.extract() is None


def test_the_batches_of_a_backfill_are_bounded(filled):
    manifests, _ = run(filled, max_rows=7, everything=True)
    assert [root for m in manifests for root in filled.roots(m, "contract")] == list(range(1, 41))
    assert all(rows_of(manifest) < 7 + 4 for manifest in manifests)
    assert len({manifest.snapshot_at for manifest in manifests}) == len(manifests) > 5


def test_what_changes_while_a_backfill_runs_is_still_read_by_the_live_window(filled):
    filled.execute("update gem.contract set status = 'AMENDED' where contract_id = 6")
    run(filled, first=1, last=10)
    assert filled.roots(filled.extract(), "contract") == [6]


def test_named_roots_are_read_and_those_that_are_absent_are_tombstones(filled):
    (manifest,), _ = run(filled, roots=(3, 77, 9, 3))
    assert filled.roots(manifest, "contract") == [3, 9, 77]
    assert [row["contract_id"] for row in filled.table(manifest, "contract")] == [3, 9]


def test_a_root_that_the_log_knows_and_the_source_does_not_is_a_tombstone_of_its_range(filled):
    filled.execute("delete from gem.contract where contract_id in (6, 30)")
    filled.extract()
    (manifest,), _ = run(filled, first=5, last=7)
    assert filled.roots(manifest, "contract") == [5, 6, 7]
    assert [row["contract_id"] for row in filled.table(manifest, "contract")] == [5, 7]


def test_named_roots_within_a_range_are_tombstones_beside_it(filled):
    (manifest,), _ = run(filled, first=40, last=99, roots=(77,))
    assert filled.roots(manifest, "contract") == [40, 77]


def test_a_table_that_travels_whole_is_read_whole(filled):
    filled.execute("insert into gem.state_ref (state_code) values ('18'), ('27')")
    (manifest,), _ = run(filled, aggregate="state_ref")
    assert filled.roots(manifest, "state_ref") == [0]
    assert len(filled.table(manifest, "state_ref")) == 2


def test_a_range_without_roots_makes_no_batch_and_burns_no_number(filled):
    before = filled.state()
    assert run(filled, first=1000)[0] == []
    assert filled.state() == before


def test_a_dry_run_says_what_the_batches_would_be_and_writes_nothing(filled):
    before = {key: filled.body(key) for key in filled.stored_keys()}
    planned = dry_run(filled.extractor(max_rows=7), wanted("contract", everything=True))
    assert planned.as_json()["batches"] == []
    assert {key: filled.body(key) for key in filled.stored_keys()} == before
    _, done = run(filled, max_rows=7, everything=True)
    assert [{k: v for k, v in batch.items() if k != "batch_id"} for batch in done.batches] == planned.batches


def test_killed_between_any_two_steps_it_goes_on_where_it_was(filled):
    never = KilledAt(filled.s3, stage=0, before=True)
    run(filled, s3=never, max_rows=60, everything=True)
    assert never.writes == 2 * 6
    for stage in range(1, never.writes + 1):
        published = len(filled.manifests())
        with pytest.raises(Killed):
            run(filled, s3=KilledAt(filled.s3, stage, before=False), max_rows=60, everything=True)
        _, summary = run(filled, max_rows=60, everything=True)
        found = {root for m in filled.manifests()[published:] for root in filled.roots(m, "contract")}
        assert found == set(range(1, 41)), f"stage {stage}"
        assert (summary.resumed_after is not None) == (6 <= stage < 12), f"stage {stage}"
        assert filled.state()["backfills"] == {}


def test_another_range_or_a_restart_begins_anew(filled):
    for again in ({"everything": True, "restart": True}, {"first": 1}):
        with pytest.raises(Killed):
            run(filled, s3=KilledAt(filled.s3, 12, before=False), max_rows=30, everything=True)
        assert filled.state()["backfills"]["contract"]["after"] < 40
        (first, *_), summary = run(filled, max_rows=30, **again)
        assert (summary.resumed_after, filled.roots(first, "contract")[0]) == (None, 1)


def test_a_whole_aggregate_settles_the_sweep_that_was_due_before_it_and_a_range_does_not(filled):
    filled.execute("drop trigger gem_log_update on gem.contract")
    filled.install_changelog()
    assert filled.extractor().extract().sweep_due == ["contract"]
    run(filled, first=1, last=40)
    assert filled.state()["windows"]["contract"]["sweep_due"]
    run(filled, everything=True)
    assert not filled.state()["windows"]["contract"]["sweep_due"]


def test_a_sweep_that_became_due_while_the_aggregate_was_read_stays_due(filled):
    with pytest.raises(Killed):
        run(filled, s3=KilledAt(filled.s3, 6, before=False), max_rows=60, everything=True)
    filled.execute("drop trigger gem_log_update on gem.contract")
    filled.install_changelog()
    filled.extractor().extract()
    run(filled, max_rows=60, everything=True)
    assert filled.state()["windows"]["contract"]["sweep_due"]


@pytest.mark.parametrize(
    ("roots", "message"),
    [
        ({"aggregate": "contracts"}, r"'contracts' is not declared: name one of state_ref, .*contract, .*rating$"),
        ({"aggregate": "contract"}, "which roots of contract\\? Say --from and --to, --roots, or --all"),
        ({"aggregate": "contract", "first": 9, "last": 8}, "--from 9 is above --to 8"),
        ({"aggregate": "contract", "everything": True, "last": 8}, "--all reads every root"),
        ({"aggregate": "contract", "first": 2**63}, "--from 9223372036854775808 is no root id"),
        ({"aggregate": "contract", "last": 8, "roots": (9,)}, r"\[9\] of --roots lie outside"),
        ({"aggregate": "state_ref", "first": 1}, "state_ref travels whole: leave --from"),
    ],
)
def test_what_cannot_be_meant_is_refused_with_what_to_say_instead(roots, message):
    with pytest.raises(TerminalError, match=message):
        wanted(**roots)


def test_an_aggregate_that_is_not_as_declared_is_not_read(filled):
    filled.execute("alter table gem.contract drop column status")
    with pytest.raises(TerminalError, match=r"gem\.contract\.status does not exist"):
        run(filled, first=1)


def test_another_database_is_not_read(filled):
    identity = {**filled.state()["identity"], "system_identifier": "7"}
    put_identity(filled, identity)
    with pytest.raises(TerminalError, match="is another database than before"):
        run(filled, first=1)
    with pytest.raises(TerminalError, match="is another database than before"):
        dry_run(filled.extractor(), wanted("contract", first=1))


def test_a_resync_binds_to_the_database_that_answers_and_reads_every_root_again(filled):
    put_identity(filled, {**filled.state()["identity"], "system_identifier": "7"})
    with pytest.raises(TerminalError, match="gem resync"):
        filled.extract()
    summary = filled.extractor(max_rows=30).resync()
    manifests = [filled.manifest(batch) for batch in summary.batches]
    assert {manifest.kind for manifest in manifests} == {BatchKind.RESYNC}
    assert [r for m in manifests for r in filled.roots(m, "contract")] == list(range(1, 41))
    assert manifests[0].batch_seq == 2, "numbers go on"
    assert filled.extract() is None
    filled.execute("update gem.contract set status = 'AMENDED' where contract_id = 6")
    manifest = filled.extract()
    assert (manifest.kind, filled.roots(manifest, "contract")) == (BatchKind.LIVE, [6])


def test_a_source_that_was_put_back_in_time_is_read_again_after_a_resync(filled):
    """What TerminalError advises must be true, also where the cluster is the same."""
    ahead = {name: {**window, "position": "900000:900000:"} for name, window in filled.state()["windows"].items()}
    put_state(filled, windows=ahead, snapshot="900000:900000:")
    assert "gem resync" in filled.extractor().extract().failed["contract"]
    summary = filled.extractor().resync()
    assert summary.failed == {}
    assert summary.aggregates["contract"] == 40


def test_what_changes_during_a_resync_is_read_by_the_window_that_follows(filled):
    killed = KilledAt(filled.s3, 13, before=True)
    with pytest.raises(Killed):
        filled.extractor(s3=killed, max_rows=30).resync()
    filled.execute("update gem.contract set total_value = 5 where contract_id in (1, 40)")
    filled.execute("delete from gem.contract where contract_id = 2")
    summary = filled.extractor(max_rows=30).extract()
    kinds = [filled.manifest(batch).kind for batch in summary.batches]
    assert kinds[0] is BatchKind.RESYNC, "the next extract goes on with it"
    filled.extractor(max_rows=30).extract()
    newest = {r["contract_id"]: r["total_value"] for m in filled.manifests() for r in filled.table(m, "contract")}
    assert (newest[1], newest[40]) == (5, 5)
    assert 2 in {root for m in filled.manifests()[-2:] for root in filled.roots(m, "contract")}
    assert filled.extract() is None


def test_an_extractor_that_began_before_a_resync_does_not_undo_it(filled):
    filled.execute("update gem.contract set total_value = 5 where contract_id = 1")
    rival = ResyncBefore(filled, "_manifest.json")
    filled.extract(s3=rival)
    assert filled.state()["windows"]["contract"]["position"] is None, "the resync stands"
    assert filled.extractor().extract().aggregates["contract"] == 40


def test_a_finished_resync_settles_a_sweep(filled):
    filled.execute("drop trigger gem_log_update on gem.contract")
    filled.install_changelog()
    filled.extractor().extract()
    filled.extractor(max_rows=30).resync()
    assert not filled.state()["windows"]["contract"]["sweep_due"]


class ResyncBefore:
    """An S3 client before whose manifest somebody else begins a resync."""

    def __init__(self, site, suffix):
        self._site = site
        self._suffix = suffix

    def put_object(self, **arguments):
        if arguments["Key"].endswith(self._suffix):
            with pytest.raises(Killed):
                self._site.extractor(s3=KilledAt(self._site.s3, 1, before=False), aggregates=CONTRACT).resync()
        return self._site.s3.put_object(**arguments)

    def __getattr__(self, name):
        return getattr(self._site.s3, name)


def put_identity(site, identity):
    put_state(site, identity=identity)
