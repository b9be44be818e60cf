"""A release is put into the bucket once, with checksums that S3 keeps, and again only where it is another."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from samtranslator.yaml_helper import yaml_parse

from gem.contracts.errors import TerminalError
from gem.release.manifest import manifest_of
from gem.release.stage import overrides, release_prefix, stack_name
from gem.release.store import artifact_bucket, differences, put_folder, put_release, stored_release
from local_aws.aws_server import AwsServer
from tests.aws.aws_events import REPOSITORY

KEYS = {"aws_access_key_id": "local", "aws_secret_access_key": "local", "region_name": "ap-south-1"}
FILES = {"curate.py": b"one", "extractor/install.sh": b"#!/bin/sh\n", "extractor/wheels/a.whl": b"a"}
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
    names = ("curate.py", "extractor/wheels/a.whl", "extractor/install.sh", "manifest.json")
    assert put(s3, FILES) == [f"1.2.3/{name}" for name in names]
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


def test_a_release_has_a_prefix_of_its_own_and_goes_to_the_bucket_of_its_stack(s3: Any, tmp_path: Path) -> None:
    (tmp_path / "extractor" / "wheels").mkdir(parents=True)
    for path, body in FILES.items():
        (tmp_path / path).write_bytes(body)
    assert release_prefix(MANIFEST) != release_prefix(manifest_of({**FILES, "curate.py": b"two"}, "1.2.3", "abc"))
    cloudformation = boto3.client("cloudformation", endpoint_url=s3.meta.endpoint_url, **KEYS)
    assert artifact_bucket(cloudformation, "gem") is None
    with pytest.raises(TerminalError, match="deploy it first"):
        put_folder(s3, None, "1", tmp_path, MANIFEST)
    body = {"Resources": {"T": {"Type": "AWS::SNS::Topic"}}, "Outputs": {"ArtifactBucketName": {"Value": "artifacts"}}}
    cloudformation.create_stack(StackName="gem", TemplateBody=json.dumps(body))
    bucket = artifact_bucket(cloudformation, "gem")
    assert len(put_folder(s3, bucket, release_prefix(MANIFEST), tmp_path, MANIFEST)) == 4
    assert put_folder(s3, bucket, release_prefix(MANIFEST), tmp_path, MANIFEST) == []


def test_every_stage_deploys_parameters_of_the_template() -> None:
    samconfig = REPOSITORY / "samconfig.toml"
    parameters = yaml_parse((REPOSITORY / "template.yaml").read_text())["Parameters"]
    assert stack_name(samconfig, "dev") != stack_name(samconfig, "prod")
    for stage in ("dev", "prod"):
        for name, value in (each.split("=", 1) for each in overrides(samconfig, stage, release_prefix(MANIFEST))):
            declared = parameters[name]
            assert re.fullmatch(declared.get("AllowedPattern", ".*"), value), name
            assert value in map(str, declared.get("AllowedValues", [value])), name
    with pytest.raises(TerminalError, match="has no stage 'test'; there are dev, prod"):
        stack_name(samconfig, "test")
