"""The commands of a release: gem package build, put and mwaa (`make package`, `make deploy`, `make mwaa`)."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

# boto3 takes half a second that --help need not wait for, so commands import what they need.

app = typer.Typer(help="What is shipped besides the functions, and where it lies.", no_args_is_help=True)

BUILD = Path("build/package")
Root = Annotated[Path, typer.Option(help="The checkout to build from.", exists=True, file_okay=False)]


@app.command()
def build(
    root: Root = Path(),
    to: Annotated[Path, typer.Option(help="A folder of the version's name is made in it.", file_okay=False)] = BUILD,
    wheels: Annotated[
        bool, typer.Option(help="Bring the locked packages along, for hosts that reach no package index.")
    ] = True,
) -> None:
    """Build the release: artifacts and manifest.json, byte for byte the same from the same sources."""
    from gem.release.build import build_release, version  # noqa: PLC0415

    folder = to / version(root)
    shutil.rmtree(folder, ignore_errors=True)
    manifest = build_release(root, folder, wheels=wheels)
    size = sum(artifact.size_bytes for artifact in manifest.artifacts)
    typer.echo(f"{folder}: {len(manifest.artifacts)} artifacts, {size:,} bytes, commit {manifest.commit or 'unknown'}")


@app.command()
def put(
    folder: Annotated[Path, typer.Argument(help="What `gem package build` made.", exists=True, file_okay=False)],
    bucket: Annotated[str, typer.Option(help="The artifact bucket.")],
    prefix: Annotated[str, typer.Option(help="The template's ArtifactPrefix; one per release.")],
) -> None:
    """Put a release into the artifact bucket, then check it there; what is there already is not put again."""
    import boto3  # noqa: PLC0415

    from gem.aws import READS  # noqa: PLC0415
    from gem.contracts.errors import TerminalError  # noqa: PLC0415
    from gem.release.manifest import MANIFEST_NAME, parse_release  # noqa: PLC0415
    from gem.release.store import differences, put_release  # noqa: PLC0415

    manifest = parse_release((folder / MANIFEST_NAME).read_bytes(), str(folder / MANIFEST_NAME))
    files = {artifact.path: (folder / artifact.path).read_bytes() for artifact in manifest.artifacts}
    s3 = boto3.client("s3", config=READS)
    keys = put_release(s3, bucket, prefix, files, manifest)
    if wrong := list(differences(s3, bucket, prefix, manifest)):
        raise TerminalError("; ".join(wrong))
    typer.echo(f"s3://{bucket}/{prefix}: release {manifest.version}, {len(keys)} objects put, all checked")


@app.command()
def mwaa(
    to: Annotated[Path, typer.Option(help="The folder to write into, emptied first.", file_okay=False)],
    root: Root = Path(),
) -> None:
    """Write what goes to an Amazon MWAA environment's bucket: dags/, plugins.zip, requirements.txt."""
    from gem.release.build import mwaa_files, write_files  # noqa: PLC0415

    shutil.rmtree(to, ignore_errors=True)
    write_files(to, mwaa_files(root))
