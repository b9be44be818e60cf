"""The artifacts of a step are put once, and again only when they are others."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local_aws.artifacts import put_artifacts
from local_aws.aws_server import AwsServer
from local_aws.deployed import Deployment


@pytest.fixture
def s3() -> Iterator[Any]:
    with AwsServer() as aws:
        client = aws.client("s3")
        client.create_bucket(Bucket="artifacts", CreateBucketConfiguration={"LocationConstraint": "ap-south-1"})
        client.put_bucket_versioning(Bucket="artifacts", VersioningConfiguration={"Status": "Enabled"})
        yield client


def test_an_artifact_is_put_again_only_when_it_has_changed(s3: Any, tmp_path: Path) -> None:
    outputs = {"ArtifactBucketName": "artifacts", "ArtifactFolder": "current"}
    deployment = Deployment({}, outputs, {}, (), {}, {})
    (tmp_path / "emr_jobs").mkdir()
    (tmp_path / "artifacts").mkdir()
    (tmp_path / "artifacts" / "pyfiles.zip").write_bytes(b"zip")
    for program in ("one", "one", "two"):
        (tmp_path / "emr_jobs" / "curate.py").write_text(program)
        put_artifacts(s3, deployment, tmp_path, tmp_path)
    versions = s3.list_object_versions(Bucket="artifacts")["Versions"]
    assert sorted(each["Key"] for each in versions) == ["current/curate.py", "current/curate.py", "current/pyfiles.zip"]
    assert s3.get_object(Bucket="artifacts", Key="current/curate.py")["Body"].read() == b"two"
