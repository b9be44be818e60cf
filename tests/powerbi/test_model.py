"""What the committed model promises beyond its columns: refresh, roles of days, hierarchies, rupees, who sees what."""

import re

from gem.contracts.measures.registry import MEASURES, STEADY
from gem.contracts.measures.spec import Unit
from gem.powerbi.comparing import BY_MODEL
from gem.powerbi.measures import HOME
from gem.powerbi.read import Node, read_tmdl
from tests.powerbi.committed import DEFINITION, ROOT, committed, tables
from tests.powerbi.test_project import RELATIONSHIPS, ROLE, ddl, relationships, view_of

GRANT = re.compile(r"grant select\b[^;]*? on bi\.(\w+) to [^;]*role gem_ministry")
PLAYED = re.compile(r"USERELATIONSHIP \( '([^']+)'\[([^\]]+)\]")
COMPARED = re.compile(r'^\s*"([^"]+)", (?:100 \* )?\[([^\]]+)\](?: \+ 0)?,?$', re.MULTILINE)
STATED = re.compile(r" as place, '((?:[^']|'')*)' as measure,")
PARAMETER = re.compile(r"expression (\w+) = .* meta \[.*Type=\"(\w+)\"")


def measures() -> dict[str, Node]:
    return {measure.name: measure for measure in tables()[HOME].of("measure")}


def timestamps(view: str) -> set[str]:
    """The columns of a view that its script makes timestamps."""
    text = (ROOT / f"sql/views/{view}.sql").read_text()
    return set(re.findall(r" as timestamp\) as (\w+)", text))


def test_facts_are_refreshed_by_a_timestamp_and_their_changes_are_detected() -> None:
    """Power BI finds the filter of a partition over a Date/Time column alone; a `date` it would leave unfolded."""
    refreshed = {name: table.of("refreshPolicy")[0] for name, table in tables().items() if table.of("refreshPolicy")}
    facts = {view for view, columns in ddl().items() if {"refresh_day", "changed_at"} <= columns.keys()}
    assert {view_of(name) for name in refreshed} == facts
    assert len(facts) > 8
    for name, policy in refreshed.items():
        assert {"refresh_day", "changed_at"} <= timestamps(view_of(name)), name
        assert "[refresh_day] >= RangeStart and [refresh_day] < RangeEnd" in policy.properties["sourceExpression"]
        polled = policy.properties["pollingExpression"]
        assert "List.Max(Days[changed_at]" in polled
        assert "Table.RowCount(Days)" in polled, "a row that goes changes the figure too"
    types = dict(PARAMETER.findall(committed()[f"{DEFINITION}/expressions.tmdl"]))
    assert types["RangeStart"] == types["RangeEnd"] == "DateTime"


def test_a_day_that_is_not_the_active_one_is_played_by_a_measure() -> None:
    """Of the tables whose measures are also read by their other days; a pair has one active relationship."""
    measures_text = committed()[f"{DEFINITION}/tables/{HOME}.tmdl"]
    played = set(PLAYED.findall(measures_text))
    for table in ("Order lines", "Bids", "Security deposits"):
        of_days = [one for one in relationships() if one.table == table and one.to == "Dates"]
        inactive = {one.source for one in of_days if not one.is_active}
        columns = {each.name: each.properties["sourceColumn"] for each in tables()[table].of("column")}
        assert inactive
        assert inactive <= {columns[column] for name, column in played if name == table}, table
    folders = {measures()[name].properties["displayFolder"] for name in measures() if " by last delivered date" in name}
    assert folders == {"Orders\\By other days"}


def test_hierarchies_lead_from_the_whole_to_the_part() -> None:
    found = {
        hierarchy.name: [level.properties["column"].strip("'") for level in hierarchy.of("level")]
        for table in tables().values()
        for hierarchy in table.of("hierarchy")
    }
    assert found == {
        "Financial calendar": ["Financial year", "FY quarter", "Month name", "Calendar date"],
        "Government": ["Ministry name", "Department name", "Organisation name", "Org name"],
        "Category path": ["Level1 name", "Level2 name", "Category name"],
    }


def test_rupees_have_forms_in_lakh_and_crore() -> None:
    """Formats of Power BI divide by thousands alone, and their digits follow the reader's locale."""
    there = measures()
    for measure in (each for each in MEASURES if each.unit is Unit.RUPEES):
        assert there[measure.name].properties["formatString"] == "\\₹\\ #,##0.00"
        for form, size, mark in (("lakh", 100_000, "L"), ("crore", 10_000_000, "Cr")):
            large = there[f"{measure.name} ({form})"]
            assert large.expression.split() == f"DIVIDE ( [{measure.name}], {size} )".split()
            assert large.properties["formatString"] == f'\\₹\\ #,##0.00"\u00a0{mark}"'
            assert large.properties["displayFolder"] == f"{measure.folder}\\In {form}"


def test_the_calendar_is_a_date_table_without_hidden_ones_beside_it() -> None:
    dates = tables()["Dates"]
    assert dates.properties["dataCategory"] == "Time"
    assert [column.name for column in dates.of("column") if "isKey" in column.properties] == ["Calendar date"]
    assert "annotation __PBI_TimeIntelligenceEnabled = 0" in committed()[f"{DEFINITION}/model.tmdl"]
    assert "discourageImplicitMeasures" in committed()[f"{DEFINITION}/model.tmdl"]


def test_a_reader_of_a_ministry_sees_what_the_warehouse_lets_it_see() -> None:
    """What gem_ministry may not read is shut; buyers, and so the facts that name one, are those of the ministry."""
    [role] = read_tmdl(committed()[ROLE])
    permissions = {each.name: " ".join(each.expression.split()) for each in role.of("tablePermission")}
    granted = set(GRANT.findall((ROOT / "sql/security/0003_privileges.sql").read_text()))
    assert "v_order_lines" in granted
    shut = {name for name in tables() if name != HOME and view_of(name) not in granted}
    assert {name for name, text in permissions.items() if text == "FALSE ()"} == shut - {"Ministry readers"}
    own = "'Ministry readers'[User name] == USERPRINCIPALNAME ()"
    assert permissions["Ministry readers"] == own, "nobody sees who else reads what"
    assert own in permissions["Buyers"]
    assert "'Ministry readers'[Ministry id], 'Buyers'[Ministry id]" in permissions["Buyers"]
    named = {one.table for one in relationships() if one.source == "buyer_org_key"}
    assert named == {one.table for one in relationships() if one.to == "Buyers" and one.is_active}
    assert "crossFilteringBehavior" not in committed()[RELATIONSHIPS], "filters flow from dimensions to facts"


def test_what_the_warehouse_states_in_all_the_model_is_held_against() -> None:
    """One row of the view for each measure, by its name, which is what the model's answer goes by."""
    view = (ROOT / "sql/views/v_measure_totals.sql").read_text()
    names = [name.replace("''", "'") for name in STATED.findall(view)]
    assert names == [measure.name for measure in STEADY]
    assert COMPARED.findall(measures()[BY_MODEL].expression) == [(name, name) for name in names]
