"""What goes wrong with one aggregate, the disk or the session concerns nothing else and says what to do."""

import resource
import time

import pytest
from botocore.exceptions import ClientError

from gem.contracts.errors import TransientError


def test_a_table_that_may_not_be_read_fails_its_aggregate_and_no_other(site):
    site.execute(
        "insert into gem.seller (seller_id) values (1)",
        "insert into gem.bid (bid_id) values (1)",
        "insert into gem.contract (contract_id) values (1)",
        "create role clerk login password 'c'",
        "grant usage on schema gem to clerk; grant select on all tables in schema gem to clerk",
        "revoke select on gem.bid from clerk",
    )
    site.dsn = site.dsn.replace(site.dsn.split("@")[0], "postgresql://clerk:c")
    try:
        summary = site.extractor().extract()
    finally:
        site.dsn = site.owner_dsn
        site.execute("drop owned by clerk; drop role clerk")
    assert list(summary.failed) == ["bid"]
    assert "permission denied for table bid" in summary.failed["bid"]
    assert summary.rows == {"seller": 1, "contract": 1}


def test_a_snapshot_that_ended_is_worth_another_try(site):
    with pytest.raises(TransientError, match="importing the snapshot: its transaction has ended"):
        site.extract(s3=EndsTheSnapshot(site))
    assert site.manifests() == []


class EndsTheSnapshot:
    """An S3 client before whose first upload the connection that holds the snapshot is ended."""

    def __init__(self, site):
        self._site = site

    def upload_file(self, *args):
        self._site.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            " where application_name = 'gem-extractor' and datname = current_database()"
            " order by backend_start limit 1"
        )
        return self._site.s3.upload_file(*args)

    def __getattr__(self, name):
        return getattr(self._site.s3, name)


def test_a_limit_meant_for_short_transactions_does_not_end_a_long_read(site):
    database = site.dsn.rpartition("/")[2]
    site.execute(f"alter database {database} set transaction_timeout = '50ms'")
    assert site.extract(s3=Slow(site.s3)) is not None


class Slow:
    """An S3 client whose uploads outlast every limit of the test above."""

    def __init__(self, s3):
        self._s3 = s3

    def upload_file(self, *args):
        time.sleep(0.1)
        return self._s3.upload_file(*args)

    def __getattr__(self, name):
        return getattr(self._s3, name)


def test_a_full_scratch_disk_is_worth_another_try_and_leaves_no_batch(site, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    site.execute(
        "insert into gem.contract (contract_id, contract_number)"
        " select g, md5(g::text) from generate_series(1, 20000) g"
    )
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(TransientError, match=rf"contract: writing a part in {tmp_path}.*File too large"):
            site.extract(part_rows=100_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert list(tmp_path.iterdir()) == []
    assert site.manifests() == []


@pytest.mark.parametrize(("code", "status"), [("SlowDown", 503), ("ConditionalRequestConflict", 409)])
def test_a_manifest_that_s3_does_not_take_now_is_worth_another_try(site, code, status):
    with pytest.raises(TransientError, match=rf"creating s3://lake/raw/gem/gem-0000000001/_manifest.json: .*{code}"):
        site.extract(s3=TakesNoManifest(site.s3, code, status))
    assert site.manifests() == []
    assert site.extract().batch_seq == 2


class TakesNoManifest:
    """An S3 client that answers every manifest with one error."""

    def __init__(self, s3, code, status):
        self._s3 = s3
        self._answer = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}

    def put_object(self, **arguments):
        if arguments["Key"].endswith("_manifest.json"):
            raise ClientError(self._answer, "PutObject")
        return self._s3.put_object(**arguments)

    def __getattr__(self, name):
        return getattr(self._s3, name)
