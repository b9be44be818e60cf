"""The project by what Microsoft publishes: its JSON schemas, its parser of M, and its own loader of TMDL.

Each is used where it is there: the schemas in the folder that GEM_PBI_SCHEMAS names, the parser by npm, the loader
where GEM_PBI_LOADER names the program of the npm package @microsoft/powerbi-modeling-mcp.
"""

import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7

from gem.powerbi.project import project_files
from gem.powerbi.read import Node, read_tmdl
from gem.powerbi.sources import Variant
from tests.powerbi.committed import DEFINITION, committed, with_fault
from tests.powerbi.conftest import Run
from tests.powerbi.test_project import CARDS, MEASURE_FILE

SCHEMAS = os.environ.get("GEM_PBI_SCHEMAS", "")
LOADER = os.environ.get("GEM_PBI_LOADER", "")
ROOT_URL = "https://developer.microsoft.com/json-schemas/"
OF_JSON = (".json", ".pbip", ".pbir", ".pbism", ".platform")
needs_schemas = pytest.mark.skipif(not SCHEMAS, reason="GEM_PBI_SCHEMAS names no folder with Microsoft's schemas")


@pytest.fixture(scope="module")
def schemas() -> Any:
    found = {path: json.loads(path.read_text()) for path in Path(SCHEMAS).rglob("*.json")}
    pairs = (
        (
            f"{ROOT_URL}{path.relative_to(SCHEMAS).as_posix()}",
            Resource.from_contents(text, default_specification=DRAFT7),
        )
        for path, text in found.items()
    )
    return Registry().with_resources(pairs)


def violations(files: dict[str, str], schemas: Any) -> Iterator[str]:
    for path, text in files.items():
        if path.endswith(OF_JSON) and "StaticResources" not in path:
            document = json.loads(text)
            schema = schemas.contents(document["$schema"])
            for error in Draft7Validator(schema, registry=schemas).iter_errors(document):
                yield f"{path}: {error.json_path}: {error.message}"


@needs_schemas
@pytest.mark.parametrize("variant", Variant)
def test_every_file_follows_its_schema(schemas: Any, variant: Variant) -> None:
    assert list(violations(committed(variant), schemas)) == []


@needs_schemas
@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (CARDS, '"position"', '"place"'),
        ("GeM.pbip", '"version": "1.0"', '"version": 1'),
        ("GeM.Report/definition/report.json", '"themeCollection"', '"themes"'),
    ],
)
def test_a_file_that_does_not_follow_is_found(schemas: Any, path: str, old: str, new: str) -> None:
    assert any(path in each for each in violations(with_fault(path, old, new), schemas))


def expressions(files: dict[str, str]) -> list[str]:
    """Every piece of M in a project: partitions, policies of refresh, parameters."""
    nodes = [node for path, text in files.items() if path.endswith(".tmdl") for node in read_tmdl(text)]
    parameters = [node.expression.partition(" meta ")[0] for node in nodes if node.kind == "expression"]
    return [*parameters, *(text for node in nodes for text in _of_table(node))]


def _of_table(node: Node) -> Iterator[str]:
    for part in (*node.of("partition"), *node.of("refreshPolicy")):
        keys = ("source", "pollingExpression", "sourceExpression")
        yield from (part.properties[key] for key in keys if part.properties.get(key))


@pytest.mark.slow
@pytest.mark.parametrize("variant", Variant)
def test_every_query_is_m(node: Run, variant: Variant) -> None:
    texts = expressions(project_files(variant))
    assert len(texts) > 45
    assert node("parse_m.mjs", stdin=json.dumps(texts)) == [None] * len(texts)


@pytest.mark.slow
def test_what_is_no_m_is_found(node: Run) -> None:
    [message] = node("parse_m.mjs", stdin=json.dumps(["let Source = in Source"]))
    assert message is not None


@pytest.mark.skipif(not LOADER, reason="GEM_PBI_LOADER names no program that loads TMDL as Microsoft does")
@pytest.mark.parametrize("variant", Variant)
def test_microsofts_loader_takes_the_model(tmp_path: Path, variant: Variant) -> None:
    loaded = load(tmp_path, {k: v for k, v in project_files(variant).items() if ".SemanticModel/definition/" in k})
    assert loaded["measuresLoaded"] > 130
    assert loaded["tablesLoaded"] == len([k for k in committed() if k.startswith(f"{DEFINITION}/tables/")])


@pytest.mark.skipif(not LOADER, reason="GEM_PBI_LOADER names no program that loads TMDL as Microsoft does")
def test_microsofts_loader_finds_a_fault(tmp_path: Path) -> None:
    broken = with_fault(MEASURE_FILE, "\t\tdisplayFolder:", "\t\tdisplayDrawer:")
    with pytest.raises(KeyError):
        load(tmp_path, {k: v for k, v in broken.items() if k.startswith(f"{DEFINITION}/")})


def load(folder: Path, files: dict[str, str]) -> Any:
    """What the loader says of a model; KeyError where it takes none. It has no network meanwhile."""
    for path, text in files.items():
        target = folder / path.partition("/definition/")[2]
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)
    asked = [
        (
            "initialize",
            {"protocolVersion": "2024-11-05", "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}},
        ),
        ("tools/call", _connect(folder)),
    ]
    command = ["unshare", "--map-root-user", "--net", LOADER, "--start"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        for number, (method, params) in enumerate(asked):
            message = {"jsonrpc": "2.0", "id": number, "method": method, "params": params}
            program.stdin.write(json.dumps(message) + "\n")
            program.stdin.flush()
            answer = next(said for line in program.stdout if (said := json.loads(line)).get("id") == number)
        program.terminate()
    return json.loads(answer["result"]["content"][0]["text"])["data"]


def _connect(folder: Path) -> dict[str, Any]:
    request = {"operation": "ConnectFolder", "folderPath": str(folder)}
    return {"name": "connection_operations", "arguments": {"request": request}}
