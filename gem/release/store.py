"""A release in the artifact bucket: put there with checksums that S3 itself checks, and held against its manifest."""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from gem.aws import aws_errors, error_code
from gem.contracts.errors import TerminalError
from gem.release.manifest import MANIFEST_NAME, Artifact, ReleaseManifest, manifest_of, parse_release, release_body

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

INSTALLER = "extractor/install.sh"
BUCKET_OUTPUT = "ArtifactBucketName"
MISSING = frozenset({"404", "NoSuchKey", "NoSuchBucket"})


def put_release(
    s3: "S3Client", bucket: str, prefix: str, files: Mapping[str, bytes], manifest: ReleaseManifest
) -> list[str]:
    """Put what is not there yet, the manifest last; the keys that were put. S3 refuses a body that came damaged.

    TerminalError where `files` are not what the manifest says.
    """
    if manifest_of(files, manifest.version, manifest.commit) != manifest:
        raise TerminalError("the files of the release are not those of its manifest: build it again")
    [last] = manifest_of({MANIFEST_NAME: release_body(manifest)}, "", "").artifacts
    # A host that comes up meanwhile waits for its installer: it must not find that before what it installs.
    in_order = sorted(manifest.artifacts, key=lambda each: each.path == INSTALLER)
    wanted = [*((each, files[each.path]) for each in in_order), (last, release_body(manifest))]
    put = []
    for artifact, body in wanted:
        key = f"{prefix}/{artifact.path}"
        if _stored_checksum(s3, bucket, key) != _checksum(artifact):
            with aws_errors(f"putting s3://{bucket}/{key}"):
                s3.put_object(
                    Bucket=bucket, Key=key, Body=body, ChecksumAlgorithm="SHA256", ChecksumSHA256=_checksum(artifact)
                )
            put.append(key)
    return put


def artifact_bucket(cloudformation: Any, stack: str) -> str | None:
    """The artifact bucket of a stack; None where there is no such stack yet."""
    try:
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    except ClientError as error:
        if error_code(error) == "ValidationError" and "does not exist" in str(error):
            return None
        with aws_errors(f"CloudFormation stack {stack}"):
            raise
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}
    return outputs.get(BUCKET_OUTPUT)


def put_folder(s3: "S3Client", bucket: str | None, prefix: str, folder: Path, manifest: ReleaseManifest) -> list[str]:
    """Put the release that was built into a folder, and hold it against its manifest there; the keys that were put.

    TerminalError where there is no bucket, or where what lies there then is another.
    """
    if bucket is None:
        raise TerminalError("the stack has no artifact bucket: deploy it first")
    files = {artifact.path: (folder / artifact.path).read_bytes() for artifact in manifest.artifacts}
    keys = put_release(s3, bucket, prefix, files, manifest)
    if wrong := list(differences(s3, bucket, prefix, manifest)):
        raise TerminalError("; ".join(wrong))
    return keys


def stored_release(s3: "S3Client", bucket: str, prefix: str) -> ReleaseManifest:
    """The manifest of the release under the prefix. TerminalError where there is none."""
    where = f"s3://{bucket}/{prefix}/{MANIFEST_NAME}"
    try:
        body = s3.get_object(Bucket=bucket, Key=f"{prefix}/{MANIFEST_NAME}")["Body"].read()
    except ClientError as error:
        if error_code(error) in MISSING:
            raise TerminalError(f"there is no {where}: put a release there (gem package put)") from error
        with aws_errors(where):
            raise
    return parse_release(body, where)


def differences(s3: "S3Client", bucket: str, prefix: str, manifest: ReleaseManifest) -> Iterator[str]:
    """Each artifact that is missing or is another than the manifest says, by the checksum that S3 keeps."""
    for artifact in manifest.artifacts:
        key = f"{prefix}/{artifact.path}"
        found = _stored_checksum(s3, bucket, key)
        if found is None:
            yield f"s3://{bucket}/{key} is missing"
        elif found != _checksum(artifact):
            yield f"s3://{bucket}/{key} is not the file of release {manifest.version}: its SHA-256 differs"


def _checksum(artifact: Artifact) -> str:
    """As S3 spells it."""
    return base64.b64encode(bytes.fromhex(artifact.sha256)).decode()


def _stored_checksum(s3: "S3Client", bucket: str, key: str) -> str | None:
    """None where there is no such object; empty where it was put without a SHA-256."""
    try:
        return s3.head_object(Bucket=bucket, Key=key, ChecksumMode="ENABLED").get("ChecksumSHA256", "")
    except ClientError as error:
        if error_code(error) in MISSING:
            return None
        with aws_errors(f"looking at s3://{bucket}/{key}"):
            raise
