"""The Power BI project as it stands in the repository, and projects with a fault planted in one file."""

from functools import cache
from pathlib import Path

from gem.powerbi.project import FOLDERS
from gem.powerbi.read import Node, read_tmdl
from gem.powerbi.sources import Variant

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "powerbi"
DEFINITION = "GeM.SemanticModel/definition"


@cache
def committed(variant: Variant = Variant.IMPORT) -> dict[str, str]:
    """Every file by its path from the project's folder, as its bytes say; the other projects have folders within."""
    folder = ROOT / FOLDERS[variant]
    others = {ROOT / other for other in FOLDERS.values()} - {folder, PROJECT}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes().decode()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and others.isdisjoint(path.parents)
    }


def with_fault(path: str, old: str, new: str) -> dict[str, str]:
    """The project in which a text of one file, which is there, is another one."""
    files = committed()
    assert old in files[path], f"{path} has no {old!r}"
    return files | {path: files[path].replace(old, new, 1)}


@cache
def tables() -> dict[str, Node]:
    """The tables of the committed model, by name."""
    nodes = [read_tmdl(text) for path, text in committed().items() if path.startswith(f"{DEFINITION}/tables/")]
    return {node.name: node for file in nodes for node in file if node.kind == "table"}
