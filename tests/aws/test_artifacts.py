"""A release is put into the bucket once, with checksums that S3 keeps, and again only where it is another."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from gem.contracts.errors import TerminalError
from gem.release.manifest import manifest_of
from gem.release.store import differences, put_release, stored_release
from local_aws.aws_server import AwsServer

FILES = {"curate.py": b"one", "extractor/install.sh": b"#!/bin/sh\n"}
MANIFEST = manifest_of(FILES, "1.2.3", "abc")


@pytest.fixture
def s3() -> Iterator[Any]:
    with AwsServer() as aws:
        client = aws.client("s3")
        client.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
        client.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
        yield client


def put(s3: Any, files: dict[str, bytes]) -> list[str]:
    return put_release(s3, "artifacts", "1.2.3", files, manifest_of(files, "1.2.3", "abc"))


def test_a_release_is_put_once_and_again_only_where_it_differs(s3: Any) -> None:
    assert put(s3, FILES) == ["1.2.3/curate.py", "1.2.3/extractor/install.sh", "1.2.3/manifest.json"]
    assert put(s3, FILES) == []
    assert put(s3, {**FILES, "curate.py": b"two"}) == ["1.2.3/curate.py", "1.2.3/manifest.json"]
    assert s3.get_object(Bucket="artifacts", Key="1.2.3/curate.py")["Body"].read() == b"two"


def test_what_lies_there_is_held_against_its_manifest(s3: Any) -> None:
    put(s3, FILES)
    found = stored_release(s3, "artifacts", "1.2.3")
    assert found == MANIFEST
    assert list(differences(s3, "artifacts", "1.2.3", found)) == []
    s3.put_object(Bucket="artifacts", Key="1.2.3/curate.py", Body=b"by hand", ChecksumAlgorithm="SHA256")
    s3.delete_object(Bucket="artifacts", Key="1.2.3/extractor/install.sh")
    assert list(differences(s3, "artifacts", "1.2.3", found)) == [
        "s3://artifacts/1.2.3/curate.py is not the file of release 1.2.3: its SHA-256 differs",
        "s3://artifacts/1.2.3/extractor/install.sh is missing",
    ]


def test_files_that_are_not_the_manifests_are_not_put(s3: Any) -> None:
    with pytest.raises(TerminalError, match="not those of its manifest"):
        put_release(s3, "artifacts", "1.2.3", {**FILES, "curate.py": b"two"}, MANIFEST)
    assert "Contents" not in s3.list_objects_v2(Bucket="artifacts")


def test_a_bucket_without_a_release_says_so(s3: Any, tmp_path: Path) -> None:
    with pytest.raises(TerminalError, match=r"there is no s3://artifacts/9/manifest\.json"):
        stored_release(s3, "artifacts", "9")
    s3.put_object(Bucket="artifacts", Key="9/manifest.json", Body=b"{}")
    with pytest.raises(TerminalError, match="is no release manifest"):
        stored_release(s3, "artifacts", "9")
