"""`gem restate` on a warehouse whose batches came out of order: every figure that was ever shown is shown again."""

import json
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner, Result

from gem.cli_restate import app
from gem.contracts.errors import ManifestError, TerminalError
from gem.contracts.manifest import CuratedManifest, Verdict, manifest_body
from gem.contracts.measures.registry import STEADY
from gem.warehouse.connection import execute
from gem.warehouse.restate import Figures, Replay, Restated, Restatement, restate
from gem.warehouse.scratch import STAMP, scratch_database
from local_aws.postgres import EmbeddedPostgres
from local_aws.redshift import RedshiftFront
from tests.model.curated import write_batch
from tests.model.history import FIRST, FOURTH, SECOND, SECOND_REPLAYED, THIRD
from tests.model.lab import REGION, SETTINGS, Lab, prepared_lab

pytestmark = pytest.mark.slow

BUCKET = "restated"
LAKE = SETTINGS.model_copy(update={"lake_bucket": BUCKET})
LOADED = (FIRST, THIRD, SECOND_REPLAYED, SECOND, FOURTH)
SCRATCH = "select count(*) from pg_database where datname like 'gem!_scratch!_%%' escape '!'"


def day(number: int) -> datetime:
    return datetime(2026, 11, number, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Past:
    """A warehouse with what it has shown after each of its loads, one a day."""

    lab: Lab
    database: str
    manifests: list[CuratedManifest]
    shown: list[Figures]

    def open(self, name: str | None) -> Any:
        return self.lab.connect(name or self.database)

    def restate(self, as_of: datetime, tell: Callable[[str], None] = lambda _: None) -> Restatement:
        return restate(Replay(self.open, self.lab.s3, LAKE, tell), as_of, STEADY)


@pytest.fixture(scope="module")
def past(embedded_postgres: EmbeddedPostgres, redshift_front: RedshiftFront, s3: Any) -> Iterator[Past]:
    lab = prepared_lab(embedded_postgres, redshift_front, s3)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    past = Past(lab, lab.copy(), [], [])
    for number, batch in enumerate(LOADED, start=1):
        manifest = write_batch(s3, batch.seq, batch.tables, attempt=batch.attempt, bucket=BUCKET)
        # The last one was quarantined and released by a person: the load was told so, its manifest was not.
        kept = manifest.model_copy(update={"verdict": Verdict.QUARANTINED}) if batch is FOURTH else manifest
        s3.put_object(Bucket=BUCKET, Key=manifest.attempt_key.curated_manifest_key, Body=manifest_body(kept))
        lab.load(past.database, manifest, settings=LAKE)
        written = "update ops.load_log set loaded_at = %s where batch_id = %s and attempt = %s"
        change(past, written, [day(number).replace(tzinfo=None), manifest.batch_id, manifest.attempt])
        past.manifests.append(manifest)
        past.shown.append({m.name: figure(lab.query(past.database, m.sql())[0][0]) for m in STEADY})
    yield past
    lab.drop(past.database)


def change(past: Past, sql: str, parameters: Any = ()) -> None:
    connection = past.open(None)
    execute(connection, sql, parameters)
    connection.commit()
    connection.close()


def figure(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@pytest.fixture
def tidy(past: Past) -> Iterator[None]:
    """No scratch database is left when a test is over."""
    yield
    assert past.lab.query(past.database, SCRATCH) == [(0,)]


@pytest.fixture(scope="module")
def found(past: Past) -> Restatement:
    return past.restate(day(1))


def by_name(found: Restatement) -> dict[str, Restated]:
    return {one.measure: one for one in found.measures}


def steps(one: Restated) -> list[tuple[str, int, Decimal | None]]:
    return [(move.batch_id[-1], move.attempt, move.after) for move in one.moves]


def test_every_measure_shows_again_what_it_has_shown_after_each_load(past: Past, found: Restatement) -> None:
    for one in found.measures:
        history = [one.then]
        for number in range(2, len(LOADED) + 1):
            moved = [move.after for move in one.moves if move.loaded_at == day(number)]
            history.append(moved[0] if moved else history[-1])
        assert history == [shown[one.measure] for shown in past.shown], one.measure
        assert all(move.before != move.after for move in one.moves)
    assert found.is_proved


def test_the_figures_are_those_worked_out_by_hand(found: Restatement) -> None:
    """Of lines of 5.25 each.

    Contract 50 has three at first, and 3 brings the three of contract 52; 2/1 gives contract 50 a fourth; 4 takes it
    away with all of them, gives 501 to contract 51, and takes one of contract 52, whose other two are cancelled: that
    is no matter of gross value. Contracts with lines are 50 alone, 50 and 52, and at last 51 and 52.
    """
    measures = by_name(found)
    assert (found.loaded_then, found.loaded_since) == (1, 4)
    assert measures["Gross GMV"].then == Decimal("15.75")
    assert steps(measures["Gross GMV"]) == [
        ("3", 1, Decimal("31.50")),
        ("2", 1, Decimal("36.75")),
        ("4", 1, Decimal("15.75")),
    ]
    assert (measures["Order lines"].then, steps(measures["Order lines"])) == (
        3,
        [("3", 1, 6), ("2", 1, 7), ("4", 1, 3)],
    )
    # Of bid 10, which 3 takes away and 4 brings back; 2 and its replay are older than what 3 says of bids.
    assert (measures["Bids"].then, steps(measures["Bids"])) == (2, [("4", 1, 3)])
    assert (measures["Contracts"].then, steps(measures["Contracts"])) == (1, [("3", 1, 2)])


def test_of_a_later_moment_less_has_moved_since(past: Past, tidy: None) -> None:
    told: list[str] = []
    later = past.restate(day(4) + timedelta(hours=1), told.append)
    assert (later.loaded_then, later.loaded_since) == (4, 1)
    assert {one.measure: one.then for one in later.measures} == past.shown[3]
    assert steps(by_name(later)["Gross GMV"]) == [("4", 1, Decimal("15.75"))]
    assert told[-1] == "1 of 1 loaded since: gem/gem-0000000004/1"


def test_a_figure_that_no_batch_explains_is_not_proved(past: Past, tidy: None) -> None:
    change(past, "update mart.fact_order_line set line_value = line_value + 1")
    try:
        changed = past.restate(day(5))
    finally:
        change(past, "update mart.fact_order_line set line_value = line_value - 1")
    assert not changed.is_proved
    assert {one.measure for one in changed.measures if not one.is_proved} == {"Gross GMV"}
    gross = by_name(changed)["Gross GMV"]
    assert (gross.replayed, gross.shown) == (Decimal("15.75"), Decimal("18.75"))


@pytest.mark.parametrize(("body", "problem"), [(None, "is gone"), (b"other", "is not what was loaded: its ETag is")])
def test_a_curated_file_that_is_gone_or_another_is_named_with_its_batch_before_anything_is_loaded(
    past: Past, tidy: None, body: bytes | None, problem: str
) -> None:
    table = past.manifests[1].table("fact_bid")
    assert table is not None
    key = table.files[0].key
    whole = past.lab.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    told: list[str] = []
    if body is None:
        past.lab.s3.delete_object(Bucket=BUCKET, Key=key)
    else:
        past.lab.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    try:
        with pytest.raises(
            ManifestError, match=f"batch gem-0000000003 attempt 1 .*{key} {problem}.*put the object back"
        ):
            past.restate(day(1), told.append)
    finally:
        past.lab.s3.put_object(Bucket=BUCKET, Key=key, Body=whole)
    assert told == ["looking for the curated files of 5 attempts"]


def test_a_manifest_that_is_gone_is_named_with_its_batch(past: Past, tidy: None) -> None:
    key = past.manifests[0].attempt_key.curated_manifest_key
    whole = past.lab.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    past.lab.s3.delete_object(Bucket=BUCKET, Key=key)
    try:
        with pytest.raises(
            ManifestError, match=f"batch gem-0000000001 attempt 1 cannot be loaded again: .*{key} is gone"
        ):
            past.restate(day(1))
    finally:
        past.lab.s3.put_object(Bucket=BUCKET, Key=key, Body=whole)


def test_an_attempt_that_the_load_of_today_refuses_is_named(past: Past, tidy: None) -> None:
    key = past.manifests[1].attempt_key.curated_manifest_key
    whole = past.lab.s3.get_object(Bucket=BUCKET, Key=key)["Body"].read()
    forged = CuratedManifest.model_validate_json(whole)
    tables = tuple(table.model_copy(update={"rows": table.rows + 1}) for table in forged.tables)
    forged_body = manifest_body(forged.model_copy(update={"tables": tables}))
    past.lab.s3.put_object(Bucket=BUCKET, Key=key, Body=forged_body)
    try:
        with pytest.raises(TerminalError, match=r"batch gem-0000000003 attempt 1.*this release's load refuses it"):
            past.restate(day(1))
    finally:
        past.lab.s3.put_object(Bucket=BUCKET, Key=key, Body=whole)


def test_before_the_first_load_there_is_nothing_to_show(past: Past, tidy: None) -> None:
    with pytest.raises(TerminalError, match=r"had loaded no batch by .*: the first came at 2026-11-01 10:00:00 UTC"):
        past.restate(day(1) - timedelta(seconds=1))


def test_interrupted_half_way_it_drops_its_scratch_database(past: Past, tidy: None) -> None:
    def interrupt(progress: str) -> None:
        if progress.startswith("2 of 4"):
            assert past.lab.query(past.database, SCRATCH) == [(1,)]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        past.restate(day(1), interrupt)


def test_what_a_killed_process_left_is_dropped_the_next_day_unless_somebody_is_in_it(past: Past) -> None:
    old, fresh = datetime.now(UTC) - timedelta(days=2), datetime.now(UTC) - timedelta(hours=2)
    left, used, young = (f"gem_scratch_{at:{STAMP}}z_0000000{n}" for n, at in enumerate((old, old, fresh)))
    for name in (left, used, young):
        past.lab.postgres.create_database(name)
    inside = past.open(used)
    with scratch_database(past.open) as own:
        names = past.lab.query(
            past.database, "select datname from pg_database where datname like 'gem!_s%%' escape '!'"
        )
        assert {name for (name,) in names} == {used, young, own}
    inside.close()
    past.lab.drop(used)
    past.lab.drop(young)


@pytest.fixture(scope="module")
def environment(past: Past, s3_endpoint_url: str) -> dict[str, str]:
    """The settings of `gem restate`; the warehouse's secret is there."""
    aws = {
        "AWS_ENDPOINT_URL": s3_endpoint_url,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    front = past.lab.front
    login = {"host": front.host, "port": front.port, "username": front.user, "password": front.password}
    secrets = boto3.client(
        "secretsmanager",
        endpoint_url=s3_endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    secrets.create_secret(Name="restated", SecretString=json.dumps(login | {"dbname": past.database}))
    return aws | {
        "GEM_WAREHOUSE_SECRET_ID": "restated",
        "GEM_WAREHOUSE_SSL": "false",
        "GEM_LAKE_BUCKET": BUCKET,
        "GEM_COPY_ROLE_ARN": LAKE.copy_role_arn,
    }


@pytest.fixture
def command(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """`gem restate …` in this process."""
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return lambda *arguments: CliRunner().invoke(app, arguments)


def test_the_command_shows_the_moves_in_a_table_and_progress_beside_it(command: Any, tidy: None) -> None:
    shown = command("--as-of", "2026-11-01", "--measure", "gross gmv", "--measure", "101")
    assert shown.exit_code == 0, shown.output
    lines = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.stdout.splitlines() if "│" in line]
    assert lines == [
        ["Gross GMV", "", "", "15.75", ""],
        ["", "2026-11-02 10:00:00", "gem-0000000003, 1", "31.50", "+15.75"],
        ["", "2026-11-04 10:00:00", "gem-0000000002, 1", "36.75", "+5.25"],
        ["", "2026-11-05 10:00:00", "gem-0000000004, 1", "15.75", "-21.00"],
        ["Contracts", "", "", "1", ""],
        ["", "2026-11-02 10:00:00", "gem-0000000003, 1", "2", "+1"],
    ]
    assert shown.stdout.endswith("1 attempts were loaded by then, 4 since.\n")
    assert "… 4 of 4 loaded since: gem/gem-0000000004/1" in shown.stderr


def test_for_programs_it_prints_json_and_exits_by_the_proof(past: Past, command: Any, tidy: None) -> None:
    change(past, "update mart.fact_order_line set line_value = line_value + 1")
    try:
        shown = command("--as-of", "2026-11-05T10:00:00Z", "--measure", "1", "--json")
    finally:
        change(past, "update mart.fact_order_line set line_value = line_value - 1")
    document = json.loads(shown.stdout)
    assert (shown.exit_code, shown.stderr) == (1, "")
    assert (document["as_of"], document["loaded_then"], document["is_proved"]) == (
        "2026-11-05T10:00:00+00:00",
        5,
        False,
    )
    (gross,) = document["measures"]
    assert (gross["then"], gross["replayed"], gross["shown"], gross["moves"]) == ("15.75", "15.75", "18.75", [])


def test_a_termination_drops_the_scratch_database_too(
    command: Any, tidy: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def terminate(progress: str) -> None:
        if progress.startswith("1 of 4"):
            os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr("gem.cli_restate._tell", terminate)
    assert command("--as-of", "2026-11-01").exit_code == 128 + signal.SIGTERM
