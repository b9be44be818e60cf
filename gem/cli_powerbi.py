"""`gem powerbi`: the Power BI project of another source of rows, and the check of a project."""

import fnmatch
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gem.contracts.errors import TerminalError

app = typer.Typer(
    help="Power BI as code: the project in powerbi/, generated from the declarations.", no_args_is_help=True
)


PARTS = {
    "*.pbip": "a .pbip file",
    "*/definition.pbism": "a semantic model (definition.pbism)",
    "*/definition/tables/*.tmdl": "a table (definition/tables/*.tmdl)",
}
"""Files without which a folder holds no project, and the check would find nothing to object to."""


class Source(StrEnum):
    """Where the model's rows come from."""

    IMPORT = "import"
    DIRECT_QUERY = "directquery"
    FILES = "files"


@app.command()
def write(
    to: Annotated[Path, typer.Option(help="Directory to write into, made where it is not there.", file_okay=False)],
    source: Annotated[Source, typer.Option(help="import and directquery read Redshift, files what gem export wrote.")],
) -> None:
    """Write a project whose rows come from Redshift (kept, or queried at every click) or from exported files."""
    from gem.powerbi.project import project_files  # noqa: PLC0415  (the declarations take a moment)
    from gem.powerbi.sources import Variant  # noqa: PLC0415

    files = project_files(Variant(source.value))
    for name, text in files.items():
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        (to / name).write_text(text, encoding="utf-8", newline="\n")
    typer.echo(f"{len(files)} files in {to}")


@app.command()
def check(project: Annotated[Path, typer.Argument(help="Folder of the project.", file_okay=False)]) -> None:
    """Check a project for what Power BI Desktop would stumble over only when it is open; exit 1 and list the faults.

    Projects in folders of its own are others, and not looked at.
    """
    from gem.powerbi.check import faults_of  # noqa: PLC0415

    others = {path.parent for path in project.rglob("*.pbip")} - {project}
    files = {
        path.relative_to(project).as_posix(): path.read_bytes().decode()
        for path in sorted(project.rglob("*"))
        if path.is_file() and ".pbi" not in path.parts and others.isdisjoint(path.parents)
    }
    if missing := [what for pattern, what in PARTS.items() if not fnmatch.filter(files, pattern)]:
        raise TerminalError(f"{project} holds no Power BI project: it lacks {', '.join(missing)}")
    faults = faults_of(files)
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(1)
    typer.echo(f"{len(files)} files: no fault")
