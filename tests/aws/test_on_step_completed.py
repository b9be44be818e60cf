"""on_step_completed: the curated manifest decides, and every curated batch is loaded in order of seq."""

import json
from typing import Any

import pytest

from gem.contracts.errors import TerminalError, TransientError
from gem.contracts.keys import Attempt, BatchId
from gem.contracts.manifest import Verdict
from gem.contracts.states import Mover, State
from gem.lease import Backend, Lease
from lambdas import on_step_completed
from tests.aws.aws_events import LAKE, OF_THE_EVENTS, step_changed
from tests.aws.conftest import Aws, Functions, states, submitted
from tests.aws.warehouse_fake import FakeWarehouse

SEVEN, EIGHT, NINE = (BatchId("gem", seq) for seq in (7, 8, 9))


def deliver(functions: Functions, *bodies: Any) -> list[int]:
    return functions.deliver(on_step_completed.handler, "gem-step-completed.fifo", *bodies)


def completed(attempt: Attempt) -> dict[str, Any]:
    return step_changed(attempt, "COMPLETED")


def test_a_batch_that_passed_is_loaded(aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> None:
    attempt = submitted(aws, SEVEN)
    aws.put_curated(attempt)
    assert deliver(functions, completed(attempt)) == []
    assert warehouse.transactions == [["gem-0000000007"]]
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert [(move.state, move.by) for move in record.history][2:] == [
        (State.CURATED, Mover.ON_STEP_COMPLETED),
        (State.LOADED, Mover.ON_STEP_COMPLETED),
    ]
    assert (record.curated_rows, record.loaded_rows) == ({"fact_order_line": 3}, {"fact_order_line": 3})


def test_the_event_as_aws_sends_it_is_understood(aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> None:
    aws.put_curated(submitted(aws, OF_THE_EVENTS))
    event = json.loads(functions.fixture("on_step_completed"))
    assert on_step_completed.handler(event, functions.context()) == {"batchItemFailures": []}
    assert states(aws, OF_THE_EVENTS) == [State.LOADED]


def test_an_event_delivered_again_loads_nothing(aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> None:
    attempt = submitted(aws, SEVEN)
    aws.put_curated(attempt)
    for _ in range(3):
        assert deliver(functions, completed(attempt)) == []
        functions.forget()
    assert len(warehouse.transactions) == 1


def test_batches_that_end_together_are_one_transaction_in_order_of_seq(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    attempts = [submitted(aws, batch) for batch in (NINE, SEVEN, EIGHT)]
    for attempt in attempts:
        aws.put_curated(attempt)
    assert deliver(functions, *map(completed, attempts)) == []
    assert warehouse.transactions == [[str(SEVEN), str(EIGHT), str(NINE)]]
    assert states(aws, SEVEN, EIGHT, NINE) == [State.LOADED] * 3


def test_the_row_budget_cuts_transactions_but_never_a_batch(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    attempts = [submitted(aws, batch) for batch in (SEVEN, EIGHT, NINE)]
    for attempt, rows in zip(attempts, (600, 400, 5_000), strict=True):  # the budget is 1,000
        aws.put_curated(attempt, rows=rows)
    assert deliver(functions, *map(completed, attempts)) == []
    assert warehouse.transactions == [[str(SEVEN), str(EIGHT)], [str(NINE)]]


def test_a_batch_left_curated_by_another_is_loaded_too(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    old, new = submitted(aws, SEVEN), submitted(aws, EIGHT)
    aws.put_curated(old)
    aws.put_curated(new)
    with aws.ledger.lease(SEVEN, "test") as held:
        aws.ledger.move(held, State.CURATED, Mover.ON_STEP_COMPLETED)
    assert deliver(functions, completed(new)) == []
    assert warehouse.transactions == [[str(SEVEN), str(EIGHT)]]


@pytest.mark.parametrize(
    ("verdict", "state"), [(Verdict.QUARANTINED, State.QUARANTINED), (Verdict.FAILED, State.FAILED)]
)
def test_a_batch_that_did_not_pass_is_not_loaded(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, verdict: Verdict, state: State
) -> None:
    attempt = submitted(aws, SEVEN)
    aws.put_curated(attempt, verdict, "contract_item: 40 % of the roots rejected")
    assert deliver(functions, completed(attempt)) == []
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert (record.state, record.error) == (state, "contract_item: 40 % of the roots rejected")
    assert warehouse.transactions == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (None, "step completed without manifest s3://" + LAKE),
        (b"{", "Invalid JSON"),
        (b"another attempt", "this manifest is of gem/gem-0000000007/2"),
    ],
)
def test_a_completed_step_without_a_usable_manifest_fails_its_batch(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, body: bytes | None, reason: str
) -> None:
    attempt = submitted(aws, SEVEN)
    if body == b"another attempt":
        body = aws.put_curated(Attempt(SEVEN, 2)).model_dump_json().encode()
    if body is not None:
        aws.put(attempt.curated_manifest_key, body)
    assert deliver(functions, completed(attempt)) == []
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert record.state is State.FAILED
    assert reason in record.error


SQL = "fact_bid; drop table mart.fact_bid; --"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"batch_id": str(EIGHT), "batch_seq": 8}, "this manifest is of gem/gem-0000000008/1"),
        ({"source_id": "other"}, "this manifest is of gem/gem-0000000007/1"),
        ({"tables": [{"name": SQL, "rows": 1, "files": []}]}, f"curated table {SQL!r} is not declared"),
        ({"tables": [{"name": "fact_bid", "rows": 10**30, "files": []}]}, "tables.0.rows: Input should be less than"),
        ({"tables": [{"name": "fact_bid", "rows": -1, "files": []}]}, "tables.0.rows: Input should be greater than"),
        ({"sql": "drop table mart.fact_bid"}, "sql: Extra inputs are not permitted"),
        (b'{"tables": ' + b"[" * 100_000, "Invalid JSON: recursion limit exceeded"),
        (b" " * (32 * 1024 * 1024 + 1), "33554433 bytes; a manifest has 33554432 at most"),
    ],
)
def test_a_forged_manifest_fails_its_batch_loads_nothing_and_does_not_come_back(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse, changes: dict[str, Any] | bytes, reason: str
) -> None:
    attempt = submitted(aws, SEVEN)
    body = changes
    if isinstance(body, dict):
        body = json.dumps(aws.put_curated(attempt).model_dump(mode="json") | body).encode()
    aws.put(attempt.curated_manifest_key, body)
    assert deliver(functions, completed(attempt)) == []
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert record.state is State.FAILED
    assert reason in record.error
    assert warehouse.transactions == []


def test_a_stale_attempt_decides_nothing(aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> None:
    submitted(aws, SEVEN, attempt=2)
    aws.put_curated(Attempt(SEVEN, 1))
    assert deliver(functions, completed(Attempt(SEVEN, 1))) == []
    assert states(aws, SEVEN) == [State.SUBMITTED]


def test_an_event_that_overtakes_the_submitter_comes_back(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    attempt = Attempt(SEVEN, 1)
    aws.ledger.create(SEVEN, State.EXTRACTED, Mover.ON_RAW_MANIFEST, attempt=1, step_name=attempt.step_name)
    aws.put_curated(attempt)
    assert deliver(functions, completed(attempt)) == [0]
    assert states(aws, SEVEN) == [State.EXTRACTED]


def test_a_message_that_can_never_succeed_does_not_take_the_others_along(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    attempt = submitted(aws, EIGHT)
    aws.put_curated(attempt)
    unknown = completed(Attempt(SEVEN, 1))
    assert deliver(functions, unknown, completed(attempt), "no JSON") == [0, 2]
    assert states(aws, SEVEN, EIGHT) == [None, State.LOADED]


def test_while_another_loads_the_messages_come_back(aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> None:
    attempt = submitted(aws, SEVEN)
    aws.put_curated(attempt)
    other = Lease(aws.table, "warehouse", 60)
    claim = other.claim("the reconciler")
    assert deliver(functions, completed(attempt)) == [0]
    assert states(aws, SEVEN) == [State.CURATED]
    other.release(claim)
    assert deliver(functions, completed(attempt)) == []
    assert states(aws, SEVEN) == [State.LOADED]


def test_who_takes_the_lease_over_ends_the_abandoned_session_before_loading(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    attempt = submitted(aws, SEVEN)
    aws.put_curated(attempt)
    abandoned = Backend(815, "2026-04-01 02:00:00")
    dead = Lease(aws.table, "warehouse", lease_seconds=0)
    dead.name_backend(dead.claim("one that froze"), abandoned)
    warehouse.before_load = lambda: warehouse.transactions.append([f"after {len(warehouse.ended)} ended"])
    deliver(functions, completed(attempt))
    assert warehouse.ended == [abandoned]
    assert warehouse.transactions[0] == ["after 1 ended"]


def test_a_loader_that_was_overtaken_does_not_begin(aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> None:
    attempt = submitted(aws, SEVEN)
    aws.put_curated(attempt)
    real = Lease.claim

    def overtaken(self: Lease, owner: str) -> Any:
        claim = real(self, owner)
        return claim._replace(token=claim.token - 1)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Lease, "claim", overtaken)
        assert deliver(functions, completed(attempt)) == [0]
    assert warehouse.transactions == []
    assert states(aws, SEVEN) == [State.CURATED]


def test_an_unreachable_warehouse_leaves_the_batch_curated_for_the_next_delivery(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    attempt = submitted(aws, SEVEN)
    aws.put_curated(attempt)
    warehouse.errors[str(SEVEN)] = TransientError("warehouse: connection refused")
    assert deliver(functions, completed(attempt)) == [0]
    assert states(aws, SEVEN) == [State.CURATED]
    warehouse.errors.clear()
    assert deliver(functions, completed(attempt)) == []
    assert states(aws, SEVEN) == [State.LOADED]


def test_a_load_whose_move_was_lost_is_found_done(aws: Aws, functions: Functions, warehouse: FakeWarehouse) -> None:
    attempt = submitted(aws, SEVEN)
    aws.put_curated(attempt)
    warehouse.transactions.append([str(SEVEN)])  # committed, and then the function ended
    assert deliver(functions, completed(attempt)) == []
    assert states(aws, SEVEN) == [State.LOADED]


def test_a_batch_whose_audit_fails_is_quarantined_and_the_others_are_loaded(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    attempts = [submitted(aws, batch) for batch in (SEVEN, EIGHT)]
    for attempt in attempts:
        aws.put_curated(attempt)
    warehouse.quarantined[str(SEVEN)] = "table fact_order_line: 3 rows staged, 4 stated"
    assert deliver(functions, *map(completed, attempts)) == []
    assert states(aws, SEVEN, EIGHT) == [State.QUARANTINED, State.LOADED]
    record = aws.ledger.get(SEVEN)
    assert record is not None
    assert record.error == "table fact_order_line: 3 rows staged, 4 stated"


def test_an_error_that_no_batch_is_guilty_of_condemns_none_and_stops_only_its_own(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    attempts = [submitted(aws, batch) for batch in (SEVEN, EIGHT)]
    for attempt in attempts:
        aws.put_curated(attempt)
    warehouse.errors[str(SEVEN)] = TerminalError("warehouse: permission denied for relation dim_seller")
    assert deliver(functions, *map(completed, attempts)) == [0, 1]
    assert states(aws, SEVEN, EIGHT) == [State.CURATED, State.LOADED]


def test_a_batch_released_without_a_passed_verdict_is_not_loaded(
    aws: Aws, functions: Functions, warehouse: FakeWarehouse
) -> None:
    released, attempt = submitted(aws, SEVEN), submitted(aws, EIGHT)
    aws.put_curated(released, Verdict.QUARANTINED)
    aws.put_curated(attempt)
    with aws.ledger.lease(SEVEN, "test") as held:
        aws.ledger.move(held, State.CURATED, Mover.ON_STEP_COMPLETED)
    assert deliver(functions, completed(attempt)) == []
    assert states(aws, SEVEN, EIGHT) == [State.QUARANTINED, State.LOADED]
