"""`gem up` as a person uses it: it comes up, stays up whatever is killed, and its data outlive it."""

import contextlib
import json
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from tests.story.up_cloud import BARE, CONTRACTS, GEM, UpCloud, command_line, descendants, kill, survivors, until

pytestmark = [pytest.mark.slow, pytest.mark.nightly, pytest.mark.timeout(1_800)]


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UpCloud]:
    """A cloud with a small source, not yet extracted."""
    running = UpCloud(tmp_path_factory.mktemp("home") / "up")
    running.up()
    everything = running.processes()
    try:
        yield running
        everything |= running.processes()
    finally:
        running.down()
    assert survivors(everything) == []


@pytest.fixture(scope="module")
def loaded(cloud: UpCloud) -> UpCloud:
    """The same with its first batch loaded."""
    cloud.wait_loaded(cloud.extract())
    cloud.assert_agrees()
    return cloud


def test_its_file_makes_a_shell_speak_to_it_and_is_private(cloud: UpCloud) -> None:
    env_file = cloud.work_dir / "env.sh"
    assert env_file.stat().st_mode & 0o077 == 0
    shown = subprocess.run(
        ["bash", "-c", f"set -eu; source {env_file}; env"], env={}, capture_output=True, text=True, check=True
    ).stdout
    assert cloud.environment.items() <= dict(line.partition("=")[::2] for line in shown.splitlines()).items()


def test_a_second_gem_up_in_the_folder_says_so_and_changes_nothing(cloud: UpCloud) -> None:
    before = cloud.status()
    again = cloud.up()
    assert "it was up already" in again["notes"]
    assert again["status"] == before
    refused = cloud.gem("up", "--fresh", "--work-dir", cloud.work_dir, check=False)
    assert refused.returncode == 1
    assert "type `gem down` first" in refused.stderr


def test_gem_sql_asks_and_does_not_write_unasked(cloud: UpCloud) -> None:
    asked = "select 'हिन्दी' as text, null::int as nothing, 1.50::decimal(5,2) as money, '50%' like '5%\\%' as percent"
    shown = json.loads(cloud.gem("sql", "--json", asked).stdout)
    assert shown["columns"] == ["text", "nothing", "money", "percent"]
    assert shown["rows"][0][:3] == ["हिन्दी", None, "1.50"]
    assert cloud.gem("sql", "select 1 into public.sneaked", check=False).returncode == 1
    cloud.gem("sql", "--write", "create table public.noted (a int)")
    assert "2 rows written" in cloud.gem("sql", "--write", "insert into public.noted values (1), (2)").stdout
    cut = cloud.gem("sql", "select a from public.noted order by 1", "--limit", "1")
    assert "(1 row)" in cut.stdout
    assert "only 1 are printed" in cut.stderr
    cloud.gem("sql", "--write", "drop table public.noted")
    failed = cloud.gem("sql", "select * from public.noted", check=False)
    assert failed.returncode == 1
    assert 'relation "public.noted" does not exist' in failed.stderr


def test_a_source_that_nobody_made_up_is_not_changed(cloud: UpCloud) -> None:
    dsn = cloud.environment["GEM_SOURCE_DSN"]
    with psycopg2.connect(dsn) as connection, connection.cursor() as cursor:
        cursor.execute("comment on schema gem is 'the real one'")
    try:
        refused = cloud.gem("source", "evolve", "--share", "1", check=False)
        assert refused.returncode == 1
        assert "its rows may be somebody's" in refused.stderr
        assert dsn not in refused.stderr
    finally:
        with connection, connection.cursor() as cursor:
            cursor.execute("comment on schema gem is 'Made up by a local cloud: may be changed at will.'")
        connection.close()


@pytest.mark.parametrize("part", ["postgres", "aws", "redshift", "functions"])
def test_a_batch_arrives_although_a_part_is_killed_under_it(loaded: UpCloud, part: str) -> None:
    loaded.change(seed=100 + len(part))
    batch_id = loaded.extract()
    kill(loaded.pid(part))
    loaded.wait_loaded(batch_id)
    until(loaded.is_ready, "every part was to be ready again")
    loaded.assert_agrees()


def test_a_batch_arrives_by_a_second_attempt_when_its_spark_and_a_function_are_killed(loaded: UpCloud) -> None:
    """A step that dies is a failure that EMR reports, not a lost event; nobody judged its rows, so it is run again."""
    loaded.change(seed=300)
    batch_id = loaded.extract()
    aws = loaded.pid("aws")
    until(lambda: any("/java " in command_line(pid) for pid in descendants(aws)), "Spark was to run")
    kill(next(pid for pid in descendants(aws) if "/java " in command_line(pid)))
    functions = loaded.pid("functions")
    kill(next(pid for pid in descendants(functions) if "lambda_worker" in command_line(pid)))
    loaded.wait_loaded(batch_id)
    assert json.loads(loaded.gem("batch", batch_id, "--json").stdout)["attempt"] == 2
    loaded.assert_agrees()


def test_a_killed_supervisor_leaves_no_process_and_the_next_gem_up_goes_on(loaded: UpCloud) -> None:
    everything = loaded.processes()
    before = loaded.environment
    kill(int(loaded.status()["supervisor_pid"]))
    shown = loaded.up()  # at once, while the parts still end
    assert survivors(everything) == []
    assert shown["environment"] == before
    loaded.assert_agrees()


def test_data_and_environment_outlive_down_and_up_and_a_further_batch_arrives(loaded: UpCloud) -> None:
    before, batches, everything = loaded.environment, loaded.batch_states(), loaded.processes()
    assert "its data stay" in loaded.down()
    assert survivors(everything) == []
    assert "Nothing was up" in loaded.down()
    shown = loaded.up()
    assert shown["environment"] == before
    assert before["GEM_REPORT_NOTICE"].startswith("Demonstration: generated data."), "gem report says so on every page"
    assert loaded.batch_states() == batches
    loaded.assert_agrees()
    loaded.change(seed=400)
    loaded.wait_loaded(loaded.extract())
    loaded.assert_agrees()


def test_in_the_foreground_it_ends_with_its_terminal(tmp_path: Path) -> None:
    cloud = UpCloud(tmp_path / "up")
    with _foreground(cloud) as process:
        until(lambda: process.poll() is not None or (cloud.work_dir / "env.sh").exists(), "it was to come up")
        everything = cloud.processes()
        process.send_signal(signal.SIGTERM)
        assert process.wait(120) == 0
    assert survivors(everything) == []


def test_a_taken_port_and_a_strangers_folder_are_named(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    cloud = UpCloud(tmp_path)
    for words in ([], ["--fresh"]):
        refused = cloud.gem("up", "--work-dir", tmp_path, *words, check=False)
        assert refused.returncode == 1
        assert "holds thesis.txt, which are no local cloud's" in refused.stderr
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = cloud.gem("up", "--work-dir", tmp_path / "up", "--redshift-port", port, check=False)
    assert refused.returncode == 1
    assert f"port {port} of redshift is taken by another program" in refused.stderr


def test_without_a_cloud_the_commands_say_what_to_type(tmp_path: Path) -> None:
    cloud = UpCloud(tmp_path / "up")
    refused = cloud.gem("up", "--status", "--work-dir", cloud.work_dir, check=False)
    assert refused.returncode == 1
    assert "type `gem up`" in refused.stderr


@contextlib.contextmanager
def _foreground(cloud: UpCloud) -> Iterator["subprocess.Popen[str]"]:
    ports = ["--postgres-port", "0", "--aws-port", "0", "--redshift-port", "0"]
    words = ["up", "--foreground", "--work-dir", str(cloud.work_dir), "--contracts", str(CONTRACTS), *ports]
    process = subprocess.Popen([GEM, *words], env=BARE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, text=True)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(120)
