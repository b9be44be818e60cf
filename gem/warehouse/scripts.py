"""The SQL files of the package `sql`, read as migrations, views and named steps of a load."""

import hashlib
import re
from collections.abc import Mapping
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files
from types import MappingProxyType
from typing import NamedTuple

STEP = "-- step: "
ALONE = "-- transaction: none\n"
VIEW_NAME = re.compile(r"\bbi\.(\w+)")


class Script(NamedTuple):
    """One SQL file: its name within sql/, its statements and a checksum of its text.

    A file that begins with `-- transaction: none` holds what Redshift refuses inside a transaction.
    """

    name: str
    statements: tuple[str, ...]
    checksum: str
    in_transaction: bool = True


def scripts(folder: str) -> list[Script]:
    """All SQL files of a folder of sql/ (`migrations`, `views`), in the order of their names."""
    found = (entry for entry in files("sql").joinpath(folder).iterdir() if entry.name.endswith(".sql"))
    return [_script(f"{folder}/{entry.name}", entry.read_text()) for entry in sorted(found, key=lambda e: e.name)]


def views() -> list[Script]:
    """All views, each after those that it reads."""
    by_name = {script.name: script for script in scripts("views")}
    order = TopologicalSorter({name: read_views(script) & set(by_name) for name, script in by_name.items()})
    return [by_name[name] for name in order.static_order()]


def read_views(script: Script) -> set[str]:
    """The names of the scripts whose views a view's script reads."""
    named = {f"views/{name}.sql" for statement in script.statements for name in VIEW_NAME.findall(statement)}
    return named - {script.name}


def load_steps(table: str) -> Mapping[str, tuple[str, ...]]:
    """The named steps of a table's load."""
    return steps_of("load", table)


@cache
def steps_of(folder: str, table: str) -> Mapping[str, tuple[str, ...]]:
    """The named steps of sql/<folder>/<table>.sql, in order; KeyError of a step names it."""
    text = files("sql").joinpath(f"{folder}/{table}.sql").read_text()
    _, *chunks = text.split(STEP)
    steps = {name: statements(body) for name, _, body in (chunk.partition("\n") for chunk in chunks)}
    return MappingProxyType(steps)


def statements(text: str) -> tuple[str, ...]:
    """The statements of a script, without comments and closing semicolons.

    The driver takes one statement at a time. A statement ends with a semicolon at the end of a line.
    """
    code = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("--"))
    return tuple(piece.strip().removesuffix(";") for piece in code.split(";\n") if piece.strip(" \n;"))


def _script(name: str, text: str) -> Script:
    checksum = hashlib.sha256(text.encode()).hexdigest()
    return Script(name, statements(text + "\n"), checksum, in_transaction=not text.startswith(ALONE))
