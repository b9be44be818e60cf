"""The commands of a release: gem package build, put, stage and mwaa (`make package`, `make deploy`, `make mwaa`)."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from gem.release.manifest import ReleaseManifest

# boto3 takes half a second that --help need not wait for, so commands import what they need.

app = typer.Typer(help="What is shipped besides the functions, and where it lies.", no_args_is_help=True)

BUILD = Path("build/package")
Root = Annotated[Path, typer.Option(help="The checkout to build from.", exists=True, file_okay=False)]
Release = Annotated[Path, typer.Argument(help="What `gem package build` made.", exists=True, file_okay=False)]


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
    folder: Release,
    stack: Annotated[str, typer.Option(help="The stack whose artifact bucket takes it.")],
    if_deployed: Annotated[
        bool, typer.Option("--if-deployed", help="Do nothing where the stack, and with it the bucket, is yet to come.")
    ] = False,
) -> None:
    """Put a release into the artifact bucket under a prefix of its own, then check it there.

    What is there already is not put again; no release ever takes the place of another.
    """
    from gem.doctor.stack import clients  # noqa: PLC0415
    from gem.release.stage import release_prefix  # noqa: PLC0415
    from gem.release.store import artifact_bucket, put_folder  # noqa: PLC0415

    client = clients()
    bucket = artifact_bucket(client("cloudformation"), stack)
    if bucket is None and if_deployed:
        typer.echo(f"stack {stack} is yet to come: the release is put once its bucket is there")
        return
    manifest = _manifest(folder)
    prefix = release_prefix(manifest)
    keys = put_folder(client("s3"), bucket, prefix, folder, manifest)
    typer.echo(f"s3://{bucket}/{prefix}: release {manifest.version}, {len(keys)} objects put, all checked")


@app.command()
def stage(
    folder: Release,
    name: Annotated[str, typer.Option("--stage", help="A stage of samconfig.toml.")],
    stack: Annotated[bool, typer.Option("--stack", help="Print the name of its stack instead.")] = False,
    samconfig: Annotated[Path, typer.Option(help="Where the stages stand.", exists=True)] = Path("samconfig.toml"),
) -> None:
    """Print the parameters with which the stage deploys this release, for `sam deploy --parameter-overrides`."""
    from gem.release.stage import overrides, release_prefix, stack_name  # noqa: PLC0415

    if stack:
        typer.echo(stack_name(samconfig, name))
    else:
        typer.echo(" ".join(overrides(samconfig, name, release_prefix(_manifest(folder)))))


@app.command()
def mwaa(
    to: Annotated[Path, typer.Option(help="The folder to write into, emptied first.", file_okay=False)],
    root: Root = Path(),
    power_bi: Annotated[bool, typer.Option("--power-bi", help="With what refreshes a Power BI dataset.")] = False,
) -> None:
    """Write what goes to an Amazon MWAA environment's bucket: dags/, plugins.zip, requirements.txt."""
    from gem.release.build import mwaa_files, write_files  # noqa: PLC0415

    shutil.rmtree(to, ignore_errors=True)
    write_files(to, mwaa_files(root, power_bi=power_bi))


def _manifest(folder: Path) -> "ReleaseManifest":
    from gem.release.manifest import MANIFEST_NAME, parse_release  # noqa: PLC0415

    return parse_release((folder / MANIFEST_NAME).read_bytes(), str(folder / MANIFEST_NAME))
