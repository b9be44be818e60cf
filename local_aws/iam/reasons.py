"""Why a policy allows what no local run uses, in one place: docs/iam.md prints it, and tests refuse what is stale."""

from fnmatch import fnmatchcase
from typing import NamedTuple

from local_aws.iam.policy import Grant


class Reason(NamedTuple):
    """Of the grants whose identity and action match, and whose resource holds the word, why they are there unused."""

    identity: str
    action: str
    why: str
    resource: str = ""

    def is_of(self, identity: str, grant: Grant) -> bool:
        """Whether it speaks of that grant."""
        return (
            fnmatchcase(identity, self.identity)
            and fnmatchcase(grant.action, self.action)
            and self.resource.lower() in grant.resource.lower()
        )


MISHAP = "A message that fails is put off, as the other functions do with the same code; no tick failed."
DISKS = "The cluster's machines encrypt their own disks; there are none here."
BOOTSTRAP = "bootstrap.sh copies the packages; no machine starts here."
INSTALLED = "The host installs the release from there when it starts; here the extractor is this checkout."

REASONS = (
    Reason("On*Role", "xray:*", "Lambda sends the traces of a function; there is no X-Ray here."),
    Reason("On*Role", "logs:*", "Lambda writes what a function prints; here it goes to a file."),
    Reason("On*Role", "ec2:*", "Lambda puts a function with VpcConfig into its subnets; there is no VPC here."),
    Reason("On*Role", "sqs:GetQueueAttributes", "Lambda asks how long a queue is, to decide how many poll it."),
    Reason("On*Role", "dynamodb:GetItem", "Powertools reads a record that DynamoDB did not give it.", "idempotency"),
    Reason("OnScheduleRole", "sqs:GetQueueUrl", MISHAP),
    Reason("OnScheduleRole", "sqs:ChangeMessageVisibility", MISHAP),
    Reason("OnStepCompletedRole", "s3:ListBucket", "Without it a missing manifest reads as 403, not as 404."),
    Reason("On*Role", "elasticmapreduce:Put*Policy", "EMR asks for it of a launch that states such a policy."),
    Reason("On*Role", "iam:CreateServiceLinkedRole", "EMR makes a role of its own at an account's first launch."),
    Reason("CopyRole", "s3:GetEncryptionConfiguration", "ENCRYPTED AUTO asks for the bucket's key; not here."),
    Reason("EmrServiceRole", "iam:PassRole", "EMR starts machines with the role; there are none here."),
    Reason("EmrInstanceRole", "s3:PutObject", "EMR puts the logs of steps there; here they are files.", "/emr-logs/"),
    Reason("EmrInstanceRole", "s3:AbortMultipartUpload", "S3A gives an upload up where a task is killed."),
    Reason(
        "EmrInstanceRole",
        "s3:ListBucket",
        BOOTSTRAP,
        "artifact",
    ),
    Reason("EmrInstanceRole", "s3:GetObject", BOOTSTRAP, "/bootstrap.sh"),
    Reason("EmrInstanceRole", "s3:GetObject", BOOTSTRAP, "/emr.txt"),
    Reason("EmrInstanceRole", "s3:GetObject", BOOTSTRAP, "/emr-wheels/"),
    Reason("EmrInstanceRole", "secretsmanager:*", "Only with `Sink: redshift`: tests/story/test_sink_redshift.py."),
    Reason("ExtractorRole", "s3:AbortMultipartUpload", "boto3 gives the upload of a large part up where it fails."),
    Reason("CopyRole", "s3:AbortMultipartUpload", "UNLOAD gives the upload of a large file up where it fails."),
    Reason(
        "CopyRole", "s3:GetObject", "Redshift asks for it of UNLOAD; the local front does not read there.", "/exports/"
    ),
    Reason("CopyRole", "s3:GetBucketLocation", "Redshift asks in which region a bucket is; the local front does not."),
    Reason("AirflowRole", "*", "Airflow itself on MWAA; what its DAGs ask for is AirflowPolicy's."),
    Reason("AirflowPolicy", "*", "The DAGs run with it in a real Airflow: tests/dags/test_airflow.py."),
    Reason("DoctorPolicy", "*", "gem doctor looks with it, and with nothing else: tests/aws/test_doctor.py."),
    Reason("OperatorPolicy", "ssm:StartSession", "People reach the warehouse by it; no agent answers sessions here."),
    Reason("EmrInstanceRole", "kms:Encrypt", DISKS),
    Reason("EmrInstanceRole", "kms:ReEncrypt*", DISKS),
    Reason("EmrInstanceRole", "kms:DescribeKey", DISKS),
    Reason("ExtractorRole", "s3:GetObject", INSTALLED, "artifact"),
    Reason("ExtractorRole", "s3:ListBucket", INSTALLED, "artifact"),
    Reason("FlowLogRole", "*", "It writes what the network refused; there is no VPC here."),
)
