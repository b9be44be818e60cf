"""Reads TMDL and DAX as far as a check of our own needs: objects with their properties, and the names that DAX uses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

DECLARED = re.compile(
    r"(?P<kind>table|column|measure|hierarchy|level|partition|role|tablePermission|relationship|expression|model"
    r"|database|cultureInfo|refreshPolicy|annotation|ref table|ref role|ref cultureInfo)(?: (?P<rest>.*))?"
)
NAME = re.compile(r"(?:'(?P<quoted>(?:[^']|'')*)'|(?P<plain>[\w.-]+))(?P<rest>.*)")
PROPERTY = re.compile(r"(?P<key>\w+)(?:: (?P<value>.*)| =)?")
DAX_TOKEN = re.compile(
    r"\s+|(?P<text>\"(?:[^\"]|\"\")*\")|(?P<table>'(?:[^']|'')*')(?P<of>\[[^\]]*\])?|(?P<bare>\[[^\]]*\])"
    r"|(?P<word>[A-Za-z_][\w.]*)|(?P<number>\d+(?:\.\d+)?)|(?P<mark>==|<>|<=|>=|&&|\|\||[-+*/=<>(),{}])"
)


@dataclass
class Node:
    """An object of TMDL: its properties as text, its expressions by the property they stand in, and its objects."""

    kind: str
    name: str
    description: str = ""
    expression: str = ""
    properties: dict[str, str] = field(default_factory=dict)
    children: list["Node"] = field(default_factory=list)

    def of(self, kind: str) -> list["Node"]:
        """The objects of one kind that stand in it."""
        return [child for child in self.children if child.kind == kind]


def read_tmdl(text: str) -> list[Node]:
    """The objects of a file; ValueError for a line that is none of this writer's forms."""
    root = Node("file", "")
    open_at: list[tuple[int, Node]] = [(-1, root)]
    described: list[str] = []
    block: tuple[int, Node, str] | None = None
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip("\t"))
        if block and (not line.strip() or depth >= block[0] + 2):
            _add(block[1], block[2], line[block[0] + 2 :])
            continue
        if not line.strip():
            continue
        if line.strip().startswith("/// "):
            described.append(line.strip()[4:])
            continue
        while open_at[-1][0] >= depth:
            open_at.pop()
        owner = open_at[-1][1]
        node = _declared(line.strip(), "\n".join(described))
        if node:
            owner.children.append(node)
            open_at.append((depth, node))
        opened = _opened(line.strip(), node or owner)
        block = None if opened is None else (depth, node or owner, opened)
        described = []
    return root.children


def _add(node: Node, key: str, line: str) -> None:
    if key:
        node.properties[key] = f"{node.properties.get(key, '')}{line}\n"
    else:
        node.expression += f"{line}\n"


def _declared(line: str, description: str) -> Node | None:
    found = DECLARED.fullmatch(line)
    if not found:
        return None
    named = NAME.fullmatch(found["rest"]) if found["rest"] else None
    name = (named["quoted"] or named["plain"]).replace("''", "'") if named else ""
    _, equals, value = (named["rest"] if named else "").partition(" = ")
    return Node(found["kind"], name, description, f"{value}\n" if equals else "")


def _opened(line: str, node: Node) -> str | None:
    """The property to which deeper lines belong, "" for the object's own expression, None for no such lines."""
    if DECLARED.fullmatch(line):
        return "" if line.endswith("=") else None
    found = PROPERTY.fullmatch(line)
    if not found:
        raise ValueError(f"{line!r} is no line of TMDL that gem writes")
    node.properties[found["key"]] = found["value"] or ""
    return found["key"] if line.endswith(" =") else None


@dataclass(frozen=True)
class Token:
    """A piece of DAX: `text`, `column` ('Table'[Column]), `table`, `bare` ([Measure]), `word`, `number` or `mark`."""

    kind: str
    value: str
    table: str = ""


def dax_tokens(text: str) -> Iterator[Token]:
    """The tokens of DAX; ValueError for what is none."""
    place = 0
    while place < len(text):
        found = DAX_TOKEN.match(text, place)
        if not found:
            raise ValueError(f"{text[place : place + 20]!r} is no DAX that gem writes")
        place = found.end()
        if found["table"]:
            table = found["table"][1:-1].replace("''", "'")
            yield Token("column", found["of"][1:-1], table) if found["of"] else Token("table", table)
        elif found["bare"]:
            yield Token("bare", found["bare"][1:-1])
        elif found.lastgroup:
            yield Token(found.lastgroup, found[found.lastgroup])
