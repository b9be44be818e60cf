"""The artifacts of a step, built from the checkout as a release builds them, and put where the template says."""

import hashlib
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from local_aws.deployed import Deployment, DeploymentError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


def put_artifacts(s3: "S3Client", deployment: Deployment, code_root: Path, work_dir: Path) -> None:
    """Put curate.py and the zip of its packages into the artifact bucket. DeploymentError if they do not build."""
    folder = work_dir / "artifacts"
    folder.mkdir(parents=True, exist_ok=True)
    archive = folder / "pyfiles.zip"
    if not archive.exists():
        _build(code_root, archive)
    bucket, prefix = deployment.outputs["ArtifactBucketName"], deployment.outputs["ArtifactFolder"]
    for path in (archive, code_root / "emr_jobs" / "curate.py"):
        _put(s3, path, bucket, f"{prefix}/{path.name}")


def _put(s3: "S3Client", path: Path, bucket: str, key: str) -> None:
    """Nothing where the object is this file already: the bucket keeps every version."""
    body = path.read_bytes()
    etag = hashlib.md5(body, usedforsecurity=False).hexdigest()
    found = s3.list_objects_v2(Bucket=bucket, Prefix=key).get("Contents", [])
    if (key, f'"{etag}"') not in [(each["Key"], each["ETag"]) for each in found]:
        s3.put_object(Bucket=bucket, Key=key, Body=body)


def _build(code_root: Path, archive: Path) -> None:
    command = [sys.executable, "-m", "emr_jobs.pyfiles", str(archive)]
    result = subprocess.run(command, cwd=code_root, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise DeploymentError(f"python -m emr_jobs.pyfiles failed: {result.stderr.strip()[-2000:]}")
