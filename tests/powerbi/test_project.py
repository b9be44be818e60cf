"""The committed Power BI project: it is what the declarations say, equals the warehouse's DDL, and hides no fault."""

import re
from functools import cache

import pytest

from gem.contracts.measures.registry import MEASURES
from gem.powerbi.check import faults_of
from gem.powerbi.measures import HOME
from gem.powerbi.pages import PAGES
from gem.powerbi.pbir import name_of
from gem.powerbi.project import NAMES, project_files
from gem.powerbi.read import read_tmdl
from gem.powerbi.sources import Variant
from gem.powerbi.theme import COLOURS, DARK_COLOURS, DARK_INK, DARK_MUTED, DARK_PAGE, INK, MUTED, PAGE, contrast
from tests.powerbi.committed import DEFINITION, ROOT, committed, tables, with_fault

VIEW_COLUMN = re.compile(r"^    cast\(.+ as (?P<type>[a-z]+)(?:\((?P<p>\d+)(?:,(?P<s>\d+))?\))?\) as (?P<name>\w+),?$")
VIEW_READ = re.compile(r'\[Name = "(v_\w+)"\]')
TYPES = {"bigint": "int64", "integer": "int64", "varchar": "string", "boolean": "boolean"}
PERSONAL = {"v_sellers": {"pincode", "udyam_no"}}
FOR_REFRESH = {"refresh_day", "changed_at"}
LINES, BIDS = f"{DEFINITION}/tables/Order lines.tmdl", f"{DEFINITION}/tables/Bids.tmdl"
MEASURE_FILE, MODEL = f"{DEFINITION}/tables/{HOME}.tmdl", f"{DEFINITION}/model.tmdl"
RELATIONSHIPS, ROLE = f"{DEFINITION}/relationships.tmdl", f"{DEFINITION}/roles/Ministry reader.tmdl"
PAGES_FOLDER = "GeM.Report/definition/pages"
FIRST = f"{PAGES_FOLDER}/{name_of('overview')}"
COMPARED = f"{PAGES_FOLDER}/{name_of('reconciliation')}/visuals/{name_of('reconciliation', 'compared')}/visual.json"
CARDS = f"{FIRST}/visuals/{name_of('overview', 'cards')}/visual.json"


@cache
def ddl() -> dict[str, dict[str, str]]:
    """By view the columns and their types in TMDL, as the scripts of sql/ say them."""
    found: dict[str, dict[str, str]] = {}
    for path in [*sorted((ROOT / "sql/views").glob("v_*.sql")), ROOT / "sql/security/0002_ministry_reader.sql"]:
        text = path.read_text()
        view = re.search(r"create view bi\.(\w+)", text)
        assert view is not None, path
        body = text[text.rindex("\nselect\n") :]
        columns = (VIEW_COLUMN.match(line) for line in body.splitlines())
        found[view[1]] = {column["name"]: tmdl_type(column) for column in columns if column}
    return found


def tmdl_type(column: re.Match[str]) -> str:
    if column["type"] == "numeric":
        return "decimal" if int(column["s"]) <= 4 else "double"
    return TYPES.get(column["type"], "dateTime")


def view_of(table: str) -> str:
    [partition] = tables()[table].of("partition")
    return str(VIEW_READ.search(partition.properties["source"])[1])  # type: ignore[index]  # a view is read


@pytest.mark.parametrize("variant", Variant)
def test_the_committed_projects_are_what_the_declarations_say(variant: Variant) -> None:
    assert committed(variant) == project_files(variant)


def test_columns_and_their_types_are_those_of_the_views() -> None:
    views = ddl()
    for name, table in tables().items():
        if name in (HOME, "As of"):
            continue
        columns = {each.properties["sourceColumn"]: each.properties["dataType"] for each in table.of("column")}
        left_out = FOR_REFRESH | PERSONAL.get(view_of(name), set())
        expected = {column: type_ for column, type_ in views[view_of(name)].items() if column not in left_out}
        assert columns == expected, name


def test_a_renamed_column_of_the_warehouse_is_noticed() -> None:
    view = (ROOT / "sql/views/v_bids.sql").read_text().replace(" as awarded_value,", " as award_value,")
    columns = {match["name"] for line in view.splitlines() if (match := VIEW_COLUMN.match(line))}
    assert not {c.properties["sourceColumn"] for c in tables()["Bids"].of("column")} <= columns


def test_every_key_of_a_view_leads_to_the_view_that_it_is_the_key_of() -> None:
    """By the DDL alone: `seller_key` leads to the view whose first column it is, dates to v_dates."""
    views = ddl()
    dimension = {next(iter(columns)): view for view, columns in views.items() if next(iter(columns)).endswith("_key")}
    dimension["seller_state_key"] = dimension["state_key"]
    by_view = {view_of(name): name for name in tables() if name not in (HOME, "As of")}
    expected = set()
    for view, name in by_view.items():
        for column in views[view]:
            if column.endswith("_key") and dimension.get(column) != view:
                target = "v_dates" if column.endswith("_date_key") else dimension[column]
                expected.add((name, column, by_view[target]))
    assert {(one.table, one.source, one.to) for one in relationships()} == expected


def test_of_the_days_of_a_table_one_leads_to_the_calendar() -> None:
    days = [(one.table, one.source) for one in relationships() if one.to == "Dates" and one.is_active]
    assert len(days) == len(dict(days)), "two days of a table are active"
    assert dict(days)["Order lines"] == "contract_date_key"
    assert dict(days)["Payables"] == "crac_date_key"


class Relationship:
    def __init__(self, node) -> None:  # type: ignore[no-untyped-def]  # a node of TMDL
        self.table, column = (part.strip("'") for part in re.split(r"\.(?=[^.]*$)", node.properties["fromColumn"]))
        self.to = re.split(r"\.(?=[^.]*$)", node.properties["toColumn"])[0].strip("'")
        self.is_active = node.properties.get("isActive") != "false"
        [found] = [each for each in tables()[self.table].of("column") if each.name == column]
        self.source = found.properties["sourceColumn"]


@cache
def relationships() -> list[Relationship]:
    return [Relationship(node) for node in read_tmdl(committed()[RELATIONSHIPS])]


def test_every_measure_of_the_registry_is_in_the_model_with_its_meaning() -> None:
    there = {measure.name: measure for measure in tables()[HOME].of("measure")}
    for measure in MEASURES:
        assert there[measure.name].description.startswith(measure.description)
        assert there[measure.name].properties["displayFolder"] == measure.folder


def test_the_list_of_the_data_dictionary_leads_to_its_measures() -> None:
    text = (ROOT / "docs/measures.md").read_text()
    headings = {
        re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in re.findall(r"^### (.*)$", text, re.M)
    }
    links = re.findall(r"^\| \d+ \| \[[^\]]+\]\(#([^)]+)\)", text, re.M)
    assert len(links) == len(MEASURES)
    assert set(links) <= headings


def test_money_is_exact() -> None:
    money = [c for t in tables().values() for c in t.of("column") if c.name.endswith((" value", " amount", "Charged"))]
    wide = {"Median value", "Text value"}
    assert {column.properties["dataType"] for column in money if column.name not in wide} == {"decimal"}


@pytest.mark.parametrize("variant", Variant)
def test_no_variant_has_a_fault(variant: Variant) -> None:
    files = committed(variant)
    assert faults_of(files) == []
    assert f"{NAMES[variant]}.pbip" in files
    text = "\n".join(files.values())
    assert ("AmazonRedshift.Database" in text) == (variant is not Variant.FILES)
    assert ("mode: directQuery" in text) == (variant is Variant.DIRECT_QUERY)
    assert ("refreshPolicy" in text) == (variant is Variant.IMPORT)


def test_pages_are_in_the_order_of_their_declaration() -> None:
    order = [name_of(page.key) for page in PAGES]
    assert f'"pageOrder": {order[:1]}'.replace("'", '"')[:-1] in re.sub(
        r"\s+", " ", committed()[f"{PAGES_FOLDER}/pages.json"]
    ).replace("[ ", "[")
    assert len(order) == 7


def test_colours_stand_apart_from_the_page() -> None:
    assert min(contrast(colour, PAGE) for colour in (*COLOURS, INK, MUTED)) >= 4.5
    assert min(contrast(colour, DARK_PAGE) for colour in (*DARK_COLOURS, DARK_INK, DARK_MUTED)) >= 4.5


PLANTED = {
    "a column that is not there": (MEASURE_FILE, "'Order lines'[Line value]", "'Order lines'[Line worth]", "no column"),
    "a table that is not there": (MEASURE_FILE, "COUNTROWS ( 'Bids' )", "COUNTROWS ( 'Tenders' )", "no table"),
    "a measure that is not there": (
        MEASURE_FILE,
        "DIVIDE ( [Gross GMV], 100000 )",
        "DIVIDE ( [GMV], 100000 )",
        "no measure",
    ),
    "a variable that is not there": (MEASURE_FILE, "VAR Counted = ", "VAR Counting = ", "neither a variable"),
    "an open parenthesis": (MEASURE_FILE, "COUNTROWS ( 'Bids' )", "COUNTROWS ( 'Bids' ", "do not close"),
    "a measure twice": (MEASURE_FILE, "measure 'Gross GMV' =", "measure 'Net GMV' =", "is there 2 times"),
    "a measure like a column": (MEASURE_FILE, "measure Bids =", "measure None =", "called like a column"),
    "a measure without format": (MEASURE_FILE, "\t\tformatString: #,##0\n", "", "no format"),
    "a measure without folder": (MEASURE_FILE, "\t\tdisplayFolder: Orders\n", "", "no folder"),
    "a role of a day that no relationship plays": (
        MEASURE_FILE,
        "USERELATIONSHIP ( 'Order lines'[Last delivered date key]",
        "USERELATIONSHIP ( 'Order lines'[Buyer org key]",
        "relationship that is not there",
    ),
    "a relationship to nothing": (RELATIONSHIPS, "'Buyer org key'", "'Buyer key'", "no column"),
    "two active relationships": (RELATIONSHIPS, "\tisActive: false\n", "", "2 active relationships"),
    "a number against text": (f"{DEFINITION}/tables/Buyers.tmdl", "dataType: int64", "dataType: string", "against"),
    "a table without partition": (BIDS, "\tpartition Bids = m", "\tannotation Bids = m", "no partition"),
    "a column that no source brings": (LINES, "sourceColumn: line_value", "sourceColumn: line_worth", "brings no"),
    "a filter that is inclusive twice": (
        BIDS,
        "[refresh_day] < RangeEnd),\n\t\t\t\t\tColumns",
        "[refresh_day] <= RangeEnd),\n\t\t\t\t\tColumns",
        "not filtered",
    ),
    "a level without column": (
        f"{DEFINITION}/tables/Dates.tmdl",
        "\t\t\tcolumn: 'FY quarter'",
        "\t\t\tcolumn: 'Quarter'",
        "has no column",
    ),
    "a table that the model does not name": (MODEL, "ref table Bids\n", "", "has a file or a ref"),
    "a role of another table": (ROLE, "tablePermission Buyers", "tablePermission Orgs", "is no table"),
    "a byte order mark": (MODEL, "model Model", "\ufeffmodel Model", "byte order mark"),
    "carriage returns": (MODEL, "model Model\n", "model Model\r\n", "carriage returns"),
    "spaces for tabs": (BIDS, "\tlineageTag", "    lineageTag", "indented by spaces"),
    "a page in no folder": (f"{PAGES_FOLDER}/pages.json", name_of("bids"), name_of("no such page"), "not in both"),
    "a page of another name": (f"{FIRST}/page.json", name_of("overview"), "overview", "would leave it out"),
    "a role that a card has not": (CARDS, '"Data"', '"Fields"', "no role 'Fields'"),
    "a kind of visual that is none": (CARDS, "cardVisual", "kpiCard", "no kind of visual"),
    "a measure that no visual finds": (CARDS, '"Property": "Orders"', '"Property": "Order count"', "is not there"),
    "a field referred to otherwise": (
        CARDS,
        '"queryRef": "GeM measures.Orders"',
        '"queryRef": "Orders"',
        "is referred to",
    ),
    "an order by what is not there": (
        COMPARED,
        '"Property": "Agreement"\n              }\n            },\n            "direction"',
        '"Property": "Accord"\n              }\n            },\n            "direction"',
        "[Accord] is not there",
    ),
    "a colour by what is not there": (
        COMPARED,
        '"Left": {\n                                "Measure": {',
        '"Left": {\n                                "Column": {',
        "[Agreement] is not there",
    ),
    "a colour of a column that is not shown": (
        COMPARED,
        '"metadata": "GeM measures.Agreement"',
        '"metadata": "GeM measures.Accord"',
        "which it does not show",
    ),
    "a measure that no longer is compared": (
        MEASURE_FILE,
        '"Gross GMV", [Gross GMV] + 0',
        '"Gross GMV", [Gross value] + 0',
        "no measure",
    ),
    "a model at another place": ("GeM.Report/definition.pbir", "../GeM.SemanticModel", "../GeM.Model", "none is"),
}


@pytest.mark.parametrize("fault", PLANTED)
def test_a_planted_fault_is_found(fault: str) -> None:
    path, old, new, message = PLANTED[fault]
    found = faults_of(with_fault(path, old, new))
    assert any(message in each for each in found), found
