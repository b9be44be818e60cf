"""What PostgreSQL takes and Redshift does not: refused by name, because each would be a bug found in production."""

from collections.abc import Sequence

from local_aws.redshift.errors import RedshiftError, RefusedError, unknown_here
from local_aws.redshift.tokens import Token, solid

PHRASES: dict[tuple[str, ...], str] = {
    ("create", "index"): "CREATE INDEX: Redshift has no indexes, use SORTKEY",
    ("create", "unique", "index"): "CREATE INDEX: Redshift has no indexes, use SORTKEY",
    ("create", "trigger"): "CREATE TRIGGER",
    ("create", "sequence"): "CREATE SEQUENCE: use IDENTITY or a computed key",
    ("create", "type"): "CREATE TYPE",
    ("create", "domain"): "CREATE DOMAIN",
    ("create", "extension"): "CREATE EXTENSION",
    ("create", "unlogged", "table"): "CREATE UNLOGGED TABLE",
    ("partition", "by", "range"): "table partitions",
    ("on", "conflict"): "INSERT … ON CONFLICT: stage the rows and MERGE them",
    ("distinct", "on"): "SELECT DISTINCT ON: use row_number() in a subquery",
    ("for", "update"): "SELECT … FOR UPDATE: use LOCK",
    ("for", "share"): "SELECT … FOR SHARE: use LOCK",
    ("filter", "(", "where"): "FILTER (WHERE …): use CASE inside the aggregate",
    ("array", "["): "ARRAY[…]: Redshift has no arrays but in SUPER",
    ("array", "(", "select"): "ARRAY(SELECT …): use LISTAGG",
    ("language", "plpython3u"): "functions in Python: use SQL",
    ("language", "plpythonu"): "functions in Python any more: use SQL",
    ("is", "distinct", "from"): "IS DISTINCT FROM: compare and test for NULL",
    ("is", "not", "distinct", "from"): "IS NOT DISTINCT FROM: compare and test for NULL",
    ("(", "values"): "VALUES as a table of constants: use SELECT … UNION ALL",
    ("as", "materialized", "("): "WITH … AS MATERIALIZED",
    ("as", "not", "materialized", "("): "WITH … AS NOT MATERIALIZED",
    ("create", "rule"): "CREATE RULE",
    ("create", "policy"): "CREATE POLICY: use CREATE RLS POLICY",
    ("create", "aggregate"): "CREATE AGGREGATE",
    ("create", "operator"): "CREATE OPERATOR",
    ("create", "cast"): "CREATE CAST",
    ("create", "tablespace"): "CREATE TABLESPACE",
    ("create", "foreign"): "CREATE FOREIGN TABLE",
    ("create", "server"): "CREATE SERVER",
    ("create", "publication"): "CREATE PUBLICATION",
    ("create", "statistics"): "CREATE STATISTICS",
    ("with", "ordinality"): "WITH ORDINALITY",
}
# What Redshift has and this stand-in has not, with what to write instead.
UNKNOWN: dict[tuple[str, ...], tuple[str, str]] = {
    ("pivot", "("): ("PIVOT", "use CASE inside the aggregates"),
    ("unpivot", "("): ("UNPIVOT", "use UNION ALL"),
    ("ignore", "nulls"): ("IGNORE NULLS", "number the rows that are not NULL in a subquery"),
    ("ratio_to_report", "("): ("RATIO_TO_REPORT", "divide by SUM(…) OVER (…)"),
    ("connect", "by"): ("CONNECT BY", "use WITH RECURSIVE"),
    ("percentile_disc", "("): ("PERCENTILE_DISC", "use PERCENTILE_CONT or ROW_NUMBER()"),
    ("create", "datashare"): ("CREATE DATASHARE", ""),
    ("create", "rls", "policy"): ("CREATE RLS POLICY", "filter in a view"),
    ("create", "masking", "policy"): ("CREATE MASKING POLICY", "leave the column out of a view"),
}
PHRASE_STARTS = {phrase[0] for phrase in (*PHRASES, *UNKNOWN)}
WORDS = {
    "returning": "RETURNING",
    "lateral": "LATERAL",
    "tablesample": "TABLESAMPLE",
    "ctid": "the system column ctid",
    "xmin": "the system column xmin",
    "xmax": "the system column xmax",
    "cmin": "the system column cmin",
    "cmax": "the system column cmax",
    "tableoid": "the system column tableoid",
}
FIRST_WORDS = {
    "savepoint": "SAVEPOINT",
    "listen": "LISTEN",
    "notify": "NOTIFY",
    "do": "DO: use a stored procedure",
    "reindex": "REINDEX",
    "cluster": "CLUSTER",
    "values": "VALUES as a statement: use SELECT",
}
# PostgreSQL functions that Redshift lacks, or runs on its leader node only, never over tables.
FUNCTIONS = {
    "now": "GETDATE()",
    "clock_timestamp": "GETDATE()",
    "statement_timestamp": "GETDATE()",
    "generate_series": "a recursive CTE or a numbers table",
    "string_agg": "LISTAGG",
    "array_agg": "LISTAGG",
    "unnest": "a join with the SUPER value",
    "nextval": "IDENTITY",
    "gen_random_uuid": "a computed key",
    "make_interval": "DATEADD",
    "make_date": "TO_DATE",
    "to_jsonb": "JSON_PARSE",
    "jsonb_build_object": "OBJECT",
    "row_to_json": "JSON_SERIALIZE",
    "hashtext": "FNV_HASH or MD5",
    "pg_advisory_lock": "LOCK",
    "pg_advisory_xact_lock": "LOCK",
    "every": "BOOL_AND",
    "xmlagg": "LISTAGG",
    "json_agg": "LISTAGG",
    "jsonb_agg": "LISTAGG",
    "corr": "sums of products",
    "covar_pop": "sums of products",
    "covar_samp": "sums of products",
    "regr_slope": "sums of products",
    "regr_intercept": "sums of products",
    "transaction_timestamp": "SYSDATE",
    "justify_days": "DATEDIFF",
    "justify_hours": "DATEDIFF",
    "justify_interval": "DATEDIFF",
    "setseed": "SET seed",
    "div": "/ of integers",
    "width_bucket": "FLOOR",
    "generate_subscripts": "a numbers table",
    "bit_length": "8 * OCTET_LENGTH",
    "overlay": "SUBSTRING and ||",
    "convert_from": "FROM_VARBYTE",
    "convert_to": "TO_VARBYTE",
    "encode": "FROM_VARBYTE",
    "format": "||",
    "quote_nullable": "NVL and QUOTE_LITERAL",
    "regexp_matches": "REGEXP_SUBSTR",
    "regexp_split_to_array": "SPLIT_PART",
    "regexp_split_to_table": "SPLIT_PART",
    "string_to_array": "SPLIT_TO_ARRAY",
    "array_to_string": "LISTAGG",
    "array_length": "GET_ARRAY_LENGTH",
    "setval": "IDENTITY",
    "currval": "IDENTITY",
    "txid_current": "PG_BACKEND_PID()",
    "pg_current_xact_id": "PG_BACKEND_PID()",
    "to_tsvector": "LIKE",
    "date_bin": "DATE_TRUNC",
    "age": "DATEDIFF",
    "num_nonnulls": "NVL2",
}
TYPES_WORDS = """
    jsonb json uuid bytea serial bigserial smallserial inet cidr macaddr hstore money xml tsvector tsquery xid8 bit
    varbit point int4range int8range numrange tstzrange tsrange daterange
"""
TYPES = frozenset(TYPES_WORDS.split())


# Logs and states of a provisioned cluster's nodes (system monitoring, provisioned only).
PROVISIONED_ONLY = ("stl_", "stv_", "svcs_", "svl_")


def refuse_provisioned_only(tokens: Sequence[Token]) -> None:
    """Raise what Serverless says, to superusers too, when the statement names a view of provisioned clusters."""
    for token in tokens:
        if token.name.startswith(PROVISIONED_ONLY):
            raise RedshiftError(f"permission denied for relation {token.name}", "42501")


def refuse(tokens: Sequence[Token]) -> None:
    """Raise RefusedError when the statement holds something Redshift does not have.

    Queries of the system catalog are left alone: drivers and psql write them, Redshift runs them on its leader node.
    """
    words = [token.word or token.text for token in solid(tokens)]
    if "pg_catalog" in words or "information_schema" in words:
        return
    if words[0] in FIRST_WORDS:
        raise _not_supported(FIRST_WORDS[words[0]])
    for index, word in enumerate(words):
        _refuse_at(words, index, word)


def _refuse_at(words: list[str], index: int, word: str) -> None:
    before = words[index - 1] if index else ""
    after = words[index + 1] if index + 1 < len(words) else ""
    if word in WORDS and before != ".":
        raise _not_supported(WORDS[word])
    if after == "(" and before != "." and word in FUNCTIONS:
        raise _not_supported(f"the function {word}() over tables: use {FUNCTIONS[word]}")
    if word in TYPES and (before == "::" or (before == "as" and after == ")")):
        raise _not_supported(f"the type {word}")
    if word == "over" and before == ")" and after not in ("(", ""):
        raise _not_supported(f"named windows: write the window of OVER {after} in parentheses")
    if word not in PHRASE_STARTS:
        return
    for phrase, (name, advice) in UNKNOWN.items():
        if tuple(words[index : index + len(phrase)]) == phrase:
            raise unknown_here(name, advice)
    for phrase, what in PHRASES.items():
        if tuple(words[index : index + len(phrase)]) == phrase:
            raise _not_supported(what)


def _not_supported(what: str) -> RefusedError:
    return RefusedError(f"Redshift does not support {what}")
