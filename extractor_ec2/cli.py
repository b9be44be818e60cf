"""The extractor's command line: `python -m extractor_ec2`."""

import json
import sys
from dataclasses import asdict
from typing import Any

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError

from extractor_ec2 import changelog as log
from extractor_ec2 import commands
from extractor_ec2.lake import Lake
from extractor_ec2.pruning import prune as pruned
from extractor_ec2.state import StateStore
from gem.contracts.errors import GemError, RefusedError, TerminalError, TransientError
from gem.contracts.source.aggregates import AGGREGATES
from gem.settings import ExtractorSettings, from_environment

EXIT_TERMINAL = 1
EXIT_TRANSIENT = 75  # EX_TEMPFAIL of sysexits.h: the same command may work later

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="""PostgreSQL to raw: reads what changed at a source, each batch in one snapshot, and publishes it in S3.

    Set GEM_LAKE_BUCKET, and GEM_SOURCE_DSN or GEM_SOURCE_SECRET_ID; GEM_SOURCE_ID names the source (gem). AWS is
    reached as AWS_DEFAULT_REGION, AWS_ENDPOINT_URL and the instance's role say.

    Begin with `changelog install`, then run `extract` as often as data should be fresh. Exit codes: 0 done, also when
    nothing had changed; 1 a person must look; 75 try again later.""",
)
changelog = typer.Typer(no_args_is_help=True, help="The table and triggers at the source that note changed roots.")
state = typer.Typer(no_args_is_help=True, help="What the extractor remembers of a source.")
app.add_typer(commands.app)
app.add_typer(changelog, name="changelog")
app.add_typer(state, name="state")


@changelog.command()
def install() -> None:
    """Create the change log and its triggers, as the owner of the tables. Run again, it completes what is missing."""
    marked = log.install(commands.source_of(from_environment(ExtractorSettings)).connect(), AGGREGATES)
    _print({"installed": [aggregate.name for aggregate in AGGREGATES], "newly_logged": marked})


@changelog.command()
def remove() -> None:
    """Drop the change log and its triggers; the source is as it was before `install`."""
    log.remove(commands.source_of(from_environment(ExtractorSettings)).connect())
    _print({"installed": []})


@changelog.command()
def prune() -> None:
    """Drop the months of the log that no stored window needs any more, as the owner of the tables; run it daily.

    A month that is over is closed when every row of it is behind the window of its aggregate, as the state in the lake
    has it, and goes when the windows have passed that as well. Busy ones wait for the next time. A backfill knows
    deleted roots only as long as the log does; another source_id of the database that has fallen behind reads every
    root again.
    """
    settings = from_environment(ExtractorSettings)
    state = StateStore(Lake(boto3.Session().client("s3"), settings.lake_bucket), settings.source_id).read().state
    found = pruned(commands.source_of(settings).connect(), AGGREGATES, state.windows)
    _print(asdict(found))


@changelog.command()
def status() -> None:
    """Print which triggers of which aggregate are missing or altered, and what changes without any; exit 1 if so."""
    connection = commands.source_of(from_environment(ExtractorSettings)).connect()
    missing = {a.name: found for a in AGGREGATES if (found := log.missing_triggers(connection, a))}
    bypassed = {a.name: found for a in AGGREGATES if (found := log.bypasses(connection, a))}
    _print({"missing": missing, "bypassed": bypassed, "logged_changes": log.logged_changes(connection)})
    if missing:
        raise TerminalError("the change log is incomplete: run `python -m extractor_ec2 changelog install`")
    if bypassed:
        raise TerminalError(f"the change log cannot see every change of {', '.join(bypassed)}")


@state.command()
def show() -> None:
    """Print the next batch number and the window of each aggregate."""
    settings = from_environment(ExtractorSettings)
    store = StateStore(Lake(boto3.Session().client("s3"), settings.lake_bucket), settings.source_id)
    _print(store.read().state.model_dump(mode="json"))


def main() -> None:
    """Runs the command; one line on stderr says what went wrong, and the exit code whether to try again."""
    commands.log_to_stderr()
    try:
        app()
    except RefusedError as error:
        _fail(str(error), EXIT_TERMINAL)
    except TransientError as error:
        _fail(f"{error} (try again later)", EXIT_TRANSIENT)
    except (GemError, BotoCoreError, ClientError) as error:
        _fail(str(error), EXIT_TERMINAL)


def _fail(message: str, code: int) -> None:
    typer.echo(f"error: {message}", err=True)
    sys.exit(code)


def _print(document: dict[str, Any]) -> None:
    typer.echo(json.dumps(document, ensure_ascii=False))
