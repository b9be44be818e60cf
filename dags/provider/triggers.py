"""What waits in the triggerer: for batches, by one query of the ledger per poll; for a command, by its own status."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from typing import Any

from airflow.providers.amazon.aws.hooks.base_aws import AwsGenericHook
from airflow.triggers.base import BaseTrigger, TriggerEvent
from botocore.exceptions import ClientError

from dags.provider.standing import Standing, are_loaded, requests, standing, stopped

UNENDED = frozenset({"Pending", "InProgress", "Delayed", "Cancelling"})


class BatchesLoadedTrigger(BaseTrigger):
    """Fires with `status` loaded, stopped (one waits for a person) or late, and where each batch `standing` is.

    `deadline` is in epoch seconds, so that a triggerer that starts again does not begin to wait anew.
    """

    def __init__(
        self,
        batch_ids: Sequence[str],
        table: str,
        deadline: float,
        poll_seconds: float,
        aws_conn_id: str | None = "aws_default",
    ) -> None:
        super().__init__()
        self.batch_ids = list(batch_ids)
        self.table = table
        self.deadline = deadline
        self.poll_seconds = poll_seconds
        self.aws_conn_id = aws_conn_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """What a triggerer needs to make it again."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "batch_ids": self.batch_ids,
            "table": self.table,
            "deadline": self.deadline,
            "poll_seconds": self.poll_seconds,
            "aws_conn_id": self.aws_conn_id,
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Ask until every batch is loaded, one is stopped, or the time is over; the sensor has asked just before."""
        hook = AwsGenericHook(aws_conn_id=self.aws_conn_id, client_type="dynamodb")
        async with await hook.get_async_conn() as client:
            while True:
                await asyncio.sleep(self.poll_seconds)
                found = await self._standing(client)
                if status := self._status(found):
                    yield TriggerEvent({"status": status, "standing": found})
                    return

    async def _standing(self, client: Any) -> Standing:
        found: Standing = {}
        for request in requests(self.table, self.batch_ids):
            found |= standing(await client.batch_get_item(**request), self.table)
        return found

    def _status(self, found: Standing) -> str:
        if stopped(found):
            return "stopped"
        if are_loaded(found, self.batch_ids):
            return "loaded"
        return "late" if time.time() > self.deadline else ""


class CommandEndedTrigger(BaseTrigger):
    """Fires when a command of Systems Manager has ended on its host, however it ended, or when `deadline` is over."""

    def __init__(
        self,
        command_id: str,
        instance_id: str,
        deadline: float,
        poll_seconds: float,
        aws_conn_id: str | None = "aws_default",
    ) -> None:
        super().__init__()
        self.command_id = command_id
        self.instance_id = instance_id
        self.deadline = deadline
        self.poll_seconds = poll_seconds
        self.aws_conn_id = aws_conn_id

    def serialize(self) -> tuple[str, dict[str, Any]]:
        """What a triggerer needs to make it again."""
        return f"{type(self).__module__}.{type(self).__qualname__}", {
            "command_id": self.command_id,
            "instance_id": self.instance_id,
            "deadline": self.deadline,
            "poll_seconds": self.poll_seconds,
            "aws_conn_id": self.aws_conn_id,
        }

    async def run(self) -> AsyncIterator[TriggerEvent]:
        """Ask for the command's status until it has ended."""
        hook = AwsGenericHook(aws_conn_id=self.aws_conn_id, client_type="ssm")
        async with await hook.get_async_conn() as client:
            status = "Pending"
            while status in UNENDED and time.time() <= self.deadline:
                # Before the first look too: a task that is resumed before Airflow has seen it pause is taken for lost.
                await asyncio.sleep(self.poll_seconds)
                status = await self._status(client)
        yield TriggerEvent({"command_id": self.command_id, "instance_id": self.instance_id})

    async def _status(self, client: Any) -> str:
        try:
            found = await client.get_command_invocation(CommandId=self.command_id, InstanceId=self.instance_id)
        except ClientError as error:
            # Said of a command that was sent just now, too.
            if error.response["Error"]["Code"] == "InvocationDoesNotExist":
                return "Pending"
            raise
        return str(found["Status"])
