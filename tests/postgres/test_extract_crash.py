"""Stopped anywhere, the extractor leaves nothing half visible; run again, it delivers what was missing."""

import json

import pytest

from extractor_ec2.state import ExtractorState
from gem.contracts.errors import TerminalError
from gem.contracts.keys import state_key
from local_aws.aws_endpoint import REGION

STATE = state_key("gem")
WRITES = ("put_object", "upload_file")
# Reserve the seq; upload roots, contracts and their items; create the manifest; move the windows.
STAGES = 6


class Killed(BaseException):
    """The process ends here."""


class KilledAt:
    """An S3 client that kills the extractor at its n-th write, `before` it has an effect or after."""

    def __init__(self, s3, stage, before):
        self._s3 = s3
        self._stage = stage
        self._before = before
        self.writes = 0

    def __getattr__(self, name):
        call = getattr(self._s3, name)
        return self._counted(call) if name in WRITES else call

    def _counted(self, call):
        def write(*args, **kwargs):
            self.writes += 1
            if self.writes == self._stage and self._before:
                raise Killed
            answer = call(*args, **kwargs)
            if self.writes == self._stage:
                raise Killed
            return answer

        return write


def test_killed_between_any_two_stages_nothing_is_half_visible_and_the_next_run_completes(site):
    site.execute(
        "insert into gem.contract (contract_id) values (1)",
        "insert into gem.contract_item (contract_item_id, contract_id, line_no) values (1, 1, 0)",
    )
    site.extract()
    for cut in range(STAGES * 2):
        stage, before = cut // 2 + 1, cut % 2 == 0
        site.execute(f"update gem.contract_item set line_no = {cut + 1}")
        published = len(site.manifests())
        with pytest.raises(Killed):
            site.extract(s3=KilledAt(site.s3, stage, before))
        visible = site.manifests()[published:]
        assert len(visible) == (stage > 5 or (stage, before) == (5, False)), f"cut {cut}"
        site.extract()
        newest = site.manifests()[-1]
        assert [row["line_no"] for row in site.table(newest, "contract_item")] == [cut + 1], f"cut {cut}"
        assert site.extract() is None, f"cut {cut}: the window has moved"


def test_those_stages_are_all_there_are(site):
    site.extract()
    site.execute(
        "insert into gem.contract (contract_id) values (1)",
        "insert into gem.contract_item (contract_item_id, contract_id) values (1, 1)",
    )
    never = KilledAt(site.s3, stage=0, before=True)
    site.extract(s3=never)
    assert never.writes == STAGES


def test_a_manifest_whose_answer_was_lost_and_is_written_twice_is_published_once(site):
    site.execute("insert into gem.contract (contract_id) values (1)")
    manifest = site.extract(s3=AnswerLost(site.s3))
    assert site.manifests() == [manifest]
    assert site.extract() is None


class AnswerLost:
    """An S3 client that loses the answer to a manifest's creation and, as the SDK does, sends it again."""

    def __init__(self, s3):
        self._s3 = s3

    def put_object(self, **arguments):
        if arguments["Key"].endswith("_manifest.json"):
            self._s3.put_object(**arguments)
        return self._s3.put_object(**arguments)

    def __getattr__(self, name):
        return getattr(self._s3, name)


def test_another_database_under_the_same_name_stops_with_advice(site):
    site.extract()
    put_state(site, identity={**site.state()["identity"], "system_identifier": "7000000000000000001"})
    with pytest.raises(TerminalError, match=r"'gem' is another database than before .*7000000000000000001.*gem resync"):
        site.extract()


def test_a_role_that_may_not_ask_for_the_identity_extracts_all_the_same(site):
    site.execute("revoke execute on function pg_control_system() from public")
    site.execute("create role reader login password 'r'; grant pg_read_all_data to reader")
    site.dsn = site.dsn.replace(site.dsn.split("@")[0], "postgresql://reader:r")
    try:
        assert site.extract() is not None
        assert ExtractorState.model_validate(site.state()).identity is None
    finally:
        site.dsn = site.owner_dsn
        site.execute("drop owned by reader; drop role reader")


def test_a_lost_state_is_noticed_before_a_number_is_given_twice(site):
    site.extract()
    site.s3.delete_object(Bucket="lake", Key=STATE)
    with pytest.raises(
        TerminalError, match=r"s3://lake/state/gem\.json is gone though s3://lake/raw/gem/ holds batches"
    ):
        site.extract()


@pytest.mark.parametrize("next_seq", [1, 2, 3])
def test_a_state_older_than_its_batches_numbers_none_before_or_over_them(site, next_seq):
    """Number 2 was reserved by a run that died; given again, it would put a newer snapshot before batch 3."""
    site.extract()
    put_state(site, next_batch_seq=3)
    site.execute("insert into gem.contract (contract_id) values (1)")
    assert site.extract().batch_seq == 3
    put_state(site, next_batch_seq=next_seq)
    before = {key: site.body(key) for key in site.stored_keys()}
    site.execute("insert into gem.contract (contract_id) values (2)")
    with pytest.raises(TerminalError, match=r"gem-000000000. comes next.*put back the version of state/gem\.json"):
        site.extract()
    assert {key: site.body(key) for key in site.stored_keys()} == before


def test_a_rival_that_publishes_between_state_and_reservation_is_no_old_state(site):
    site.extract()
    site.execute("insert into gem.contract (contract_id) values (1)")
    manifest = site.extract(s3=RivalBeforeListing(site))
    assert [m.batch_seq for m in site.manifests()] == [1, 2, 3]
    assert site.roots(manifest, "contract") == [2]


class RivalBeforeListing:
    """An S3 client before whose first listing another extractor runs from beginning to end."""

    def __init__(self, site):
        self._site = site
        self._is_first = True

    def list_objects_v2(self, **arguments):
        if self._is_first:
            self._is_first = False
            self._site.extract()
            self._site.execute("insert into gem.contract (contract_id) values (2)")
        return self._site.s3.list_objects_v2(**arguments)

    def __getattr__(self, name):
        return getattr(self._site.s3, name)


def put_state(site, **changes):
    site.s3.put_object(Bucket="lake", Key=STATE, Body=json.dumps({**site.state(), **changes}).encode())


def test_a_source_that_was_put_back_in_time_is_not_read(site):
    """Transaction ids below the window would be given again, and their changes passed over."""
    site.extract()
    ahead = {name: {**window, "position": "900000:900000:"} for name, window in site.state()["windows"].items()}
    put_state(site, windows=ahead)
    site.execute("insert into gem.contract (contract_id) values (1)")
    summary = site.extractor().extract()
    assert (summary.batch_id, set(summary.failed)) == (None, set(ahead))
    assert "is older than 900000:900000:" in summary.failed["contract"]


def test_an_unreadable_state_is_named(site):
    site.s3.put_object(Bucket="lake", Key=STATE, Body=b'{"version": 1, "source_id": "gem", "surprise": 1}')
    with pytest.raises(TerminalError, match=r"s3://lake/state/gem\.json is no state of this extractor.*surprise"):
        site.extract()


def test_a_lake_that_does_not_exist_is_named(site):
    site.s3.delete_bucket(Bucket="lake")
    with pytest.raises(TerminalError, match=r"s3://lake/.*NoSuchBucket"):
        site.extract()
    site.s3.create_bucket(Bucket="lake", CreateBucketConfiguration={"LocationConstraint": REGION})
