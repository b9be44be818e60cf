"""The fencing token of an item in the ledger: each claim draws a greater one, and a write that names less fails."""

from datetime import datetime
from typing import TYPE_CHECKING

from gem.aws import aws_errors

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table
    from mypy_boto3_dynamodb.type_defs import TableAttributeValueTypeDef

FREE = "(attribute_not_exists(lease_until) or lease_until <= :now or lease_owner = :owner)"
EXISTS = "attribute_exists(batch_id)"


def claim_item(
    table: "Table", item_id: str, owner: str, *, now: datetime, lease_seconds: int, must_exist: bool
) -> dict[str, "TableAttributeValueTypeDef"]:
    """The item with a new token, held by `owner` for so long; LostRaceError while another holds it.

    The owner may ask twice, since an answer may be lost. An item that is not there is made, unless it `must_exist`.
    """
    seconds = int(now.timestamp())
    with aws_errors(f"ledger: claiming {item_id}"):
        answer = table.update_item(
            Key={"batch_id": item_id},
            UpdateExpression="set lease_until = :until, lease_owner = :owner add #token :one",
            ConditionExpression=f"{EXISTS} and {FREE}" if must_exist else FREE,
            ExpressionAttributeNames={"#token": "token"},
            ExpressionAttributeValues={
                ":until": seconds + lease_seconds,
                ":owner": owner,
                ":now": seconds,
                ":one": 1,
            },
            ReturnValues="ALL_NEW",
        )
    return answer["Attributes"]
