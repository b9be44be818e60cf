"""The report's pages as PBIR: one file for each visual, laid out on a grid; pure."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from gem.contracts.measures.spec import Measure, Unit
from gem.powerbi.comparing import AGREEMENT, BY_MODEL, BY_WAREHOUSE, DIFFERENCE, DIFFERING, DIFFERS
from gem.powerbi.measures import HOME
from gem.powerbi.names import words
from gem.powerbi.pages import COLUMNS, PAGES, Axis, Page, Shape, Visual
from gem.powerbi.tables import DATES, table_of_relation, table_of_view
from gem.powerbi.theme import BAD, THEME_NAME
from gem.powerbi.visuals import Field, Place, literal, text_box, text_literal, visual_of
from gem.warehouse.templates.totals import TOTALS_VIEW

SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric/"
DEFINITION = f"{SCHEMAS}item/report/definition/"
WIDTH, HEIGHT, GAP = 1280, 720, 16
COMPARED_HEIGHT = 330
KINDS = {
    Shape.LINE: "lineChart",
    Shape.BARS: "clusteredBarChart",
    Shape.PARTS: "clusteredColumnChart",
    Shape.TABLE: "tableEx",
}
SLICERS = (("v_dates", "financial_year"), ("v_buyers", "ministry_name"), ("As of", "calendar_date"))


def report_files() -> dict[str, str]:
    """The definition of the report, by its path within `definition/`."""
    files = {
        "version.json": document("versionMetadata/1.0.0", {"version": "2.0.0"}),
        "report.json": document("report/3.1.0", _report()),
        "pages/pages.json": document(
            "pagesMetadata/1.0.0",
            {"pageOrder": [name_of(page.key) for page in PAGES], "activePageName": name_of(PAGES[0].key)},
        ),
    }
    for page in PAGES:
        files |= _page(page)
    return files


def document(schema: str, content: dict[str, Any]) -> str:
    """A file of the report, as JSON with its schema."""
    return json.dumps({"$schema": f"{DEFINITION}{schema}/schema.json", **content}, indent=2, ensure_ascii=False) + "\n"


def name_of(*path: str) -> str:
    """The name of a page or visual: the same for the same path, for ever."""
    return hashlib.sha256("/".join(path).encode()).hexdigest()[:20]


def _report() -> dict[str, Any]:
    made_with = {"visual": "2.5.0", "report": "3.1.0", "page": "2.0.0"}
    theme = {"name": THEME_NAME, "reportVersionAtImport": made_with, "type": "RegisteredResources"}
    return {
        "themeCollection": {"customTheme": theme},
        "resourcePackages": [
            {
                "name": "RegisteredResources",
                "type": "RegisteredResources",
                "items": [{"name": THEME_NAME, "path": THEME_NAME, "type": "CustomTheme"}],
            }
        ],
        "settings": {"useStylableVisualContainerHeader": True, "exportDataMode": "AllowSummarized"},
    }


def _page(page: Page) -> dict[str, str]:
    name = name_of(page.key)
    folder = f"pages/{name}"
    content = {
        "name": name,
        "displayName": page.title,
        "displayOption": "FitToPage",
        "height": HEIGHT,
        "width": WIDTH,
    }
    files = {f"{folder}/page.json": document("page/2.0.0", content)}
    for order, (key, place, visual) in enumerate(_visuals(page)):
        files[f"{folder}/visuals/{name_of(page.key, key)}/visual.json"] = document(
            "visualContainer/2.5.0",
            {"name": name_of(page.key, key), "position": _position(place, order), "visual": visual},
        )
    return files


def _position(place: Place, order: int) -> dict[str, int]:
    """Where it stands; `tabOrder` is the order of reading, for keyboards and screen readers."""
    return {
        "x": place.x,
        "y": place.y,
        "z": order * 100,
        "width": place.width,
        "height": place.height,
        "tabOrder": order * 100,
    }


def _visuals(page: Page) -> Iterator[tuple[str, Place, dict[str, Any]]]:
    """Every visual of a page in the order of reading: title, slicers, headline figures, pictures, listings."""
    yield "title", Place(GAP, 8, 560, 56), text_box(page.title, page.question)
    for number, (view, column) in enumerate(SLICERS):
        field = _column(view, column)
        yield f"slicer {field.name}", Place(600 + number * 226, 8, 212, 56), _slicer(field)
    if page.cards:
        yield "cards", Place(GAP, 72, WIDTH - 2 * GAP, 104), _cards(page)
    top = 184 if page.cards else 72
    if page.is_comparing:
        yield from _compared(top)
        top += COMPARED_HEIGHT + GAP
    shown = [(visual.title, _shown(visual)) for visual in page.visuals]
    shown += [(view, _listing(view)) for view in page.listings]
    for (key, visual), place in zip(shown, _grid(len(shown), top), strict=True):
        yield key, place, visual


def _compared(top: int) -> Iterator[tuple[str, Place, dict[str, Any]]]:
    """How many measures differ, and every measure by the warehouse and by the model, those that differ first."""
    width = 212
    yield (
        "differing",
        Place(GAP, top, width, COMPARED_HEIGHT),
        visual_of("cardVisual", {"Data": [_own(DIFFERING)]}, DIFFERING),
    )
    table = table_of_view(TOTALS_VIEW)
    columns = [Field("Column", table.name, table.column(name).name) for name in ("folder", "measure", "unit", "as_of")]
    measures = [_own(name) for name in (BY_WAREHOUSE, BY_MODEL, DIFFERENCE, AGREEMENT)]
    visual = visual_of(
        "tableEx",
        {"Values": [*columns, *measures]},
        "Every measure in all, by the warehouse and by the model, whatever is chosen",
        objects={"values": [_marked(field) for field in measures if field.name in (DIFFERENCE, AGREEMENT)]},
    )
    sort = [{"field": field.expression, "direction": "Ascending"} for field in (_own(AGREEMENT), columns[1])]
    visual["query"]["sortDefinition"] = {"sort": sort}
    x = GAP + width + GAP
    yield "compared", Place(x, top, WIDTH - x - GAP, COMPARED_HEIGHT), visual


def _marked(field: Field) -> dict[str, Any]:
    """A column that is of the colour of faults where the two sides differ; the word stands there too."""
    differs = {"ComparisonKind": 0, "Left": _own(AGREEMENT).expression, "Right": text_literal(DIFFERS)["expr"]}
    case = {"Condition": {"Comparison": differs}, "Value": text_literal(BAD)["expr"]}
    return {
        "properties": {"fontColor": {"solid": {"color": {"expr": {"Conditional": {"Cases": [case]}}}}}},
        "selector": {"data": [{"dataViewWildcard": {"matchingOption": 1}}], "metadata": field.query_ref},
    }


def _own(name: str) -> Field:
    """A measure that the registry does not have."""
    return Field("Measure", HOME, name)


def _grid(count: int, top: int) -> list[Place]:
    """Places in two columns, the last one over the whole width where their number is odd."""
    rows = (count + 1) // 2
    height = (HEIGHT - top - GAP * rows) // rows
    width = (WIDTH - 3 * GAP) // 2
    places = []
    for number in range(count):
        row, side = divmod(number, 2)
        is_alone = side == 0 and number == count - 1
        x = GAP + side * (width + GAP)
        places.append(Place(x, top + row * (height + GAP), WIDTH - 2 * GAP if is_alone else width, height))
    return places


def _shown(visual: Visual) -> dict[str, Any]:
    category = {"Category": _axis(visual.by)} if visual.by else {}
    measures = [_measure(measure) for measure in visual.declared]
    roles = {"Values": [*_axis(visual.by), *measures]} if visual.shape is Shape.TABLE else {**category, "Y": measures}
    return visual_of(KINDS[visual.shape], roles, visual.title)


def _axis(axis: Axis | None) -> list[Field]:
    match axis:
        case None:
            return []
        case Axis.MONTH:
            return [Field("Column", DATES, words("financial_year")), Field("Column", DATES, words("month_name"))]
        case Axis.YEAR:
            return [Field("Column", DATES, words("financial_year"))]
    alias, _, column = COLUMNS[axis].partition(".")
    table = table_of_relation(f"mart.dim_{alias}")
    return [Field("Column", table.name, table.column(column).name)]


def _measure(measure: Measure) -> Field:
    """A measure of the model; rupees in crore, which read the same in every locale."""
    name = f"{measure.name} (crore)" if measure.unit is Unit.RUPEES else measure.name
    return Field("Measure", HOME, name)


def _column(view: str, column: str) -> Field:
    if view == "As of":
        return Field("Column", view, words(column))
    table = table_of_view(view)
    return Field("Column", table.name, table.column(column).name)


def _cards(page: Page) -> dict[str, Any]:
    return visual_of("cardVisual", {"Data": [_measure(measure) for measure in page.measures]}, "Headline figures")


def _slicer(field: Field) -> dict[str, Any]:
    shape = {"data": [{"properties": {"mode": literal("'Dropdown'")}}]}
    return visual_of("slicer", {"Values": [field]}, field.name, objects=shape)


def _listing(view: str) -> dict[str, Any]:
    table = table_of_view(view)
    fields = [Field("Column", table.name, column.name) for column in table.columns if not column.is_hidden]
    return visual_of("tableEx", {"Values": fields}, table.name)
