"""The environment of the commands, read from the outputs of the deployed stack."""

from typing import TYPE_CHECKING

from gem.aws import aws_errors
from gem.contracts.errors import TerminalError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.client import CloudFormationClient

VARIABLES = {
    "GEM_LEDGER_TABLE": "LedgerTableName",
    "GEM_LAKE_BUCKET": "LakeBucketName",
    "GEM_RAW_MANIFEST_QUEUE_URL": "RawManifestQueueUrl",
    "GEM_STEP_COMPLETED_QUEUE_URL": "StepCompletedQueueUrl",
    "GEM_SCHEDULE_QUEUE_URL": "ScheduleQueueUrl",
    "GEM_WAREHOUSE_SECRET_ID": "WarehouseSecretName",
    "GEM_COPY_ROLE_ARN": "CopyRoleArn",
}
"""Variable → output of template.yaml."""


def environment(cloudformation: "CloudFormationClient", stack: str) -> dict[str, str]:
    """Every variable that the commands read; TerminalError where the stack lacks an output."""
    with aws_errors(f"CloudFormation stack {stack}"):
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}
    if missing := sorted(set(VARIABLES.values()) - outputs.keys()):
        raise TerminalError(f"stack {stack} has no output {', '.join(missing)}: deploy this release's template.yaml")
    return {variable: outputs[output] for variable, output in VARIABLES.items()}
