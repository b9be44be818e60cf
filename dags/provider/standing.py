"""Where several batches stand, by one query of the ledger: what the sensor and its trigger ask, each in its way."""

from collections.abc import Mapping, Sequence
from typing import Any

from gem.contracts.states import State

KEYS_OF_A_QUERY = 100
"""BatchGetItem takes at most so many (its API reference)."""
STOPPED = frozenset({State.FAILED, State.QUARANTINED})

Standing = dict[str, str]
"""Batch id → state; a batch that the ledger does not know yet has none."""


def requests(table: str, batch_ids: Sequence[str]) -> list[dict[str, Any]]:
    """The parameters of BatchGetItem, for up to a hundred batches each: consistent reads of their states."""
    chunks = [batch_ids[start : start + KEYS_OF_A_QUERY] for start in range(0, len(batch_ids), KEYS_OF_A_QUERY)]
    return [{"RequestItems": {table: _asked(chunk)}} for chunk in chunks]


def _asked(batch_ids: Sequence[str]) -> dict[str, Any]:
    return {
        "Keys": [{"batch_id": {"S": batch_id}} for batch_id in batch_ids],
        "ProjectionExpression": "batch_id, #state",
        "ExpressionAttributeNames": {"#state": "state"},
        "ConsistentRead": True,
    }


def standing(answer: Mapping[str, Any], table: str) -> Standing:
    """The states that an answer holds. What DynamoDB left unprocessed is asked again by the next poll."""
    return {item["batch_id"]["S"]: item["state"]["S"] for item in answer.get("Responses", {}).get(table, ())}


def stopped(found: Standing) -> list[str]:
    """The batches that wait for a person."""
    return sorted(batch_id for batch_id, state in found.items() if state in STOPPED)


def are_loaded(found: Standing, batch_ids: Sequence[str]) -> bool:
    """Whether every one of them is in the warehouse."""
    return all(found.get(batch_id) == State.LOADED for batch_id in batch_ids)


def in_words(found: Standing, batch_ids: Sequence[str]) -> str:
    """Where each stands that is not loaded."""
    waiting = {each: found.get(each, "unknown to the ledger") for each in batch_ids if found.get(each) != State.LOADED}
    return ", ".join(f"{batch_id} is {state}" for batch_id, state in waiting.items())
