"""Where the model's rows come from, in M: navigation, one filter, the columns; every other change of shape is SQL."""

from enum import StrEnum

from gem.powerbi.tables import ModelTable
from gem.warehouse.templates.views import CHANGED_AT, REFRESH_DAY

TAB = "\t"


class Variant(StrEnum):
    """How a model comes by its rows."""

    IMPORT = "import"
    """From Redshift, kept in the model, refreshed by day."""
    DIRECT_QUERY = "directquery"
    """Asked of Redshift at every click."""
    FILES = "files"
    """From the Parquet files of gem export."""

    @property
    def mode(self) -> str:
        """The storage mode of the model's tables."""
        return "directQuery" if self is Variant.DIRECT_QUERY else "import"


PARAMETERS: dict[str, tuple[str, str]] = {
    "RedshiftServer": ('"redshift.example.com:5439"', "Host and port of the warehouse"),
    "RedshiftDatabase": ('"gem"', "Its database"),
    "RedshiftSchema": ('"bi"', "Its schema of views"),
}
RANGE: dict[str, tuple[str, str]] = {
    "RangeStart": ("#datetime(2016, 4, 1, 0, 0, 0)", "First moment of a refresh; the service sets it by partition"),
    "RangeEnd": ("#datetime(2036, 4, 1, 0, 0, 0)", "First moment after it"),
}
FOLDER: dict[str, tuple[str, str]] = {
    "DataFolder": ('"C:\\gem-export"', "Folder that gem export wrote, with its Parquet files"),
}


def parameters_of(variant: Variant) -> dict[str, tuple[str, str]]:
    """The parameters of a model, each with its default in M and its meaning."""
    if variant is Variant.FILES:
        return FOLDER
    return PARAMETERS | RANGE if variant is Variant.IMPORT else PARAMETERS


def source_of(table: ModelTable, variant: Variant) -> str:
    """The query of a table's rows."""
    steps = _files(table) if variant is Variant.FILES else _redshift(table)
    if variant is Variant.IMPORT and table.is_refreshed_by_day:
        steps["Days"] = (
            f"Table.SelectRows({_last(steps)}, each [{REFRESH_DAY}] >= RangeStart and [{REFRESH_DAY}] < RangeEnd)"
        )
    if table.only_where:
        steps["Rows"] = f"Table.SelectRows({_last(steps)}, each {table.only_where})"
    names = ", ".join(f'"{column.source}"' for column in table.columns)
    missing = ", MissingField.UseNull" if variant is Variant.FILES else ""
    steps["Columns"] = f"Table.SelectColumns({_last(steps)}, {{{names}}}{missing})"
    return query(steps)


def change_of(table: ModelTable) -> str:
    """A moment that is another one once any row of a partition came, changed or went.

    A row that comes or changes has the time of its load, which is later than all before; one that goes lowers the
    count, which is added in seconds.
    """
    steps = _redshift(table)
    steps["Days"] = (
        f"Table.SelectRows({_last(steps)}, each [{REFRESH_DAY}] >= RangeStart and [{REFRESH_DAY}] < RangeEnd)"
    )
    steps["Newest"] = f"List.Max(Days[{CHANGED_AT}], #datetime(1900, 1, 1, 0, 0, 0))"
    steps["Changed"] = "Newest + #duration(0, 0, 0, Table.RowCount(Days))"
    return query(steps)


def query(steps: dict[str, str]) -> str:
    """`let … in …` of named steps."""
    body = ",\n".join(f"{TAB}{name} = {text}" for name, text in steps.items())
    return f"let\n{body}\nin\n{TAB}{_last(steps)}"


def _redshift(table: ModelTable) -> dict[str, str]:
    return {
        "Source": 'AmazonRedshift.Database(RedshiftServer, RedshiftDatabase, [Implementation = "2.0"])',
        "Schema": "Source{[Name = RedshiftSchema]}[Data]",
        "View": f'Schema{{[Name = "{table.view}"]}}[Data]',
    }


def _files(table: ModelTable) -> dict[str, str]:
    folder = f"/{table.view}/"
    return {
        "Files": (
            'Table.SelectRows(Folder.Files(DataFolder), each [Extension] = ".parquet" and'
            f' Text.Contains(Text.Replace([Folder Path], "\\", "/"), "{folder}"))'
        ),
        "Parts": "List.Transform(Files[Content], each Parquet.Document(_))",
        "View": "Table.Combine(Parts)",
    }


def _last(steps: dict[str, str]) -> str:
    return list(steps)[-1]
