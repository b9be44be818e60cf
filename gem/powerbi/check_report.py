"""The part of the check that speaks of report pages: their order, visuals, roles and the fields they name; pure."""

import json
import re
from collections.abc import Iterator, Mapping, Set
from pathlib import PurePosixPath
from typing import Any

FOLDER = re.compile(r"[\w-]+")
ROLES: dict[str, frozenset[str]] = {
    "cardVisual": frozenset({"Data"}),
    "slicer": frozenset({"Values"}),
    "tableEx": frozenset({"Values"}),
    "pivotTable": frozenset({"Rows", "Columns", "Values"}),
    "lineChart": frozenset({"Category", "Y", "Y2", "Series", "Tooltips"}),
    "clusteredBarChart": frozenset({"Category", "Y", "Series", "Tooltips"}),
    "clusteredColumnChart": frozenset({"Category", "Y", "Series", "Tooltips"}),
    "textbox": frozenset(),
}
"""The kinds of visual that reports here use, with the roles that fields play in them."""


def report_faults(files: Mapping[str, str], columns: Set[tuple[str, str]], measures: Mapping[str, str]) -> list[str]:
    """What is wrong with the reports among the files; `measures` are by name the table that holds them."""
    reports = [str(PurePosixPath(path).parent) for path in files if path.endswith("/definition.pbir")]
    return [
        fault
        for report in reports
        for fault in (
            *_of_reference(files, report),
            *_of_pages(files, report),
            *_of_visuals(files, report, columns, measures),
        )
    ]


def _of_reference(files: Mapping[str, str], report: str) -> Iterator[str]:
    path = json.loads(files[f"{report}/definition.pbir"])["datasetReference"]["byPath"]["path"]
    model = path.removeprefix("../")
    if f"{model}/definition.pbism" not in files or "\\" in path:
        yield f"{report}: its model is to be at {path!r}, where none is"


def _of_pages(files: Mapping[str, str], report: str) -> Iterator[str]:
    pages = f"{report}/definition/pages"
    if f"{pages}/pages.json" not in files:
        yield f"{report}: has no pages"
        return
    listed = json.loads(files[f"{pages}/pages.json"])
    there = {path.split("/")[-2] for path in files if path.startswith(f"{pages}/") and path.endswith("/page.json")}
    for name in {*listed["pageOrder"]} ^ there:
        yield f"{report}: page {name!r} is in the order or in a folder, not in both"
    if listed.get("activePageName") not in there:
        yield f"{report}: opens at a page that is not there"
    for path, text in files.items():
        if path.startswith(f"{pages}/") and path.endswith(("/page.json", "/visual.json")):
            yield from _of_name(path, json.loads(text)["name"])


def _of_name(path: str, name: str) -> Iterator[str]:
    folder = path.split("/")[-2]
    if folder != name or not FOLDER.fullmatch(folder):
        yield f"{path}: is called {name!r}, its folder {folder!r}: Desktop would leave it out"


def _of_visuals(
    files: Mapping[str, str], report: str, columns: Set[tuple[str, str]], measures: Mapping[str, str]
) -> Iterator[str]:
    for path, text in files.items():
        if path.startswith(f"{report}/") and path.endswith("/visual.json"):
            visual = json.loads(text).get("visual", {})
            kind = visual.get("visualType", "")
            if kind not in ROLES:
                yield f"{path}: {kind!r} is no kind of visual"
                continue
            state = visual.get("query", {}).get("queryState", {})
            for role in {*state} - ROLES[kind]:
                yield f"{path}: {kind} has no role {role!r}"
            projections = [each for role in state.values() for each in role["projections"]]
            for projection in projections:
                yield from _of_field(path, projection, columns, measures)
            for kind, field in _named([visual.get("query", {}).get("sortDefinition"), visual.get("objects")]):
                yield from _of_name_of_field(path, kind, field, columns, measures)
            for shown in _selected(visual.get("objects", {})) - {each["queryRef"] for each in projections}:
                yield f"{path}: a format is of {shown!r}, which it does not show"


def _of_field(
    path: str, projection: dict[str, Any], columns: Set[tuple[str, str]], measures: Mapping[str, str]
) -> Iterator[str]:
    (kind, field) = next(iter(projection["field"].items()))
    yield from _of_name_of_field(path, kind, field, columns, measures)
    table, name = field["Expression"]["SourceRef"]["Entity"], field["Property"]
    if projection["queryRef"] != f"{table}.{name}" or projection.get("nativeQueryRef") != name:
        yield f"{path}: {table!r}[{name}] is referred to as {projection['queryRef']!r}"


def _of_name_of_field(
    path: str, kind: str, field: dict[str, Any], columns: Set[tuple[str, str]], measures: Mapping[str, str]
) -> Iterator[str]:
    table, name = field["Expression"]["SourceRef"]["Entity"], field["Property"]
    is_there = (table, name) in columns if kind == "Column" else measures.get(name) == table
    if not is_there:
        yield f"{path}: {kind.lower()} {table!r}[{name}] is not there"


def _named(part: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The fields that a part of a visual names, however deep: its kind and what names it."""
    if isinstance(part, dict):
        for key, inner in part.items():
            if key in ("Measure", "Column"):
                yield key, inner
            else:
                yield from _named(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _named(inner)


def _selected(objects: Mapping[str, Any]) -> set[str]:
    """The fields, by their names in the query, whose cells are formatted by themselves."""
    formats = (each.get("selector", {}) for of_kind in objects.values() for each in of_kind)
    return {selector["metadata"] for selector in formats if "metadata" in selector}
