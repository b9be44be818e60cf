"""The files that are generated from the declarations: path → text, for `gem contracts generate [--check]`."""

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import MartTable, TableKind
from gem.contracts.privacy_page import privacy_page
from gem.contracts.quality_page import quality_page
from gem.warehouse.check_scripts import check_files
from gem.warehouse.export_scripts import export_files
from gem.warehouse.security import security_files
from gem.warehouse.templates.aggregates import aggregate_script
from gem.warehouse.templates.ddl import mart_migration
from gem.warehouse.templates.expressions import HEADER
from gem.warehouse.templates.facts import fact_script
from gem.warehouse.templates.measures import measure_files
from gem.warehouse.templates.prune import prune_files
from gem.warehouse.templates.quality import quality_views, rejected_root_script
from gem.warehouse.templates.scd1 import scd1_script
from gem.warehouse.templates.scd2 import scd2_script
from gem.warehouse.templates.stage import root_script
from gem.warehouse.templates.totals import totals_views
from gem.warehouse.templates.views import VIEW_OF, view_script

SCRIPTS = {
    TableKind.SCD1: scd1_script,
    TableKind.SCD2: scd2_script,
    TableKind.FACT: fact_script,
    TableKind.AGGREGATE: aggregate_script,
}


def generated_files() -> dict[str, str]:
    """Every generated file, by its path from the repository's root; pure."""
    files = {"sql/migrations/0002_mart.sql": mart_migration(MART_TABLES), "sql/load/root.sql": HEADER + root_script()}
    files |= {f"sql/views/{VIEW_OF[table.name]}.sql": view_script(table) for table in MART_TABLES}
    files |= {"docs/quality-rules.md": quality_page(), "docs/privacy.md": privacy_page()}
    files["sql/load/rejected_root.sql"] = HEADER + rejected_root_script()
    files |= quality_views() | totals_views()
    files |= check_files() | security_files() | export_files() | prune_files() | measure_files()
    for table in MART_TABLES:
        if table.kind in SCRIPTS:
            files[f"sql/load/{table.name}.sql"] = HEADER + _script(table)
    return files


def _script(table: MartTable) -> str:
    return SCRIPTS[table.kind](table)
