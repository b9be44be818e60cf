"""A local AWS with a store, in a process of its own that may be killed: `durable_server.py PORT FOLDER`."""

import sys
import threading
from pathlib import Path

from local_aws.aws_endpoint import REGION
from local_aws.aws_server import AwsServer


def main(port: int, folder: Path) -> None:
    with AwsServer(port, folder) as aws:
        for bucket in ("plain", "versioned"):
            aws.client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        aws.client("s3").put_bucket_versioning(Bucket="versioned", VersioningConfiguration={"Status": "Enabled"})
        for table, keys in {"ledger": ("id",), "ordered": ("id", "at")}.items():
            aws.client("dynamodb").create_table(
                TableName=table,
                BillingMode="PAY_PER_REQUEST",
                AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in keys],
                KeySchema=[
                    {"AttributeName": key, "KeyType": kind} for key, kind in zip(keys, ("HASH", "RANGE"), strict=False)
                ],
            )
        print(aws.restore(), aws.endpoint_url, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
