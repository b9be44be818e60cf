"""Where batches stand, by one query for up to a hundred of them."""

import pytest

from dags.provider.standing import are_loaded, in_words, requests, standing, stopped

ANSWER = {
    "Responses": {
        "gem-ledger": [
            {"batch_id": {"S": "gem-0000000001"}, "state": {"S": "LOADED"}},
            {"batch_id": {"S": "gem-0000000002"}, "state": {"S": "QUARANTINED"}},
        ]
    }
}
IDS = ["gem-0000000001", "gem-0000000002", "gem-0000000003"]


@pytest.mark.parametrize(("count", "queries"), [(1, [1]), (100, [100]), (205, [100, 100, 5])])
def test_many_batches_are_few_queries(count: int, queries: list[int]) -> None:
    asked = requests("gem-ledger", [f"gem-{seq:010d}" for seq in range(count)])
    assert [len(each["RequestItems"]["gem-ledger"]["Keys"]) for each in asked] == queries
    assert all(each["RequestItems"]["gem-ledger"]["ConsistentRead"] for each in asked)


def test_an_answer_tells_states_and_what_the_ledger_does_not_know() -> None:
    found = standing(ANSWER, "gem-ledger")
    assert stopped(found) == ["gem-0000000002"]
    assert not are_loaded(found, IDS)
    assert are_loaded(found, IDS[:1])
    assert in_words(found, IDS) == "gem-0000000002 is QUARANTINED, gem-0000000003 is unknown to the ledger"
