"""Who may read what: sql/security, generated where it names tables, and applied as often as one likes."""

from contextlib import suppress
from typing import NamedTuple

from gem.contracts.errors import GemError, TerminalError
from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.mart_spec import SOURCE_ID, MartColumn, MartTable
from gem.contracts.types import BIGINT
from gem.warehouse.connection import DRIVER_ERRORS, Connection, commit, execute
from gem.warehouse.scripts import Script, scripts
from gem.warehouse.templates.expressions import HEADER, lines, names
from gem.warehouse.templates.measures import measure_views
from gem.warehouse.templates.quality import QUALITY_VIEWS
from gem.warehouse.templates.totals import TOTALS_VIEW
from gem.warehouse.templates.views import BOOKKEEPING, HELPER_VIEWS, VIEW_OF

RESTRICTED = {"dim_seller": ("pincode", "udyam_no")}
"""Columns by which one can find a proprietor at home: only who loads and who audits reads them."""

LOADER, ANALYST, BI, MINISTRY, AUDITOR = "gem_loader", "gem_analyst", "gem_bi", "gem_ministry", "gem_auditor"
READERS = (ANALYST, BI, MINISTRY, AUDITOR)
SEES_EVERY_ROW = (LOADER, ANALYST, BI, AUDITOR)
ROLES_SCRIPT = "security/0001_roles.sql"
REDSHIFT_ONLY = "security/0004_redshift_only.sql"
OWN_MINISTRY, EVERY_ROW = "gem_own_ministry", "gem_every_row"
OWN_CELLS = "gem_own_ministry_cells"
PUBLIC_VIEW = "v_policy"
"""The rules of the trade are for everybody."""
READERS_VIEW = "v_ministry_readers"
"""ops.ministry_reader, for reports over everything that show each reader his own ministries."""

MINISTRY_FILTER = """buyer_org_key in (
    select organisation.buyer_org_key
    from mart.dim_buyer_org as organisation
    join ops.ministry_reader as reader
        on reader.source_id = organisation.source_id
        and reader.ministry_id = organisation.ministry_id
    where reader.user_name = current_user
)"""
"""The rows of the ministries that the current user may read; a row whose buyer is unknown belongs to none."""

CELL_FILTER = """source_id || ':' || cast(ministry_id as varchar) in (
    select reader.source_id || ':' || cast(reader.ministry_id as varchar)
    from ops.ministry_reader as reader
    where reader.user_name = current_user
)"""
"""The same for an aggregate, which has the ministry instead of the buyer."""


class Policy(NamedTuple):
    """A row-level policy: the columns that it looks at, with their types, and which rows it lets pass."""

    name: str
    columns: dict[str, str]
    predicate: str

    @property
    def sql(self) -> str:
        """The statement that creates it."""
        columns = ", ".join(f"{name} {type_}" for name, type_ in self.columns.items())
        return f"create rls policy {self.name}\nwith ({columns})\nusing (\n{_indented(self.predicate)}\n)"


BY_BUYER = Policy(OWN_MINISTRY, {"buyer_org_key": BIGINT.redshift}, MINISTRY_FILTER)
BY_MINISTRY = Policy(OWN_CELLS, {"source_id": SOURCE_ID.redshift, "ministry_id": BIGINT.redshift}, CELL_FILTER)


def secure(connection: Connection, *, portable: bool = False) -> list[str]:
    """Apply every script of sql/security; return their names. Idempotent: grants are taken away and given anew.

    `portable` leaves out what only Redshift has, row-level security and system permissions, for a stand-in without
    them. To be run again after `migrate` made a view again, which loses its grants. All but the roles is one
    transaction.
    """
    chosen = [script for script in scripts("security") if not (portable and script.name == REDSHIFT_ONLY)]
    for script in chosen:
        if script.name == ROLES_SCRIPT:
            _create_roles(connection, script)
    try:
        for script in chosen:
            if script.name != ROLES_SCRIPT:
                _apply(connection, script)
        commit(connection)
    except GemError:
        with suppress(*DRIVER_ERRORS):
            connection.rollback()
        raise
    return [script.name for script in chosen]


def _create_roles(connection: Connection, script: Script) -> None:
    """Redshift has no CREATE ROLE IF NOT EXISTS, and its error ends a transaction: each role has one of its own."""
    for statement in script.statements:
        try:
            execute(connection, statement)
            commit(connection)
        except TerminalError as error:
            connection.rollback()
            if "already exists" not in str(error):
                raise


def _apply(connection: Connection, script: Script) -> None:
    for statement in script.statements:
        try:
            execute(connection, statement)
        except TerminalError as error:
            raise TerminalError(f"sql/{script.name}: {error}") from error


def security_files() -> dict[str, str]:
    """Every generated file of sql/security, by its path from the repository's root; pure."""
    return {"sql/security/0003_privileges.sql": _privileges(), f"sql/{REDSHIFT_ONLY}": _redshift_only()}


def _privileges() -> str:
    """Schemas, tables and columns; what is not granted here is not allowed."""
    schemas = {LOADER: "ops, mart, bi", ANALYST: "mart, bi", BI: "bi", MINISTRY: "bi", AUDITOR: "ops, mart, bi"}
    statements = [
        *(f"revoke all on all tables in schema ops, mart, bi from role {role}" for role in schemas),
        *(f"grant usage on schema {names} to role {role}" for role, names in schemas.items()),
        f"grant select, insert, update, delete on all tables in schema ops, mart to role {LOADER}",
        # The commands of operators log in as who loads: reports, exports and measures read the views.
        f"grant select on all tables in schema bi to role {LOADER}",
        f"grant select on all tables in schema ops, mart, bi to role {AUDITOR}",
    ]
    for table in MART_TABLES:
        view = f"bi.{VIEW_OF[table.name]}"
        statements += _grants(table, f"mart.{table.name}", list(table.warehouse_columns), (ANALYST,))
        statements += _grants(table, view, _view_columns(table), (ANALYST, BI, MINISTRY))
    for view, names_buyer in HELPER_VIEWS.items():
        readers = (ANALYST, BI, MINISTRY) if names_buyer or view == PUBLIC_VIEW else (ANALYST, BI)
        statements.append(_grant_of_view(view, readers))
    # What was rejected, or is of all, is of no ministry: who reads his ministry alone does not read it.
    statements += [_grant_of_view(view, (ANALYST, BI)) for view in (*measure_views(), *QUALITY_VIEWS, TOTALS_VIEW)]
    statements.append(_grant_of_view(READERS_VIEW, (BI,)))
    return _script("Who may read and write which tables and columns.", statements)


def _grant_of_view(view: str, roles: tuple[str, ...]) -> str:
    return f"grant select on bi.{view} to {', '.join(f'role {role}' for role in roles)}"


def _grants(table: MartTable, name: str, columns: list[MartColumn], roles: tuple[str, ...]) -> list[str]:
    """SELECT for the roles: on the whole, or on every column but the restricted ones."""
    restricted = RESTRICTED.get(table.name, ())
    listed = lines(column.name for column in columns if column.name not in restricted)
    what = f"select (\n{listed}\n)" if restricted else "select"
    return [f"grant {what} on {name} to {', '.join(f'role {role}' for role in roles)}"]


def _view_columns(table: MartTable) -> list[MartColumn]:
    return [column for column in table.warehouse_columns if column.name not in BOOKKEEPING]


def _redshift_only() -> str:
    """Row-level security on the views that BI reads, and the system permission that a load needs.

    The tables below them have none: loads see everything, and a policy may look up only tables without policies.
    """
    views = {f"bi.{VIEW_OF[table.name]}": policy for table in MART_TABLES if (policy := _policy(table))}
    views |= {f"bi.{view}": BY_BUYER for view, names_buyer in HELPER_VIEWS.items() if names_buyer}
    statements = [
        f"grant analyze to role {LOADER}",
        *(f"drop rls policy if exists {policy} cascade" for policy in (OWN_MINISTRY, OWN_CELLS, EVERY_ROW)),
        BY_BUYER.sql,
        BY_MINISTRY.sql,
        f"create rls policy {EVERY_ROW}\nusing (true)",
    ]
    for view, policy in views.items():
        statements += [
            f"attach rls policy {policy.name} on {view} to role {MINISTRY}",
            f"attach rls policy {EVERY_ROW} on {view} to {', '.join(f'role {role}' for role in SEES_EVERY_ROW)}",
            f"alter table {view} row level security on",
        ]
    return _script("What only Redshift has: rows by ministry, and a permission that the load needs.", statements)


def _policy(table: MartTable) -> Policy | None:
    """The policy whose columns the table has; None where its rows are of no buyer."""
    held = set(names(table.warehouse_columns))
    return next((policy for policy in (BY_BUYER, BY_MINISTRY) if held >= policy.columns.keys()), None)


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" for line in text.splitlines())


def _script(comment: str, statements: list[str]) -> str:
    return f"{HEADER}-- {comment}\n" + "\n".join(f"{statement};\n" for statement in statements)
