"""The curated manifest of an attempt, as a person's commands read it."""

from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from gem.aws import aws_errors, error_code
from gem.contracts.keys import Attempt, S3Uri
from gem.contracts.manifest import CuratedManifest, parse_manifest

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client


def curated_manifest(s3: "S3Client", bucket: str, attempt: Attempt) -> CuratedManifest | None:
    """The manifest that closed the attempt, or None where there is none; ManifestError where it is not readable."""
    uri = S3Uri(bucket, attempt.curated_manifest_key)
    with aws_errors(f"{uri}: reading"):
        try:
            body = s3.get_object(Bucket=uri.bucket, Key=uri.key)["Body"].read()
        except ClientError as error:
            if error_code(error) in {"NoSuchKey", "404"}:
                return None
            raise
    return parse_manifest(CuratedManifest, body, str(uri))
