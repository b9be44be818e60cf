"""The semantic model as TMDL: one file for each table, the same text for the same declarations; pure."""

import re
import uuid
from collections.abc import Iterable

from gem.powerbi.measures import HOME, ModelMeasure, model_measures
from gem.powerbi.names import quoted, reference
from gem.powerbi.sources import Variant, change_of, parameters_of, source_of
from gem.powerbi.tables import DATES, ModelColumn, ModelTable, model_tables, table_of_view
from gem.warehouse.security import PUBLIC_VIEW, READERS_VIEW
from gem.warehouse.templates.quality import QUALITY_VIEWS
from gem.warehouse.templates.totals import TOTALS_VIEW
from gem.warehouse.templates.views import HELPER_VIEWS

NAMESPACE = uuid.UUID("6f0c9a5e-9c1e-5d63-8a52-6d2f0a0c8b41")
COMPATIBILITY = 1601
CULTURE = "en-IN"
ROLE = "Ministry reader"
PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
HIERARCHIES: dict[str, dict[str, tuple[str, ...]]] = {
    "v_dates": {"Financial calendar": ("financial_year", "fy_quarter", "month_name", "calendar_date")},
    "v_buyers": {"Government": ("ministry_name", "department_name", "organisation_name", "org_name")},
    "v_categories": {"Category path": ("level1_name", "level2_name", "category_name")},
}
SORTED_BY = {
    ("v_dates", "month_name"): "fy_month_no",
    ("v_dates", "financial_year"): "fy_start_year",
    (TOTALS_VIEW, "measure"): "place",
}
KEPT_YEARS, REFRESHED_MONTHS = 15, 36
"""How long a partition is kept, and how far back a refresh looks for what has changed."""
FORMATS = {"decimal": "#,##0.00", "int64": "0", "dateTime": "dd MMM yyyy"}


def model_files(variant: Variant = Variant.IMPORT) -> dict[str, str]:
    """The definition of the model, by its path within `definition/`."""
    tables = {f"tables/{table.name}.tmdl": table_text(table, variant) for table in model_tables()}
    return {
        "database.tmdl": f"database GeM\n\tcompatibilityLevel: {COMPATIBILITY}\n\tcompatibilityMode: powerBI\n",
        "model.tmdl": _model(),
        "expressions.tmdl": _expressions(variant),
        "relationships.tmdl": _relationships(),
        f"tables/{HOME}.tmdl": _home(),
        f"roles/{ROLE}.tmdl": _role(),
        f"cultures/{CULTURE}.tmdl": f"cultureInfo {CULTURE}\n",
        **tables,
    }


def named(name: str) -> str:
    """A name as TMDL writes it: in quotes unless it is a plain word."""
    return name if PLAIN_NAME.fullmatch(name) else quoted(name)


def table_text(table: ModelTable, variant: Variant) -> str:
    """A table with its columns, hierarchies and the partition that brings its rows."""
    days = ["\tdataCategory: Time"] if table.name == DATES else []
    policy = _policy(table) if variant is Variant.IMPORT and table.is_refreshed_by_day else []
    columns = [line for column in table.columns for line in ("", *_column(table, column))]
    hierarchies = [
        line for name, levels in _hierarchies(table).items() for line in ("", *_hierarchy(table, name, levels))
    ]
    hidden = ["\tisHidden"] if table.view == READERS_VIEW else []
    return _text(
        *_described(0, table.description),
        f"table {named(table.name)}",
        *hidden,
        f"\tlineageTag: {_tag(table.name)}",
        *days,
        *policy,
        *columns,
        *hierarchies,
        "",
        f"\tpartition {named(table.name)} = m",
        f"\t\tmode: {variant.mode}",
        "\t\tsource =",
        *_indented(4, source_of(table, variant)),
    )


def _column(table: ModelTable, column: ModelColumn) -> list[str]:
    sorted_by = SORTED_BY.get((table.view, column.source))
    is_key = table.name == DATES and column.source == "calendar_date"
    lines = [
        f"dataType: {column.type}",
        *(["isHidden"] if column.is_hidden else []),
        *(["isKey"] if is_key else []),
        *([f"formatString: {FORMATS[column.type]}"] if column.type in FORMATS else []),
        f"lineageTag: {_tag(table.name, column.name)}",
        "summarizeBy: none",
        f"sourceColumn: {column.source}",
        *([f"sortByColumn: {named(table.column(sorted_by).name)}"] if sorted_by else []),
    ]
    return [
        *_described(1, column.description),
        f"\tcolumn {named(column.name)}",
        *(f"\t\t{line}" for line in lines),
    ]


def _hierarchies(table: ModelTable) -> dict[str, tuple[str, ...]]:
    return {} if table.name == "As of" else HIERARCHIES.get(table.view, {})


def _hierarchy(table: ModelTable, name: str, levels: Iterable[str]) -> list[str]:
    lines = [f"\thierarchy {named(name)}", f"\t\tlineageTag: {_tag(table.name, 'hierarchy', name)}"]
    for level in levels:
        column = named(table.column(level).name)
        tag = _tag(table.name, "hierarchy", name, level)
        lines += ["", f"\t\tlevel {column}", f"\t\t\tlineageTag: {tag}", f"\t\t\tcolumn: {column}"]
    return lines


def _policy(table: ModelTable) -> list[str]:
    """Incremental refresh: old partitions are kept, those of the last months are read again where they changed."""
    return [
        "",
        "\trefreshPolicy",
        "\t\tpolicyType: basic",
        "\t\trollingWindowGranularity: year",
        f"\t\trollingWindowPeriods: {KEPT_YEARS}",
        "\t\tincrementalGranularity: month",
        f"\t\tincrementalPeriods: {REFRESHED_MONTHS}",
        "\t\tpollingExpression =",
        *_indented(4, change_of(table)),
        "\t\tsourceExpression =",
        *_indented(4, source_of(table, Variant.IMPORT)),
    ]


def _home() -> str:
    """The table of measures, which has no rows."""
    measures = [line for measure in model_measures() for line in ("", *_measure(measure))]
    return _text(
        *_described(0, "Every measure of the registry gem.contracts.measures; no rows."),
        f"table {named(HOME)}",
        f"\tlineageTag: {_tag(HOME)}",
        *measures,
        "",
        "\tcolumn None",
        "\t\tdataType: string",
        "\t\tisHidden",
        f"\t\tlineageTag: {_tag(HOME, 'None')}",
        "\t\tsummarizeBy: none",
        "\t\tsourceColumn: None",
        "",
        f"\tpartition {named(HOME)} = m",
        "\t\tmode: import",
        "\t\tsource =",
        *_indented(4, "#table(type table [None = text], {})"),
    )


def _measure(measure: ModelMeasure) -> list[str]:
    return [
        *_described(1, measure.description),
        f"\tmeasure {named(measure.name)} =",
        *_indented(3, measure.dax),
        f"\t\tformatString: {measure.format_string}",
        f"\t\tdisplayFolder: {measure.folder}",
        f"\t\tlineageTag: {_tag(HOME, measure.name)}",
    ]


def _model() -> str:
    names = [HOME, *(table.name for table in model_tables())]
    return _text(
        "model Model",
        f"\tculture: {CULTURE}",
        "\tdefaultPowerBIDataSourceVersion: powerBI_V3",
        "\tdiscourageImplicitMeasures",
        f"\tsourceQueryCulture: {CULTURE}",
        "",
        "\tannotation __PBI_TimeIntelligenceEnabled = 0",
        "",
        *(f"ref table {named(name)}" for name in names),
        "",
        f"ref role {named(ROLE)}",
        "",
        f"ref cultureInfo {CULTURE}",
    )


def _expressions(variant: Variant) -> str:
    lines: list[str] = []
    for name, (default, meaning) in parameters_of(variant).items():
        kind = "DateTime" if default.startswith("#datetime") else "Text"
        meta = f'meta [IsParameterQuery=true, Type="{kind}", IsParameterQueryRequired=true]'
        lines += [
            *_described(0, f"{meaning}."),
            f"expression {name} = {default} {meta}",
            f"\tlineageTag: {_tag(name)}",
            "",
        ]
    return _text(*lines[:-1])


def _relationships() -> str:
    lines: list[str] = []
    for table in model_tables():
        for way in table.ways:
            lines += [
                f"relationship {_tag('relationship', table.name, way.column)}",
                *([] if way.is_active else ["\tisActive: false"]),
                f"\tfromColumn: {named(table.name)}.{named(way.column)}",
                f"\ttoColumn: {named(way.to_table)}.{named(way.to_column)}",
                "",
            ]
    return _text(*lines[:-1])


def _role() -> str:
    """Who reads the rows of his own ministries alone, as gem_ministry does in the warehouse."""
    buyers, readers = table_of_view("v_buyers").name, table_of_view(READERS_VIEW).name
    own = (
        "CONTAINS (\n"
        f"    FILTER ( {quoted(readers)}, {reference(readers, 'User name')} == USERPRINCIPALNAME () ),\n"
        f"    {reference(readers, 'Source id')}, {reference(buyers, 'Source id')},\n"
        f"    {reference(readers, 'Ministry id')}, {reference(buyers, 'Ministry id')}\n"
        ")"
    )
    denied = [view for view, names_buyer in HELPER_VIEWS.items() if not names_buyer and view != PUBLIC_VIEW]
    shut = {*denied, *QUALITY_VIEWS, TOTALS_VIEW}
    names = [table.name for table in model_tables() if table.view in shut]
    return _text(
        *_described(0, "The rows of the ministries that bi.v_ministry_readers names for the user."),
        f"role {named(ROLE)}",
        "\tmodelPermission: read",
        "",
        f"\ttablePermission {named(buyers)} =",
        *_indented(3, own),
        "",
        f"\ttablePermission {named(readers)} =",
        *_indented(3, f"{reference(readers, 'User name')} == USERPRINCIPALNAME ()"),
        *(line for name in names for line in ("", f"\ttablePermission {named(name)} = FALSE ()")),
    )


def _described(level: int, text: str) -> list[str]:
    return [f"{TAB * level}/// {line}" for line in text.splitlines()]


def _indented(level: int, text: str) -> list[str]:
    """Lines of DAX or M within TMDL, indented by tabs alone."""
    return [f"{TAB * level}{line.replace('    ', TAB)}" for line in text.splitlines()]


def _tag(*path: str) -> str:
    """The lineage tag of an object: the same for the same path, for ever."""
    return str(uuid.uuid5(NAMESPACE, "/".join(path)))


def _text(*lines: str) -> str:
    return "\n".join(lines) + "\n"


TAB = "\t"
