"""The hook to a deployed pipeline: settings from one connection of Airflow; ledger, lake and warehouse over AWS."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook
from airflow.providers.common.compat.sdk import BaseHook
from pydantic import ValidationError

from dags.provider.errors import AirflowFailException, task_errors
from gem.settings import LedgerSettings, Settings, WarehouseSettings

if TYPE_CHECKING:
    from gem.ledger import Ledger
    from gem.operations.moves import Operator
    from gem.warehouse.connection import Connection

DEFAULT_CONNECTION = "gem_default"


class GemHook(BaseHook):
    """A pipeline as the connection's extra describes it: the fields of gem.settings, under their names there.

    `gem env --stack STACK --airflow` prints that connection. AWS is reached as `aws_conn_id` says.
    """

    conn_name_attr = "gem_conn_id"
    default_conn_name = DEFAULT_CONNECTION
    conn_type = "gem"
    hook_name = "GeM pipeline"

    def __init__(self, gem_conn_id: str = DEFAULT_CONNECTION, aws_conn_id: str | None = "aws_default") -> None:
        super().__init__()
        self.gem_conn_id = gem_conn_id
        self.aws_conn_id = aws_conn_id

    def settings(self, kind: type[Settings]) -> Settings:
        """Settings of that kind; AirflowFailException names what the connection lacks, never its values."""
        extra = self.get_connection(self.gem_conn_id).extra_dejson
        try:
            return kind(**extra)
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
            raise AirflowFailException(f"connection {self.gem_conn_id!r}, extra: {problems}") from None

    def client(self, service: str) -> Any:
        """A boto3 client of an AWS service."""
        return AwsGenericHook(aws_conn_id=self.aws_conn_id, client_type=service).conn

    @property
    def ledger(self) -> "Ledger":
        """The ledger of batches."""
        from gem.ledger import Ledger  # noqa: PLC0415

        settings = self.settings(LedgerSettings)
        return Ledger(self.ledger_table, settings.lease_seconds)

    @property
    def ledger_table(self) -> Any:
        """The ledger's DynamoDB table."""
        dynamodb = AwsGenericHook(aws_conn_id=self.aws_conn_id, resource_type="dynamodb").conn
        return dynamodb.Table(self.settings(LedgerSettings).ledger_table)

    @contextmanager
    def warehouse(self) -> Iterator["Connection"]:
        """A connection to the warehouse; what was not committed is rolled back."""
        from gem.warehouse.connection import abandon, connect  # noqa: PLC0415

        with task_errors():
            connection = connect(self.settings(WarehouseSettings), self.client("secretsmanager"))
            try:
                yield connection
            finally:
                abandon(connection)

    def operator(self, name: str) -> "Operator":
        """Who moves batches in the name of a run; `name` stands in the history of each."""
        from gem.operations.messages import Messages  # noqa: PLC0415
        from gem.operations.moves import Operator  # noqa: PLC0415
        from gem.settings import OperatorSettings  # noqa: PLC0415

        settings = self.settings(OperatorSettings)
        messages = Messages(self.client("sqs"), settings)
        return Operator(self.client("s3"), self.ledger, messages, settings.lake_bucket, f"airflow {name}")

    def alert(self, subject: str, message: str, **attributes: str) -> None:
        """Tell people, by the connection's `alert_topic_arn`; without one it stands in the task's log only."""
        topic = self.get_connection(self.gem_conn_id).extra_dejson.get("alert_topic_arn")
        if not topic:
            self.log.warning("%s\n%s", subject, message)
            return
        # A subject of SNS has at most 100 characters, in one line.
        words = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        self.client("sns").publish(
            TopicArn=topic, Subject=" ".join(subject.split())[:100], Message=message, MessageAttributes=words
        )
