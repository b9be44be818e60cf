"""`gem doctor`: looks at a deployed stack and says what to mend."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gem.doctor.findings import Finding

app = typer.Typer()

EXIT_PROBLEMS = 1
COLOURS = {"ok": "green", "problem": "red", "unknown": "yellow"}


@app.command()
def doctor(
    *,
    stack: Annotated[str, typer.Option(help="The stack's name.", envvar="GEM_STACK")] = "gem",
    silent_hours: Annotated[float, typer.Option(help="How long the extractor may have said nothing.", min=0)] = 26,
    databases: Annotated[bool, typer.Option(help="Log in to source and warehouse, from here.")] = True,
    ssl: Annotated[
        bool, typer.Option(envvar="GEM_WAREHOUSE_SSL", help="TLS to the warehouse; off for a local cloud.")
    ] = True,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document for programs.")] = False,
) -> None:
    """Look at everything that the stack consists of, and say what is wrong and what to do; changes nothing.

    What is expected comes from the stack's own resources. Exit 1 where something is wrong or could not be looked at.
    Looks at a local cloud the same way, after `source .gem/up/env.sh`.
    """
    from gem.doctor.examine import examine  # noqa: PLC0415  (boto3 takes half a second that --help need not wait for)
    from gem.doctor.findings import Verdict  # noqa: PLC0415
    from gem.doctor.stack import clients, read_stack  # noqa: PLC0415

    found = read_stack(stack, clients())
    silent = timedelta(hours=silent_hours)
    findings = list(examine(found, datetime.now(UTC), silent, databases=databases, ssl=ssl))
    if as_json:
        typer.echo(json.dumps([finding.model_dump(mode="json") for finding in findings], ensure_ascii=False))
    else:
        _print(findings)
    if any(finding.verdict is not Verdict.OK for finding in findings):
        raise typer.Exit(EXIT_PROBLEMS)


def _print(findings: "Sequence[Finding]") -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    out = Console(highlight=False, soft_wrap=True)
    table = Table(box=None, pad_edge=False)
    for name in ("", "check", "what", "how it stands"):
        table.add_column(name, overflow="fold")
    for each in findings:
        table.add_row(Text(each.verdict, COLOURS[each.verdict]), each.check, Text(each.subject), Text(each.said))
    out.print(table)
    wrong = [each for each in findings if each.verdict != "ok"]
    for each in wrong:
        out.print(Text(f"{each.subject}: {each.said}\n  → {each.advice}", COLOURS[each.verdict]))
    out.print(f"{len(wrong)} of {len(findings)} need a person." if wrong else f"All {len(findings)} are in order.")
