"""The artifacts of a step, built from the checkout as a release builds them, and put where the template says."""

from pathlib import Path
from typing import TYPE_CHECKING

from gem.release.build import step_files, version
from gem.release.manifest import manifest_of
from gem.release.store import put_release
from local_aws.deployed import Deployment

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def put_artifacts(s3: "S3Client", deployment: Deployment, code_root: Path) -> None:
    """Put what steps and clusters fetch into the artifact bucket, with its manifest; what is there already stays."""
    files = step_files(code_root)
    bucket, prefix = deployment.outputs["ArtifactBucketName"], deployment.outputs["ArtifactFolder"]
    put_release(s3, bucket, prefix, files, manifest_of(files, version(code_root), commit=""))
