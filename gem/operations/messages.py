"""Messages that make a lost event happen again: put into the queue of its hop, in the shape in which AWS sends it."""

import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from gem.aws import aws_errors
from gem.contracts.keys import RawManifestKey
from gem.ledger import BatchRecord
from gem.settings import OperatorSettings

if TYPE_CHECKING:
    from mypy_boto3_sqs.client import SQSClient

SOURCE = "gem.operator"
LOAD_GROUP = "warehouse"
"""The one message group of loads, as the rule in template.yaml names it."""


@dataclass(frozen=True)
class Messages:
    """Sends to the queues directly, since nobody but AWS may publish events as `aws.s3` or `aws.emr`.

    Every message is new to the handlers' memory of what they have answered, so it has effect where the batch stands
    where the handler expects it, and none elsewhere. Raises TransientError where SQS cannot be reached.
    """

    sqs: "SQSClient"
    settings: OperatorSettings

    def ask_for_step(self, record: BatchRecord) -> None:
        """on_raw_manifest submits the step of an EXTRACTED batch."""
        name = str(uuid.uuid4())
        # The handler remembers manifests by key and ETag.
        stored = {"key": str(RawManifestKey(record.id)), "etag": f"{SOURCE}/{name}"}
        detail = {"bucket": {"name": self.settings.lake_bucket}, "object": stored}
        self._send(self.settings.raw_manifest_queue_url, name, "Object Created", detail)

    def ask_for_load(self, record: BatchRecord) -> None:
        """on_step_completed loads what is CURATED; the queue tries again until that succeeds."""
        name = str(uuid.uuid4())
        detail = {
            "name": record.step_name,
            "state": "COMPLETED",
            "stepId": record.step_id,
            "clusterId": record.cluster_id,
            "message": f"{SOURCE}/{name}",
        }
        fifo = {"MessageGroupId": LOAD_GROUP, "MessageDeduplicationId": name}
        self._send(self.settings.step_completed_queue_url, name, "EMR Step Status Change", detail, fifo)

    def wake_reconciler(self) -> None:
        """on_schedule compares the ledger with S3 and EMR now."""
        self._send(self.settings.schedule_queue_url, str(uuid.uuid4()), "Scheduled Event", {})

    def _send(
        self, queue_url: str, name: str, detail_type: str, detail: dict[str, Any], fifo: dict[str, str] | None = None
    ) -> None:
        body = {"version": "0", "id": name, "source": SOURCE, "detail-type": detail_type, "detail": detail}
        request: dict[str, Any] = {"QueueUrl": queue_url, "MessageBody": json.dumps(body), **(fifo or {})}
        with aws_errors(f"{queue_url}: sending"):
            self.sqs.send_message(**request)
