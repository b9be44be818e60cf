"""From a statement of Redshift to the plan of what the backend runs."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from local_aws.redshift.catalog_queries import catalog_query
from local_aws.redshift.copy_command import parse_copy
from local_aws.redshift.databases import create_database, drop_database
from local_aws.redshift.errors import RefusedError, unknown_here
from local_aws.redshift.expressions import rewrite
from local_aws.redshift.merge import is_merge, merge
from local_aws.redshift.plan import Plan
from local_aws.redshift.principals import without_role
from local_aws.redshift.refusals import refuse, refuse_provisioned_only
from local_aws.redshift.select_forms import standard_select
from local_aws.redshift.table_design import TableDesign, read_design
from local_aws.redshift.tables import NOTHING, alter_table, create_table, spaced_rewrite, syntax_error
from local_aws.redshift.tokens import Reader, Token, literal, quote, solid, statements, tokenize, words
from local_aws.redshift.unload_command import parse_unload

ISOLATION_LEVELS = {"serializable": "serializable", "snapshot": "repeatable read"}
TRANSACTION = ("begin", "start", "commit", "end", "rollback", "abort")
# Settings of Redshift that PostgreSQL does not know; they keep their value under a prefix and do nothing else.
SETTINGS = (
    "error_on_nondeterministic_update",
    "query_group",
    "wlm_query_slot_count",
    "enable_result_cache_for_session",
    "enable_case_sensitive_identifier",
    "describe_field_name_in_uppercase",
    "downcase_delimited_identifier",
    "json_parse_truncate_strings",
    "mv_enable_aqmv_for_session",
    "auto_mv",
    "use_fips_ssl",
    "analyze_threshold_percent",
    "spectrum_query_maxerror",
)

# A session that names its query group reads: as on Redshift, which has no indexes, its joins are hashed. PostgreSQL
# takes joins by day for so selective that it would loop over all pairs of rows.
READER_PLANS = "set enable_nestloop = off"


@lru_cache(maxsize=512)
def plans(sql: str, *, provisioned: bool) -> tuple[Plan, ...]:
    """The plan of each statement in the text. Raises RedshiftError for what such a Redshift would not take."""
    found = list(statements(sql))
    planned = tuple(_plan(tokens) for tokens in found)
    if not provisioned:
        inner = [tokenize(plan.unload.query) for plan in planned if plan.unload]
        for tokens in (*found, *inner):
            refuse_provisioned_only(tokens)
    return planned


def _plan(tokens: list[Token]) -> Plan:
    tokens = catalog_query(standard_select(tokens))
    refuse(tokens)
    head = words(tokens, 6)
    if head[0] == "create":
        return _create(tokens, head)
    if head[0] == "with" and is_merge(tokens):
        raise RefusedError("MERGE takes no WITH clause: load the source into a temporary table first")
    special = SPECIAL.get(head[0])
    return special(tokens) if special else Plan(rewrite(tokens))


def _create(tokens: list[Token], head: Sequence[str]) -> Plan:
    if "table" in head[1:4] and head[1] in ("table", "temp", "temporary", "local"):
        return create_table(tokens)
    if head[1] == "database":
        return create_database(tokens)
    if head[1:3] == ["materialized", "view"]:
        return _materialized_view(tokens)
    if "view" in head[1:4]:
        return _view(tokens)
    if head[1] in ("external", "model", "library"):
        raise unknown_here(f"CREATE {head[1].upper()}")
    return Plan(rewrite(without_role(tokens)))


def _alter(tokens: list[Token]) -> Plan:
    head = words(tokens, 6)
    if head[1] == "table":
        return alter_table(tokens)
    if head[1] == "database" and head[3:5] == ["isolation", "level"]:
        return _isolation_level(solid(tokens)[2], head[5])
    return Plan(rewrite(without_role(tokens)))


def _isolation_level(database: Token, level: str) -> Plan:
    """ALTER DATABASE … ISOLATION LEVEL: for the sessions that come after it."""
    if level not in ISOLATION_LEVELS:
        raise RefusedError(f"ISOLATION LEVEL {level.upper()}: SERIALIZABLE or SNAPSHOT expected")
    setting = literal(ISOLATION_LEVELS[level])
    return Plan(f"alter database {quote(database.name)} set redshift.isolation_level = {setting}")


def _view(tokens: list[Token]) -> Plan:
    """CREATE VIEW; one WITH NO SCHEMA BINDING is bound here all the same, its tables must exist."""
    if [token.word for token in solid(tokens)[-4:]] == ["with", "no", "schema", "binding"]:
        return Plan(spaced_rewrite(solid(tokens)[:-4]))
    return Plan(rewrite(tokens))


def _materialized_view(tokens: list[Token]) -> Plan:
    reader = Reader(tokens)
    reader.accept("create", "materialized", "view")
    name = reader.qualified_name()
    design = read_design(reader, TableDesign())
    if not reader.accept("as"):
        raise syntax_error(reader)
    return Plan(f"create materialized view {name} as {spaced_rewrite(reader.rest)}", after=(design.sql(name),))


def _copy(tokens: list[Token]) -> Plan:
    command = parse_copy(tokens)
    # COPY computes statistics of the table it fills (ANALYZE, analysis of new table data).
    return Plan(command.sql, after=(f"analyze {command.table}",), copy=command)


def _delete(tokens: list[Token]) -> Plan:
    """DELETE takes no alias for its table in Redshift (DELETE, syntax)."""
    reader = Reader(tokens)
    reader.accept("delete")
    reader.accept("from")
    reader.qualified_name()
    if reader.rest and reader.peek().word not in ("using", "where"):
        raise RefusedError(f'syntax error at or near "{reader.peek().text}": the table of DELETE cannot have an alias')
    return Plan(rewrite(tokens))


def _truncate(tokens: list[Token]) -> Plan:
    return Plan(rewrite(tokens), commits=True)


def _transaction(tokens: list[Token]) -> Plan:
    head = words(tokens, 9)
    if head[0] in ("begin", "start"):
        # Redshift takes a level for compatibility and always uses the database's own.
        read_only = any(pair == ("read", "only") for pair in pairwise(head))
        return Plan("begin read only" if read_only else "begin", begins_or_ends=True)
    if "to" in head:
        raise RefusedError("Redshift does not support ROLLBACK TO SAVEPOINT")
    return Plan(rewrite(tokens), begins_or_ends=True)


def _drop(tokens: list[Token]) -> Plan:
    return drop_database(tokens) if words(tokens, 2)[1:] == ["database"] else Plan(rewrite(tokens))


def _set(tokens: list[Token]) -> Plan:
    after = (READER_PLANS,) if words(tokens, 2) == ["set", "query_group"] else ()
    return Plan(rewrite([_setting(token) for token in tokens]), after=after)


def _setting(token: Token) -> Token:
    return Token("word", f"redshift.{token.word}") if token.word in SETTINGS else token


def _vacuum(tokens: list[Token]) -> Plan:
    """VACUUM [FULL | SORT ONLY | DELETE ONLY | REINDEX | RECLUSTER] [table] [TO n PERCENT] [BOOST]."""
    reader = Reader(tokens)
    reader.accept("vacuum")
    for option in (("full",), ("sort", "only"), ("delete", "only"), ("reindex",), ("recluster",)):
        reader.accept(*option)
    table = reader.qualified_name() if reader.rest and reader.peek().word not in ("to", "boost") else ""
    return Plan(f"vacuum {table}".strip())


def _analyze(tokens: list[Token]) -> Plan:
    reader = Reader(tokens)
    reader.accept("analyze")
    if reader.peek().word == "compression":
        return Plan(NOTHING)
    reader.accept("verbose")
    if not reader.rest:
        return Plan("analyze")
    table = reader.qualified_name()
    columns = f" ({', '.join(token.text for token in reader.group() if token.text != ',')})" if _opens(reader) else ""
    return Plan(f"analyze {table}{columns}")


def _opens(reader: Reader) -> bool:
    return reader.peek().text == "("


def _unload(tokens: list[Token]) -> Plan:
    return Plan("", unload=parse_unload(tokens, inner=_query))


def _query(sql: str) -> str:
    """A query inside another statement, for the backend."""
    planned = [_plan(tokens) for tokens in statements(sql)]
    if len(planned) != 1 or not planned[0].plain:
        raise RefusedError("syntax error: one query expected")
    return planned[0].sql


SPECIAL: dict[str, Callable[[list[Token]], Plan]] = {
    "alter": _alter,
    "analyze": _analyze,
    "copy": _copy,
    "delete": _delete,
    "drop": _drop,
    "grant": lambda tokens: Plan(rewrite(without_role(tokens))),
    "merge": merge,
    "set": _set,
    "show": _set,
    "reset": _set,
    "revoke": lambda tokens: Plan(rewrite(without_role(tokens))),
    "truncate": _truncate,
    "unload": _unload,
    "vacuum": _vacuum,
    **dict.fromkeys(TRANSACTION, _transaction),
}
