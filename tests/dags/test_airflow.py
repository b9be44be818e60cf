"""The DAGs in a real Airflow beside a local cloud: what each brings about, cleared and run again, and when a hop fails.

The tests follow one another in one world, as days do.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gem.contracts.states import State
from local_aws.airflow import AirflowError
from tests.dags.runs import SECONDS, Run, World

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3_600)]

TOUCHED = "update gem.contract set updated_at = updated_at where contract_id <= 3"


def rows(world: World) -> tuple[Any, Any]:
    """Order lines at the source and in the warehouse."""
    at_source = world.stage.source("select count(*), sum(line_value) from gem.contract_item")
    loaded = world.stage.warehouse("select count(*), sum(line_value) from mart.fact_order_line")
    return at_source, loaded


def results(run: Run) -> dict[str, Any]:
    """What each task of a run left behind, but times."""
    done = {"batches": run.result("published_batches", "batch_ids"), "loaded": run.result("loaded")}
    summary = run.result("summary")
    return done | {name: value for name, value in summary.items() if name != "batches"}


@pytest.fixture(scope="module")
def first(world: World) -> Run:
    """The scheduled run: the source's first batch."""
    return world.scheduled("gem_daily").wait()


@pytest.fixture(scope="module")
def second(world: World, first: Run) -> Run:
    """A run by hand, after the source has changed; it takes longer than it may."""
    world.change()
    world.alerts()
    run = world.trigger("gem_daily")
    run.overdue()
    return run.wait()


def test_the_daily_run_brings_the_first_batch(world: World, first: Run) -> None:
    assert first.result("loaded") == ["gem-0000000001"]
    at_source, loaded = rows(world)
    assert at_source == loaded
    assert at_source[0][0] > 0
    summary = first.result("summary")
    assert summary["batches"]["gem-0000000001"]["state"] == "LOADED"
    assert summary["batches"]["gem-0000000001"]["seconds"].keys() == {"SUBMITTED", "CURATED", "LOADED"}
    assert summary["checks"] > 200
    assert summary["jobs"]
    key = f"{summary['export'].split('/', 3)[3]}_export.json"
    world.stage.cloud.s3.head_object(Bucket=world.stage.cloud.lake_bucket, Key=key)


def test_what_waits_is_deferred(world: World, first: Run) -> None:
    assert {"extract", "loaded"} <= first.deferred
    assert "waiting in the triggerer: gem-0000000001" in first.log("loaded")


def test_the_next_run_brings_what_changed(world: World, second: Run) -> None:
    assert second.result("loaded") == ["gem-0000000002"]
    assert world.batches() == {"gem-0000000001": "LOADED", "gem-0000000002": "LOADED"}
    assert second.result("reconcile")["drift"] == []


def test_a_run_that_takes_too_long_is_told_once_while_it_runs(world: World, second: Run) -> None:
    [alert] = world.alerts()
    assert alert["Subject"] == "gem_daily is late"
    assert f"run {second.run_id}, was to end within 6 hours" in alert["Message"]


def test_lineage_names_the_batches_of_a_run_and_the_tables_that_they_changed(world: World, second: Run) -> None:
    assert [tags(event) for event in world.lineage("gem_daily.loaded")] == [{"gem-0000000001"}, {"gem-0000000002"}]
    event = world.lineage("gem_daily.loaded")[-1]
    assert event["run"]["facets"]["parent"]["job"]["name"] == "gem_daily"
    assert [each["name"] for each in event["inputs"]] == ["raw/gem/gem-0000000002/_manifest.json"]
    [namespace] = {each["namespace"] for each in event["outputs"]}
    assert namespace.startswith("redshift://")
    assert any(each["name"].endswith(".mart.fact_order_line") for each in event["outputs"])


def tags(event: dict[str, Any]) -> set[str]:
    return {tag["value"] for tag in event["run"]["facets"]["tags"]["tags"] if tag["key"] == "batch_id"}


def test_a_loaded_batch_is_an_asset_event(world: World, second: Run) -> None:
    events = world.airflow.call("GET", "/assets/events?source_dag_id=gem_daily&source_task_id=announce")["asset_events"]
    assert [each["extra"]["batch_ids"] for each in events] == [["gem-0000000001"], ["gem-0000000002"]]


def test_every_task_may_be_cleared_and_gives_the_same_again(world: World, second: Run) -> None:
    before, digests, batches = results(second), world.stage.digests(), world.batches()
    done = sorted({task["task_id"] for task in second.tasks() if task["state"] == "success"})
    tries = {task_id: second.tries(task_id) for task_id in done}
    for cleared in (done[::2], done[1::2]):
        second.clear(*cleared)
        second.wait()
    assert {task_id: second.tries(task_id) for task_id in done} == {name: count + 1 for name, count in tries.items()}
    assert results(second) == before
    assert world.stage.digests() == digests
    assert world.batches() == batches


def test_an_old_run_that_is_cleared_means_its_own_batches(world: World, first: Run, second: Run) -> None:
    first.clear("published_batches", "loaded")
    first.wait()
    assert first.result("published_batches", "batch_ids") == ["gem-0000000001"]
    assert first.result("loaded") == ["gem-0000000001"]


def test_a_manifest_that_is_missing_is_waited_for_in_the_triggerer(world: World, second: Run) -> None:
    with world.without("raw/gem/gem-0000000002/_manifest.json"):
        second.clear("raw_manifests")
        second.wait_until_deferred("raw_manifests")
    second.wait()
    assert world.batches() == {"gem-0000000001": "LOADED", "gem-0000000002": "LOADED"}


def test_an_extraction_that_fails_says_why_and_leaves_nothing_half_done(world: World, second: Run) -> None:
    batches, keys = world.batches(), world.raw_keys()
    world.alerts()
    world.stage.change_source(TOUCHED, "alter table gem.contract rename column total_value to worth")
    try:
        failed = world.trigger("gem_daily").wait("failed")
    finally:
        world.stage.change_source("alter table gem.contract rename column worth to total_value", TOUCHED)
    assert failed.states()["extract"] == "failed"
    assert failed.states()["loaded"] == "upstream_failed"
    [alert] = world.alerts()
    assert alert["Subject"] == "gem_daily.extract failed"
    assert "not read: contract" in alert["Message"]
    assert world.batches() == batches
    assert world.raw_keys() == keys


def test_parameters_of_a_backfill_are_validated(world: World) -> None:
    with pytest.raises(AirflowError, match="contract; id"):
        world.trigger("gem_backfill", aggregate="contract; id")
    refused = world.trigger("gem_backfill", aggregate="contract", first=5, last=1).wait("failed")
    assert "from 5 is above to 1" in refused.log("words")


def test_a_stalled_hop_alerts_once_is_redriven_and_its_recovery_is_told_once(world: World, second: Run) -> None:
    with event_lost(world, "gem-step-completed"):
        world.change()
        batch_id = world.stage.extract()["batch_id"]
        world.stage.cloud.settle(SECONDS)
    assert world.batches()[batch_id] == State.SUBMITTED
    stand_since(world, batch_id, datetime.now(UTC) - timedelta(hours=3))

    world.alerts()
    for told in (1, 0):
        world.trigger("gem_sla").wait()
        assert len([alert for alert in world.alerts() if batch_id in alert["Subject"]]) == told

    redrive = world.trigger("gem_redrive").wait()
    assert batch_id in redrive.result("push")
    assert redrive.result("loaded") == redrive.result("push")
    assert world.batches()[batch_id] == State.LOADED
    mover = world.stage.cloud.ledger.get(batch_id)
    assert mover is not None
    assert mover.history[-1].state is State.LOADED

    for told in (1, 0):
        world.trigger("gem_sla").wait()
        alerts = [alert for alert in world.alerts() if batch_id in alert["Subject"]]
        assert [alert["Subject"] for alert in alerts] == [f"SLA recovered: hop/{batch_id}/CURATED"] * told
    world.pause("gem_sla")


@contextmanager
def event_lost(world: World, rule: str) -> Iterator[None]:
    """The rule sends what it matches to nobody meanwhile."""
    events = world.stage.cloud.aws.client("events")
    targets = events.list_targets_by_rule(Rule=rule)["Targets"]
    events.remove_targets(Rule=rule, Ids=[target["Id"] for target in targets])
    try:
        yield
    finally:
        events.put_targets(Rule=rule, Targets=targets)


def stand_since(world: World, batch_id: str, moment: datetime) -> None:
    """As if the batch had stood where it is since then."""
    table = world.stage.cloud.aws.table(world.stage.cloud.deployment.outputs["LedgerTableName"])
    table.update_item(
        Key={"batch_id": batch_id},
        UpdateExpression="set moved_at = :moment",
        ExpressionAttributeValues={":moment": moment.isoformat()},
    )


def test_a_backfill_reads_a_range_again_and_a_dry_run_only_plans(world: World, second: Run) -> None:
    batches = world.batches()
    planned = world.trigger("gem_backfill", aggregate="contract", first=1, last=5).wait()
    assert planned.states()["read"] == "skipped"
    assert world.batches() == batches

    done = world.trigger("gem_backfill", aggregate="contract", first=1, last=5, dry_run=False).wait()
    [batch_id] = done.result("loaded")
    assert world.batches() == batches | {batch_id: "LOADED"}
    assert done.result("words") == "backfill --aggregate contract --from 1 --to 5"


def test_maintenance_repairs_what_drifted(world: World, second: Run) -> None:
    lines = rows(world)[0]
    world.damage("delete from mart.fact_order_line where contract_id = 7")
    assert rows(world)[1] != lines
    run = world.scheduled("gem_maintenance").wait()
    assert "fact_order_line" in run.result("compare")["drift"]
    assert run.result("compare_again")["drift"] == []
    assert rows(world)[1] == lines


def test_maintenance_reads_nothing_again_where_nothing_drifted(world: World, second: Run) -> None:
    batches = world.batches()
    run = world.trigger("gem_maintenance").wait()
    assert run.states()["read_again"] == "skipped"
    assert run.result("loaded") == []
    assert run.states()["check_warehouse"] == "success"
    assert world.batches() == batches
