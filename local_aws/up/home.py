"""The folder of a cloud that stays up: what is kept in it, where, and under which ports and passwords."""

import fcntl
import os
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from local_aws.errors import LocalCloudError
from local_aws.folder import KEEPER
from local_aws.parts import SOURCE_DATABASE, WAREHOUSE_DATABASE, Login
from local_aws.postgres import HOST, SUPERUSER

WAREHOUSE_USER = "gem"
PRIVATE = 0o600


class Config(BaseModel):
    """What stays the same from one `gem up` to the next."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    postgres_port: int
    aws_port: int
    redshift_port: int
    warehouse_password: str = Field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)
    parameters: Mapping[str, str] = {}
    """Values for the template's parameters, over the short local ones."""
    host: str = HOST
    """Where AWS and the warehouse listen."""
    notice: str = ""
    """What a report on the source's rows has to say of them."""
    functions: bool = True
    """Whether the functions are called with the messages of their queues; else these wait for `sam local invoke`."""


class Home:
    """Every path of the folder; logins are known once its databases have been made."""

    def __init__(self, work_dir: Path) -> None:
        self.work_dir = work_dir.absolute()
        self.env_file = self.work_dir / "env.sh"
        self.sam_env_file = self.work_dir / "env.local.json"
        self.deployment_file = self.work_dir / "deployment.json"
        self.state_file = self.work_dir / "state.json"
        self.store = self.work_dir / "aws"
        self.postgres = self.work_dir / "postgres"
        self.steps = self.work_dir / "steps"
        self.functions = self.work_dir / "functions"
        self.instance = self.work_dir / "instance"
        self._config_file = self.work_dir / KEEPER

    @property
    def shown(self) -> Path:
        """The folder as a person types it."""
        here = Path.cwd()
        return self.work_dir.relative_to(here) if self.work_dir.is_relative_to(here) else self.work_dir

    @property
    def has_data(self) -> bool:
        """Whether a cloud was begun here."""
        return self._config_file.exists()

    @cached_property
    def config(self) -> Config:
        """What `save` wrote. Raises LocalCloudError where nothing was begun here."""
        try:
            return Config.model_validate_json(self._config_file.read_bytes())
        except FileNotFoundError:
            raise LocalCloudError(f"no local cloud in {self.shown}: type `gem up`") from None
        except (OSError, ValueError) as error:
            raise LocalCloudError(f"{self.work_dir} holds no cloud that `gem up` began: {error}") from error

    def save(self, config: Config) -> None:
        """Keep the configuration for this and every later start."""
        write_private(self._config_file, config.model_dump_json(indent=1) + "\n")
        self.__dict__.pop("config", None)

    def log(self, part: str) -> Path:
        """What the part says."""
        return self.work_dir / "logs" / f"{part}.log"

    @property
    def endpoint_url(self) -> str:
        """Where the AWS API answers."""
        return f"http://{self.config.host}:{self.config.aws_port}"

    @property
    def source(self) -> Login:
        """The source database, as its superuser."""
        return self._login(SOURCE_DATABASE)

    @property
    def warehouse_backend(self) -> Login:
        """The PostgreSQL behind the warehouse's front."""
        return self._login(WAREHOUSE_DATABASE)

    @property
    def warehouse(self) -> Login:
        """The warehouse, as clients reach it."""
        config = self.config
        return Login(config.host, config.redshift_port, WAREHOUSE_DATABASE, WAREHOUSE_USER, config.warehouse_password)

    @contextmanager
    def lock(self, name: str) -> Iterator[bool]:
        """A lock of that name, held while entered and by this process alone; False where another holds it."""
        path = self.work_dir / "locks" / name
        path.parent.mkdir(exist_ok=True)
        with path.open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _login(self, database: str) -> Login:
        try:
            password = (self.postgres / "password").read_text().strip()
        except OSError as error:
            raise LocalCloudError(f"the databases in {self.postgres} were never made: {error}") from error
        return Login(HOST, self.config.postgres_port, database, SUPERUSER, password)


def write_private(path: Path, text: str) -> None:
    """Write the file whole or not at all, for its owner's eyes only."""
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    unfinished.touch(mode=PRIVATE)
    unfinished.write_text(text)
    unfinished.replace(path)
