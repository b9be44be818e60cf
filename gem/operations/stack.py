"""The environment of the commands, read from the outputs of the deployed stack."""

import json
from collections.abc import Mapping
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
SCHEDULED = {
    **VARIABLES,
    "GEM_SOURCE_SECRET_ID": "SourceSecretName",
    "GEM_EXTRACTOR_DOCUMENT": "ExtractorDocumentName",
    "GEM_ALERT_TOPIC_ARN": "AlertTopicArn",
}
"""What a scheduler needs besides."""


def environment(
    cloudformation: "CloudFormationClient", stack: str, wanted: Mapping[str, str] = VARIABLES
) -> dict[str, str]:
    """Every variable that is wanted; TerminalError where the stack lacks an output."""
    with aws_errors(f"CloudFormation stack {stack}"):
        described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    outputs = {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", ())}
    if missing := sorted(set(wanted.values()) - outputs.keys()):
        raise TerminalError(f"stack {stack} has no output {', '.join(missing)}: deploy this release's template.yaml")
    return {variable: outputs[output] for variable, output in wanted.items()}


def airflow_connection(cloudformation: "CloudFormationClient", stack: str, **more: str) -> str:
    """The Airflow connection `gem_default` of a stack, as JSON: the same settings in its extra, and `more` of them."""
    variables = environment(cloudformation, stack, SCHEDULED)
    extra = {name.removeprefix("GEM_").lower(): value for name, value in variables.items()}
    return json.dumps({"conn_type": "gem", "extra": {**extra, **more}})
