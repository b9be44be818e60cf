"""`gem demo` as a newcomer runs it: a process of its own, on a machine without Java and without PostgreSQL."""

import itertools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import TableKind
from gem.reconcile import comparisons
from local_aws.demo import SHARE
from local_aws.postgres import EmbeddedPostgres
from local_aws.source import generator, schema
from local_aws.source.evolve import evolve, is_quiet

GEM = Path(sys.executable).with_name("gem")
REAL_DATA = os.environ.get("GEM_REAL_DATA")
TIMEOUT_SECONDS = 900
# Plain SQL on the source: shares no code with the pipeline.
HEADLINES = """
with line as (
  select
    contract_id,
    case
      when rejected_at is null and cancelled_at is null and status not in ('REJECTED', 'CANCELLED') then
        case amended.kind
          when 'VALUE' then new_value
          when 'QTY' then round(new_value * unit_price, 2)
          else line_value
        end
      else 0
    end as net,
    rejected_at is null and cancelled_at is null and status not in ('REJECTED', 'CANCELLED') as is_valid,
    exists (
      select
      from gem.seller_classification as class
      where class.seller_id = contract.seller_id
        and size in ('MICRO', 'SMALL')
        and (contract_at at time zone 'Asia/Kolkata')::date >= valid_from
        and (contract_at at time zone 'Asia/Kolkata')::date < coalesce(valid_to, 'infinity')
    ) as is_mse
  from gem.contract_item
  join gem.contract using (contract_id)
  left join lateral (
    select kind, new_value
    from gem.contract_amendment
    where contract_amendment.contract_item_id = contract_item.contract_item_id
      and kind in ('QTY', 'VALUE')
      and approved_at is not null
    order by approved_at desc, amendment_id desc
    limit 1
  ) as amended on true
)
select
  sum(net),
  count(distinct contract_id) filter (where is_valid),
  count(distinct contract_id),
  sum(net) filter (where is_mse) / sum(net),
  (select count(*) from gem.bid)
from line
"""
pytestmark = [pytest.mark.slow, pytest.mark.timeout(2 * TIMEOUT_SECONDS)]


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment with nothing in it, and a PATH on which there is no program at all."""
    empty = tmp_path_factory.mktemp("bin")
    return {"PATH": str(empty), "HOME": str(tmp_path_factory.mktemp("home"))}


def demo(env: dict[str, str], work_dir: Path, *arguments: str) -> dict[str, Any]:
    """The JSON of a demo that must succeed; whatever its work directory names has ended when it has."""
    finished = subprocess.run(
        [GEM, "demo", "--json", "--work-dir", work_dir, *arguments],
        env=env,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_SECONDS,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert processes_of(work_dir) == []
    shown: dict[str, Any] = json.loads(finished.stdout)
    return shown


def processes_of(work_dir: Path) -> list[str]:
    """The command lines of the processes that live in the folder or name it."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command, lives_in = (
                (process / "cmdline").read_bytes().decode(errors="replace"),
                (process / "cwd").readlink(),
            )
        except OSError:
            continue  # it has just ended, or is a zombie, which lives nowhere
        if str(work_dir) in command or lives_in.is_relative_to(work_dir):
            found.append(command.replace("\0", " "))
    return found


def figures(shown: dict[str, Any]) -> dict[str, str]:
    return {answer["name"]: answer["value"] for answer in shown["answers"]}


@pytest.fixture(scope="module")
def work_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("generated")


@pytest.fixture(scope="module")
def first(bare: dict[str, str], work_dir: Path) -> dict[str, Any]:
    """A demo with generated data."""
    return demo(bare, work_dir, "--contracts", "2000")


def test_every_hop_of_both_batches_is_shown_in_order_and_both_are_loaded(first: dict[str, Any]) -> None:
    names = [[hop["name"] for hop in arrival["hops"]] for arrival in first["arrivals"]]
    carried = ["source", "extract", "event", "submit", "curate", "load", "ask"]
    assert names == [["start", *carried], [*carried, "reconcile", "report", "export"]]
    assert [arrival["state"] for arrival in first["arrivals"]] == ["LOADED", "LOADED"]
    assert [arrival["batch_ids"] for arrival in first["arrivals"]] == [["gem-0000000001"], ["gem-0000000002"]]
    loaded, changed = ({hop["name"]: hop["rows"] for hop in arrival["hops"]} for arrival in first["arrivals"])
    assert loaded["source"] == loaded["extract"] == loaded["event"] > 10_000
    assert 0 < changed["extract"] == changed["event"] < loaded["extract"]


def test_a_report_and_an_export_of_what_was_loaded_are_left(first: dict[str, Any], work_dir: Path) -> None:
    report = (work_dir / "report.html").read_text()
    assert "Data: batch gem-0000000002 of " in report
    assert "Hops against what is promised" in report
    assert "Demonstration: generated data. No figure describes a real ministry or seller." in report
    assert ">to LOADED<" in report, "the ledger was asked"
    assert len(report.encode()) < 3_000_000
    export = json.loads((work_dir / "export" / "_export.json").read_text())
    assert [*export["loaded"].values()] == ["gem-0000000002"]
    [lines] = [table["rows"] for table in export["tables"] if table["view"] == "v_order_lines"]
    assert lines > 2_000


def test_the_second_batch_brings_new_changed_and_deleted_rows(first: dict[str, Any]) -> None:
    for what in ("inserted", "updated", "deleted"):
        assert sum(change[what] for change in first["changes"]) > 0, what
    assert first["arrivals"][0]["answers"]["digests"] != first["digests"]


def test_source_and_warehouse_agree_in_every_table_at_the_end(first: dict[str, Any]) -> None:
    assert first["agrees"] is True
    assert {report["table"] for report in first["reconciled"]} == comparisons("gem").keys()
    for report in first["reconciled"]:
        assert report["differing_buckets"] == []
        assert report["source_rows"] == report["warehouse_rows"] - report["kept_rows"] > 0
        assert all(left == right for left, right in report["sums"].values())


def test_the_figures_are_those_of_sql_on_the_source_before_and_after(first: dict[str, Any]) -> None:
    """The source is made again from its seeds: the same rows, asked by SQL that knows nothing of the warehouse."""
    for arrival, expected in zip(first["arrivals"], first_and_changed_source(), strict=True):
        answers = {answer["name"]: answer["value"] for answer in arrival["answers"]["answers"]}
        for name, value in expected.items():
            assert Decimal(answers[name]).quantize(Decimal("0.000001")) == value, (arrival["title"], name)


def first_and_changed_source() -> Iterator[dict[str, Decimal]]:
    """Headline figures of the demo's source: as it was generated, and after the demo's round of change."""
    seed = next(each for each in itertools.count(1) if not is_quiet(each))
    with tempfile.TemporaryDirectory() as directory, EmbeddedPostgres(Path(directory) / "pg", durable=False) as server:
        server.create_database("again")
        connection = psycopg2.connect(server.dsn("again"))
        schema.install(connection)
        generator.generate(connection, 1, 2_000, lambda _: None)
        connection.commit()
        yield headlines(connection)
        evolve(connection, seed, SHARE, lambda _: None)
        yield headlines(connection)
        connection.close()


def headlines(connection: Any) -> dict[str, Decimal]:
    with connection.cursor() as cursor:
        cursor.execute(HEADLINES)
        values = cursor.fetchone()
    return {
        name: Decimal(value).quantize(Decimal("0.000001"))
        for name, value in zip(("Net GMV", "Orders", "Contracts", "MSE share", "Bids"), values, strict=True)
    }


def test_what_was_asked_for_is_what_the_star_schema_holds(first: dict[str, Any]) -> None:
    assert figures(first["arrivals"][0]["answers"])["Contracts"] == "2000"
    assert set(first["unresolved"].values()) == {0}
    assert len(first["unresolved"]) >= 9


def test_it_stays_within_the_memory_of_a_small_machine(first: dict[str, Any]) -> None:
    assert 10**8 < first["peak_memory_bytes"] < 6 * 10**9


@pytest.mark.nightly
def test_the_same_again_in_the_same_folder_gives_the_same_tables_by_the_other_sink(
    first: dict[str, Any], bare: dict[str, str], work_dir: Path
) -> None:
    assert loads_of_steps(work_dir) == [None, None]
    again = demo(bare, work_dir, "--contracts", "2000", "--sink", "redshift")
    assert loads_of_steps(work_dir) == ["loaded", "loaded"]
    assert (first["sink"], again["sink"], again["agrees"]) == ("s3", "redshift", True)
    assert again["digests"] == first["digests"]
    assert again["answers"] == first["answers"]


def loads_of_steps(work_dir: Path) -> list[Any]:
    """What each Spark step said of its own load."""
    said = (path.read_text().strip().splitlines()[-1] for path in sorted(work_dir.glob("steps/*/stdout")))
    return [json.loads(line)["load"] for line in said]


def test_every_table_has_a_digest_of_its_own(first: dict[str, Any]) -> None:
    """So that equal digests say something."""
    loaded = {table.name for table in MART_TABLES if table.kind is not TableKind.PERIODIC}
    assert set(first["digests"]) == loaded
    assert len(set(first["digests"].values())) == len(loaded)


@pytest.fixture
def running(bare: dict[str, str], tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A demo whose Spark step runs."""
    # A suite that runs in the background of a shell is deaf to Ctrl-C, and so would be all that it starts.
    command = ["/usr/bin/env", "--default-signal=INT", GEM, "demo", "--contracts", "10", "--work-dir", tmp_path]
    process = subprocess.Popen(
        command, env=bare, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    assert process.stderr is not None
    try:
        assert any(line.startswith("… EMR step") for line in process.stderr)
        until(lambda: any("/java " in each for each in processes_of(tmp_path)))
        yield process
    finally:
        process.kill()
        process.communicate()


def until(condition: Any, patience_seconds: float = 60) -> None:
    deadline = time.monotonic() + patience_seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)


def test_interrupted_it_says_so_and_leaves_nothing_running(running: subprocess.Popen[str], tmp_path: Path) -> None:
    os.killpg(running.pid, signal.SIGINT)
    _, stderr = running.communicate(timeout=60)
    assert running.returncode == 130
    assert "Stopped, and everything that was started with it" in stderr
    assert "Traceback" not in stderr
    assert processes_of(tmp_path) == []


def test_killed_it_leaves_nothing_running(running: subprocess.Popen[str], tmp_path: Path) -> None:
    running.kill()
    running.wait()
    until(lambda: processes_of(tmp_path) == [])


@pytest.mark.skipif(REAL_DATA is None, reason="GEM_REAL_DATA names no folder with the public data sets")
def test_public_tenders_arrive_to_the_last_paisa(bare: dict[str, str], tmp_path: Path) -> None:
    shown = demo(bare, tmp_path, "--tenders", f"{REAL_DATA}/assam_tenders_2024")
    expected = {
        "Bids": "5495",
        "Participations": "26952",
        "Contracts": "14210",
        "Order lines": "14210",
        "Rate contracts": "8412",
        "Gross GMV": "223057781486.15",
    }
    loaded = shown["arrivals"][0]["answers"]
    assert expected.items() <= figures(loaded).items()
    assert loaded["rows"]["fact_bid"] == 5_495
    assert loaded["rows"]["fact_bid_participation"] == 26_952
    assert loaded["rows"]["fact_order_line"] == 14_210
    assert set(loaded["unresolved"].values()) == {0}
    assert set(shown["unresolved"].values()) == {0}
    assert shown["agrees"] is True
    assert shown["arrivals"][1]["state"] == "LOADED"
