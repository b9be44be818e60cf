"""How the parts of a cloud stand, as its supervisor writes it down for everybody else."""

from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, ValidationError

from local_aws.folder import owner
from local_aws.up.home import Home, write_private

CRASH_LOOP = 3
"""A part that ends so many times in a row, never running for long, will not mend by itself."""


class Stage(StrEnum):
    """Where a part stands."""

    WAITING = "waiting"
    STARTING = "starting"
    READY = "ready"
    RESTARTING = "restarting"


class PartStatus(BaseModel):
    """One part: since when it stands there, and how often it was started again."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    stage: Stage
    since: datetime
    pid: int | None
    restarts: int
    failures: int
    """Ends in a row, without a long run between them."""
    last_end: str
    log: str

    @property
    def is_crash_loop(self) -> bool:
        """Whether it ends again and again, and a person must look at its log."""
        return self.failures >= CRASH_LOOP and self.stage is not Stage.READY


class CloudStatus(BaseModel):
    """The supervisor and its parts, in the order in which they start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    supervisor_pid: int
    started_at: datetime
    parts: tuple[PartStatus, ...]

    @property
    def is_ready(self) -> bool:
        """Whether every part can be used."""
        return all(part.stage is Stage.READY for part in self.parts)

    @property
    def crash_loops(self) -> list[PartStatus]:
        """The parts that do not come up."""
        return [part for part in self.parts if part.is_crash_loop]


def write_status(home: Home, status: CloudStatus) -> None:
    """Write it down, whole."""
    write_private(home.state_file, status.model_dump_json(indent=1) + "\n")


def read_status(home: Home) -> CloudStatus | None:
    """What the running supervisor wrote last; None when none runs, or none has written yet."""
    pid = owner(home.work_dir)
    try:
        status = CloudStatus.model_validate_json(home.state_file.read_bytes())
    except (OSError, ValidationError):
        return None
    return status if status.supervisor_pid == pid else None


def now() -> datetime:
    """The time of a status."""
    return datetime.now(UTC).replace(microsecond=0)
