"""What PostgreSQL takes and Redshift does not: refused by name, because each would be a bug found in production."""

from collections.abc import Sequence

from local_aws.redshift.errors import RefusedError, unknown_here
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
    ("language", "plpython3u"): "functions in Python: use SQL",
}
WORDS = {
    "returning": "RETURNING",
    "lateral": "LATERAL",
}
FIRST_WORDS = {
    "savepoint": "SAVEPOINT",
    "listen": "LISTEN",
    "notify": "NOTIFY",
    "do": "DO: use a stored procedure",
    "reindex": "REINDEX",
    "cluster": "CLUSTER",
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
}
TYPES_WORDS = """
    jsonb json uuid bytea serial bigserial smallserial inet cidr hstore money xml tsvector xid8
"""
TYPES = frozenset(TYPES_WORDS.split())


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
    if word == "qualify" and before != ".":
        raise unknown_here("QUALIFY", "use row_number() in a subquery")
    if word in WORDS and before != ".":
        raise _not_supported(WORDS[word])
    if after == "(" and before != "." and word in FUNCTIONS:
        raise _not_supported(f"the function {word}() over tables: use {FUNCTIONS[word]}")
    if before == "::" and word in TYPES:
        raise _not_supported(f"the type {word}")
    for phrase, what in PHRASES.items():
        if word == phrase[0] and tuple(words[index : index + len(phrase)]) == phrase:
            raise _not_supported(what)


def _not_supported(what: str) -> RefusedError:
    return RefusedError(f"Redshift does not support {what}")
