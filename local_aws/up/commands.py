"""`gem up` and `gem down`: bring the cloud of a folder up, see how it stands, take it down."""

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from local_aws.display import Display
from local_aws.errors import LocalCloudError
from local_aws.filling import Seed
from local_aws.folder import LOCK, is_ours, make_ours, owner
from local_aws.up import prepare
from local_aws.up.environment import cloud_environment, write_environment, write_sam_environment
from local_aws.up.home import Config, Home
from local_aws.up.ports import chosen_ports, refuse_taken
from local_aws.up.process import command, environment
from local_aws.up.status import CloudStatus, Stage, read_status
from local_aws.up.supervisor import NEEDS, STOP_SECONDS

START_SECONDS = 300
DOWN_SECONDS = len(NEEDS) * STOP_SECONDS + 30
POLL_SECONDS = 0.1
LOG_LINES = 5


@dataclass(frozen=True)
class Wishes:
    """What `gem up` was asked for: rows for an empty source, ports by part, parameters of the template."""

    seed: Seed
    ports: Mapping[str, int | None] = field(default_factory=dict)
    parameters: Mapping[str, str] = field(default_factory=dict)
    functions: bool = True
    host: str | None = None


@dataclass(frozen=True)
class Up:
    """A cloud that is up: its parts, the variables of its environment, and what a person should know."""

    home: Home
    status: CloudStatus
    environment: Mapping[str, str]
    notes: tuple[str, ...]
    supervisor: subprocess.Popen[bytes] | None
    """None when it ran already."""


def up(home: Home, wishes: Wishes, display: Display, *, foreground: bool = False) -> Up:
    """Bring the cloud up and wait until it can be used; it keeps running, in the foreground until this process ends.

    A cloud that is up is left as it is. Raises LocalCloudError where a part does not come up, with the end of its log;
    whatever was started is stopped then.
    """
    wishes.seed.refuse_incomplete()
    make_ours(home.work_dir)
    with _alone(home):
        notes: list[str] = []
        supervisor = None
        if owner(home.work_dir) is None:
            notes += _configure(home, wishes)
            supervisor = _start_supervisor(home, foreground)
        else:
            notes.append("it was up already")
        try:
            with display.stage("Local cloud: PostgreSQL, AWS from template.yaml, Redshift's front, functions"):
                _wait_until_ready(home, supervisor)
            notes += _prepare(home, wishes.seed, display)
            variables = cloud_environment(home)
            write_environment(home, variables)
            write_sam_environment(home)
        except BaseException:
            if supervisor is not None:
                _stop(home, supervisor.pid)
            raise
    return Up(home, status_of(home), variables, tuple(notes), supervisor)


def down(home: Home) -> bool:
    """Stop every part in order and wait until all are gone; data stay. False when nothing ran."""
    if not is_ours(home.work_dir):
        raise LocalCloudError(f"{home.work_dir} is no local cloud's folder")
    pid = owner(home.work_dir)
    if pid is not None:
        _stop(home, pid)
    else:
        _wait(lambda: not _running_parts(home), lambda: f"parts of a killed cloud do not end: {_running_parts(home)}")
    return pid is not None


def forget(home: Home) -> None:
    """Delete the data, for a new beginning. Raises LocalCloudError where it is not ours, or while the cloud is up."""
    if not is_ours(home.work_dir):
        return make_ours(home.work_dir)  # refuses what others have put there
    with _alone(home):
        if owner(home.work_dir) is not None:
            raise LocalCloudError(f"the local cloud in {home.work_dir} is up: type `gem down` first")
        down(home)
        # Source and warehouse first: beside an older lake and ledger a new source is refused, while an older warehouse
        # would hold every new batch for stale.
        for path in sorted(home.work_dir.iterdir(), key=lambda path: path != home.postgres):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != LOCK:
                path.unlink()
    return None


def status_of(home: Home) -> CloudStatus:
    """How the parts stand. Raises LocalCloudError when the cloud is not up."""
    status = read_status(home)
    if status is None:
        raise LocalCloudError(f"no local cloud is up in {home.work_dir}: type `gem up`")
    return status


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    with home.lock("up") as is_alone:
        if not is_alone:
            raise LocalCloudError(f"another `gem up` is bringing up the cloud in {home.work_dir}: wait for that one")
        yield


def _configure(home: Home, wishes: Wishes) -> list[str]:
    """Decide on ports, once for all; notes for a person."""
    _wait(lambda: not _running_parts(home), lambda: f"parts of a killed cloud do not end: {_running_parts(home)}")
    if home.has_data:
        old = home.config
        notes: list[str] = []
        kept = {"postgres": old.postgres_port, "aws": old.aws_port, "redshift": old.redshift_port}
        ports = kept | {part: port for part, port in wishes.ports.items() if port}
        config = old.model_copy(update={"parameters": {**old.parameters, **wishes.parameters}})
    else:
        ports, notes = chosen_ports(wishes.ports)
        config = Config(postgres_port=0, aws_port=0, redshift_port=0, parameters=dict(wishes.parameters))
    refuse_taken(ports)
    chosen = {f"{part}_port": port for part, port in ports.items()} | ({"host": wishes.host} if wishes.host else {})
    home.save(config.model_copy(update={**chosen, "functions": wishes.functions}))
    return notes


def _start_supervisor(home: Home, foreground: bool) -> subprocess.Popen[bytes]:
    log = home.log("supervisor")
    log.parent.mkdir(exist_ok=True)
    home.state_file.unlink(missing_ok=True)
    words = ["supervise", str(home.work_dir), *(["--lifeline"] if foreground else [])]
    with log.open("ab") as output:
        return subprocess.Popen(
            command(*words),
            stdin=subprocess.PIPE if foreground else subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment(),
            start_new_session=True,
        )


def _wait_until_ready(home: Home, supervisor: subprocess.Popen[bytes] | None) -> None:
    deadline = time.monotonic() + START_SECONDS
    while (status := read_status(home)) is None or not status.is_ready:
        if status is not None and status.crash_loops:
            part = status.crash_loops[0]
            raise LocalCloudError(
                f"{part.name} does not start ({part.last_end}); {part.log} ends with\n{_tail(part.log)}"
            )
        if owner(home.work_dir) is None if supervisor is None else supervisor.poll() is not None:
            log = home.log("supervisor")
            raise LocalCloudError(f"the supervisor ended; {log} ends with\n{_tail(str(log))}")
        if time.monotonic() > deadline:
            late = [part.name for part in status.parts if part.stage is not Stage.READY] if status else ["supervisor"]
            raise LocalCloudError(f"not ready within {START_SECONDS} s: {', '.join(late)}; logs: {home.work_dir}/logs")
        time.sleep(POLL_SECONDS)


def _prepare(home: Home, seed: Seed, display: Display) -> list[str]:
    if prepare.source_is_filled(home):
        notes = ["the source keeps the rows that it has"]
    else:
        with display.stage(f"Source: {seed}") as detail:
            rows = prepare.fill(home, seed, detail)
        notes = [f"the source was filled with {sum(rows.values()):,} rows ({seed})"]
    with display.stage("Change log of the source, schema of the warehouse"):
        prepare.complete(home)
    return notes


def _stop(home: Home, pid: int) -> None:
    with suppress(ProcessLookupError):  # it may just have ended
        os.kill(pid, signal.SIGTERM)
    _wait(
        lambda: owner(home.work_dir) is None and not _running_parts(home),
        lambda: (
            f"the local cloud in {home.work_dir} does not stop: {_running_parts(home) or pid} still run; see its logs"
        ),
    )


def _running_parts(home: Home) -> list[str]:
    running = []
    for name in NEEDS:
        with home.lock(name) as is_free:
            if not is_free:
                running.append(name)
    return running


def _wait(condition: Callable[[], bool], failure: Callable[[], str]) -> None:
    deadline = time.monotonic() + DOWN_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise LocalCloudError(failure())
        time.sleep(POLL_SECONDS)


def _tail(log: str) -> str:
    path = Path(log)
    lines = path.read_text(errors="replace").splitlines() if path.exists() else []
    return "\n".join(f"  {line}" for line in lines[-LOG_LINES:])
