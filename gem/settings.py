"""Typed settings of each runtime, read once in its entry point and passed down; nothing else reads the environment."""

from enum import StrEnum
from typing import Annotated, Self, TypeVar

from pydantic import Field, PostgresDsn, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from gem.contracts.errors import TerminalError

_CONFIG = SettingsConfigDict(env_prefix="GEM_", frozen=True, extra="ignore", use_attribute_docstrings=True)

BATCH_ROWS = 2_000_000
"""Rows of one batch unless told otherwise: a load takes at most GEM_LOAD_ROW_BUDGET (5 million) in one transaction of a
Lambda's quarter of an hour, so that it can take two; smaller batches pay Spark's half minute of start more often."""

Settings = TypeVar("Settings", bound=BaseSettings)

SourceId = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,31}$")]

NOT_SET = "is not set"
SET_BY_ENV = 'eval "$(gem env --stack STACK)" sets what a stack has; for a local cloud, source the env.sh of gem up'


def from_environment(kind: type[Settings], *others: type[BaseSettings]) -> Settings:
    """The settings of a command line; TerminalError names each variable that is missing or wrong, never its value.

    `others` are what the command will ask for next: it is told at once of all that it lacks. pydantic's own message
    would repeat the values, and with them the password of a DSN.
    """
    settings, problems = _read(kind)
    problems += [problem for other in others for problem in _read(other)[1]]
    if settings is None or problems:
        advice = f". {SET_BY_ENV}" if any(problem.endswith(NOT_SET) for problem in problems) else ""
        raise TerminalError(f"settings: {'; '.join(dict.fromkeys(problems))}{advice}")
    return settings


def _read(kind: type[Settings]) -> tuple[Settings | None, list[str]]:
    """The settings, or what is wrong with them."""
    try:
        return kind(), []
    except ValidationError as error:
        return None, [_problem(each) for each in error.errors()]


def _problem(error: ErrorDetails) -> str:
    variable = "_".join(("GEM", *map(str, error["loc"]))).upper()
    return f"{variable} {NOT_SET}" if error["type"] == "missing" else f"{variable}: {error['msg']}"


class LakeSettings(BaseSettings):
    """Where the lake is, for those who only read its manifests."""

    model_config = _CONFIG

    lake_bucket: str
    """The bucket of the lake: raw, curated and rejected batches, exports, and what the extractor remembers."""


class VerdictSettings(LakeSettings):
    """What those need who decide on a step that has ended."""

    max_attempts: Annotated[int, Field(ge=1)] = 3
    """Steps submitted for a batch before it is FAILED and waits for a person; a person's redrive begins anew."""


class LedgerSettings(BaseSettings):
    """Where the ledger of batches is."""

    model_config = _CONFIG

    ledger_table: str
    """The DynamoDB table of the ledger."""
    lease_seconds: Annotated[int, Field(ge=1)] = 900
    """How long a claim on a batch holds before another may take it over."""


class WarehouseSettings(BaseSettings):
    """How a load reaches Redshift and what it may read of S3."""

    model_config = _CONFIG

    lake_bucket: str
    warehouse_secret_id: str
    """The warehouse's log-in in Secrets Manager: JSON with host, port, dbname, username, password."""
    warehouse_admin_secret_id: str | None = None
    """Another log-in at the same host: JSON with username and password of the superuser who owns the schemas and makes
    users. Where it is not set, that is who loads."""
    warehouse_ssl: bool = True
    """TLS to the warehouse; off only for the local stand-in on the loopback interface."""
    copy_role_arn: str
    """The role that COPY assumes; never access keys."""
    load_row_budget: Annotated[int, Field(ge=1)] = 5_000_000
    """Rows of several batches loaded in one transaction, at most."""
    load_copy_budget: Annotated[int, Field(ge=1)] = 120
    """COPYs of several batches in one transaction, at most: small batches cost by the table, not by the row. Redshift
    takes up to three seconds for a COPY and what surrounds it, so these are six of a Lambda's fifteen minutes."""


class PruneSettings(LedgerSettings):
    """What moves the low-water marks: where batches and their objects are, and how long one may be replayed."""

    lake_bucket: str
    replay_days: Annotated[int, Field(ge=0)] = 30
    """Days after its load in which a batch may be replayed; loads remember every root for as long."""


class Sink(StrEnum):
    """Who loads what a step has curated."""

    S3 = "s3"
    """The Lambda that the step's event starts."""
    REDSHIFT = "redshift"
    """The step's own driver: for clusters without that Lambda, and for batches that would outlast its time."""


class SubmitSettings(LedgerSettings):
    """What on_raw_manifest and the reconciler need to run a step."""

    lake_bucket: str
    artifact_bucket: str
    """The bucket of the releases."""
    artifact_prefix: str = "current"
    """Folder of the artifact bucket that holds this release's curate.py and pyfiles.zip."""
    cluster_name: str
    """The name by which a running cluster is found, and a new one is started."""
    cluster_launch_parameter: str
    """SSM parameter that holds the arguments of RunJobFlow, as JSON."""
    step_jar: str = "command-runner.jar"
    """The jar of a step, which calls spark-submit."""
    sink: Sink = Sink.S3
    """Who loads what a step has curated: s3, the function that its event starts; redshift, the step's own driver."""
    warehouse_secret_id: str | None = None
    copy_role_arn: str | None = None
    warehouse_ssl: bool = True

    @model_validator(mode="after")
    def _sink_is_reachable(self) -> Self:
        if self.sink is Sink.REDSHIFT and not (self.warehouse_secret_id and self.copy_role_arn):
            raise ValueError("sink redshift needs warehouse_secret_id and copy_role_arn")
        return self


class OperatorSettings(LedgerSettings):
    """What a person's command needs to move a batch and to have it carried on at once."""

    lake_bucket: str
    raw_manifest_queue_url: str
    """The queue of on_raw_manifest."""
    step_completed_queue_url: str
    """The queue of on_step_completed."""
    schedule_queue_url: str
    """The queue of on_schedule."""


class IdempotencySettings(BaseSettings):
    """Where Powertools keeps what it has already answered."""

    model_config = _CONFIG

    idempotency_table: str
    """The DynamoDB table of messages that were answered."""
    retry_seconds: Annotated[int, Field(ge=0)] = 30
    """Middle of the first pause before a failed message is tried again; doubles with each delivery."""


class ReconcileSettings(BaseSettings):
    """When the reconciler acts."""

    model_config = _CONFIG

    stale_seconds: Annotated[int, Field(ge=0)] = 600
    """How long a batch may stand in a state, or a manifest be unknown to the ledger, before it is re-driven."""
    cluster_idle_seconds: Annotated[int, Field(ge=0)] = 900
    """How long a cluster may have nothing to do before it is ended."""


class ExtractorSettings(BaseSettings):
    """What the extractor needs; a DSN in the environment wins over the secret."""

    model_config = _CONFIG

    source_id: SourceId = "gem"
    """The source's name, with which every batch id begins."""
    source_dsn: PostgresDsn | None = None
    """The source as postgresql://USER:PASSWORD@HOST:PORT/DATABASE; wins over the secret."""
    source_secret_id: str | None = None
    """The source's log-in in Secrets Manager: JSON with host, port, dbname, username, password."""
    lake_bucket: str
    hash_key_secret_id: str | None = None
    """The HMAC key of hashed personal columns, in Secrets Manager; needed once a column is declared so."""
    part_rows: Annotated[int, Field(ge=1_000)] = 1_000_000
    """Rows of one Parquet part, at most."""
    batch_rows: Annotated[int, Field(ge=1, le=100_000_000)] = BATCH_ROWS
    """Rows of one batch, which its last root alone may exceed; more to read is cut into several batches."""
