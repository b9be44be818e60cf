"""Every key and step name parses back to what it was made of, and nothing else parses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gem.contracts.errors import ManifestError
from gem.contracts.keys import Attempt, BatchId, RawManifestKey, RawPartKey, S3Uri

batch_ids = st.builds(
    BatchId, source_id=st.from_regex(r"[a-z][a-z0-9_]{0,31}", fullmatch=True), batch_seq=st.integers(0, 10**10 - 1)
)
attempts = st.builds(Attempt, batch_id=batch_ids, number=st.integers(1, 9999))


@given(batch_ids)
def test_a_raw_manifest_key_parses_back(batch_id: BatchId) -> None:
    assert RawManifestKey.parse(str(RawManifestKey(batch_id))).batch_id == batch_id


@given(attempts)
def test_a_step_name_and_a_curated_manifest_key_parse_back(attempt: Attempt) -> None:
    assert Attempt.parse_step_name(attempt.step_name) == attempt
    assert Attempt.parse_step_name(attempt.step_name_on("gem-dev")) == attempt
    assert Attempt.parse_curated_manifest_key(attempt.curated_manifest_key) == attempt


@given(batch_ids, batch_ids)
def test_batch_ids_of_a_source_sort_by_seq_as_text_too(one: BatchId, other: BatchId) -> None:
    other = BatchId(one.source_id, other.batch_seq)
    assert (str(one) < str(other)) == (one.batch_seq < other.batch_seq)


def test_parts_lie_in_the_folder_of_their_batch() -> None:
    batch_id = BatchId("gem", 7)
    assert str(RawPartKey(batch_id, "bid", 3)) == "raw/gem/gem-0000000007/bid/part-00003.parquet"
    assert str(RawPartKey(batch_id, "bid", 0, holds_roots=True)).startswith(RawManifestKey(batch_id).prefix)


@pytest.mark.parametrize(
    "key",
    [
        "raw/gem/gem-0000000007/../_manifest.json",
        "raw/gem/gem-7/_manifest.json",
        "raw/other/gem-0000000007/_manifest.json",
        "curated/gem/gem-0000000007/_manifest.json",
        "raw/gem/gem-0000000007/_manifest.json\n",
        "raw/gem/gem-000000000७/_manifest.json",
        "",
    ],
)
def test_what_is_no_raw_manifest_key_is_refused_by_name(key: str) -> None:
    with pytest.raises(ManifestError) as refused:
        RawManifestKey.parse(key)
    assert repr(key)[1:20] in str(refused.value)


@pytest.mark.parametrize("name", ["gem/gem-0000000007/0", "gem/gem-0000000007", "Other/gem-0000000007/1", "gem//1"])
def test_a_step_of_somebody_else_is_refused(name: str) -> None:
    with pytest.raises(ManifestError):
        Attempt.parse_step_name(name)


def test_an_s3_uri_parses_back() -> None:
    assert S3Uri.parse("s3://lake/raw/a b/ü.parquet") == S3Uri("lake", "raw/a b/ü.parquet")
    with pytest.raises(ManifestError):
        S3Uri.parse("https://lake/raw")


@pytest.mark.parametrize(
    "name", ["contract/part-00000.parquet", "_roots/contract/part-00000.parquet", "a=b/My_File.snappy"]
)
def test_a_batch_holds_plain_names_below_its_folder(name: str) -> None:
    folder = RawManifestKey(BatchId("gem", 7))
    assert folder.holds(folder.prefix + name)


@pytest.mark.parametrize(
    "name",
    ["", "contract/", "../x", "a/../x", "a/./x", ".x", "a//x", "part-*", "part-?", "{a,b}", "[ab]", "a b", "x\n", "क"],
)
def test_a_batch_holds_no_pattern_and_no_way_out(name: str) -> None:
    folder = RawManifestKey(BatchId("gem", 7))
    assert not folder.holds(folder.prefix + name)
    assert not folder.holds("raw/gem/gem-0000000008/contract/part-00000.parquet")
