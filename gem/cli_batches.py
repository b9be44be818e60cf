"""The commands that look at batches and move them: status, batch, redrive, replay, release, env."""

import json
import shlex
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from pydantic import BaseModel

from gem.contracts.errors import TerminalError
from gem.contracts.keys import BatchId
from gem.contracts.states import State

if TYPE_CHECKING:
    from botocore.config import Config
    from mypy_boto3_dynamodb.service_resource import Table

    from gem.ledger import Ledger
    from gem.operations.moves import Done, Operator

# boto3 and the tables take half a second that --help need not wait for, so commands import what they need.

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs instead of text for people.")]


def _batch_id(text: str | None) -> str | None:
    """The id as it was typed; ManifestError where it is none, before anybody is asked."""
    return None if text is None else str(BatchId.parse(text))


Batch = Annotated[
    str, typer.Argument(help="Its id: <source_id>-<ten digits>, as gem status lists it.", callback=_batch_id)
]
Source = Annotated[str | None, typer.Option("--source", help="Only batches of this source_id.")]


@app.command()
def status(
    source: Source = None,
    state: Annotated[State | None, typer.Option(help="Only batches in this state.", case_sensitive=False)] = None,
    limit: Annotated[int, typer.Option(help="Newest batches of each source, at most.", min=1, max=200)] = 20,
    as_json: Json = False,
) -> None:
    """List batches, newest first: state, attempt, rows, age, seconds per hop, error; and the age of each mart table.

    EXTRACTED, SUBMITTED and CURATED batches move by themselves; QUARANTINED and FAILED ones wait for you: see gem
    batch, then gem redrive, replay or release. Reads GEM_LEDGER_TABLE and GEM_LAKE_BUCKET (gem env prints them).
    """
    from gem.operations import reports  # noqa: PLC0415
    from gem.operations.tables import Tables  # noqa: PLC0415

    now = datetime.now(UTC)
    ledger, bucket = _ledger_and_lake()
    lines = reports.status(ledger, now, limit, source, state)
    fresh = [] if state else reports.freshness(ledger, client("s3"), bucket, now, source)
    if as_json:
        _print({"batches": _documents(lines), "freshness": _documents(fresh)})
    else:
        Tables().status(lines, fresh)


@app.command()
def batch(batch_id: Batch, as_json: Json = False) -> None:
    """Show one batch in full: history with seconds per hop, rows per table and stage, rejects, step, objects, error."""
    from gem.operations.reports import batch_report  # noqa: PLC0415
    from gem.operations.tables import Tables  # noqa: PLC0415

    ledger, bucket = _ledger_and_lake()
    report = batch_report(ledger, client("s3"), bucket, batch_id, datetime.now(UTC))
    if as_json:
        _print(report.model_dump(mode="json"))
    else:
        Tables().batch(report)


@app.command()
def redrive(
    batch_id: Annotated[
        str | None, typer.Argument(help="Its id; without one, every batch on its way.", callback=_batch_id)
    ] = None,
    as_json: Json = False,
) -> None:
    """Push a stuck batch on, now: what the lost event would have done is asked for again.

    EXTRACTED: its step is submitted. SUBMITTED: the reconciler looks at its step. CURATED: it is loaded. FAILED, when
    named: it is curated again as a new attempt; mend the cause first. Harmless where nothing is stuck.
    """
    operator = _operator()
    _print_done([operator.redrive(batch_id)] if batch_id else operator.redrive_all(), as_json)


@app.command()
def replay(
    batch_id: Batch,
    recurate: Annotated[bool, typer.Option(help="Curate the raw rows again, as a new attempt, and load that.")] = False,
    as_json: Json = False,
) -> None:
    """Run a LOADED, QUARANTINED or FAILED batch again, or curate a CURATED one again that outlasts every load.

    With --recurate, after a fix of the transforms: a new attempt is curated by the code deployed now and replaces the
    old one, which stays in the warehouse until then. Without, the newest attempt is loaded again: after an audit's
    cause was mended, or a warehouse was restored from a snapshot. A warehouse that holds the attempt is not changed.
    """
    _print_done([_operator().replay(batch_id, recurate=recurate)], as_json)


@app.command()
def release(
    batch_id: Batch,
    reason: Annotated[str, typer.Option(help="Why; it stands in the batch's history, with who you are.")],
    as_json: Json = False,
) -> None:
    """Load a batch that was QUARANTINED for too many rejected rows: what passed of it, nothing else.

    Rejected aggregates keep the version that the warehouse has. It is for this attempt only: a replay is judged anew.
    """
    _print_done([_operator().release(batch_id, reason)], as_json)


@app.command("env")
def environment(
    stack: Annotated[str, typer.Option(help="The CloudFormation stack of template.yaml.")] = "gem",
    extractor_instance: Annotated[
        str | None,
        typer.Option(help="Print the connection gem_default of Airflow instead, with this extractor's host."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Print the environment of these commands from a deployed stack: eval "$(gem env --stack gem)"."""
    from gem.operations import stack as stacks  # noqa: PLC0415

    if extractor_instance:
        cloudformation = client("cloudformation")
        typer.echo(stacks.airflow_connection(cloudformation, stack, extractor_instance_id=extractor_instance))
        return
    variables = stacks.environment(client("cloudformation"), stack)
    if as_json:
        _print(variables)
    else:
        typer.echo("\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables.items()))


def _operator() -> "Operator":
    from gem.aws import aws_errors  # noqa: PLC0415
    from gem.operations.messages import Messages  # noqa: PLC0415
    from gem.operations.moves import Operator  # noqa: PLC0415
    from gem.settings import OperatorSettings, from_environment  # noqa: PLC0415

    settings = from_environment(OperatorSettings)
    with aws_errors("STS: who moves the batch"):
        name = client("sts").get_caller_identity()["Arn"]
    return Operator(
        client("s3"), open_ledger(), Messages(client("sqs"), settings), settings.lake_bucket, f"operator {name}"
    )


def open_ledger() -> "Ledger":
    """The ledger by the settings of the environment."""
    from gem.ledger import Ledger  # noqa: PLC0415
    from gem.settings import LedgerSettings, from_environment  # noqa: PLC0415

    return Ledger(ledger_table(), from_environment(LedgerSettings).lease_seconds)


def ledger_table() -> "Table":
    """The ledger's table by the settings of the environment."""
    from gem.settings import LedgerSettings, from_environment  # noqa: PLC0415

    name = from_environment(LedgerSettings).ledger_table
    table: Table = _session().resource("dynamodb", config=_retries()).Table(name)
    return table


def _ledger_and_lake() -> "tuple[Ledger, str]":
    """The ledger, and the bucket of the lake."""
    from gem.settings import LakeSettings, LedgerSettings, from_environment  # noqa: PLC0415

    bucket = from_environment(LakeSettings, LedgerSettings).lake_bucket
    return open_ledger(), bucket


def client(service: str) -> Any:
    """A client of an AWS service; TerminalError where the environment names no region."""
    return _session().client(service, config=_retries())


def _session() -> Any:
    # Any: the service of a client is a variable here.
    import boto3  # noqa: PLC0415

    session = boto3.Session()
    if session.region_name is None:
        raise TerminalError("no AWS region: set AWS_DEFAULT_REGION, or a profile that names one")
    return session


def _retries() -> "Config":
    from gem.aws import READS  # noqa: PLC0415

    return READS


def _print_done(done: Sequence["Done"], as_json: bool) -> None:
    if as_json:
        _print(_documents(done))
    elif done:
        typer.echo("\n".join(f"{each.batch_id}: {each.before} → {each.after}; {each.next}." for each in done))
    else:
        typer.echo("Nothing is on its way. FAILED batches are redriven by name: gem status --state failed")


def _documents(models: Iterable[BaseModel]) -> list[dict[str, Any]]:
    return [model.model_dump(mode="json") for model in models]


def _print(document: Any) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))
