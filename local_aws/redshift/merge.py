"""MERGE in the two forms Redshift has; whatever else PostgreSQL would take is refused."""

from collections.abc import Sequence

from local_aws.redshift.errors import RefusedError
from local_aws.redshift.expressions import rewrite
from local_aws.redshift.plan import Plan
from local_aws.redshift.tokens import Reader, Token, literal, solid, split

MATCHED = ["when", "matched", "then"]
NOT_MATCHED = ["when", "not", "matched", "then"]


def merge(tokens: Sequence[Token]) -> Plan:
    """MERGE INTO target USING source ON … with both WHEN clauses, or REMOVE DUPLICATES."""
    reader = Reader(tokens)
    reader.accept("merge")
    reader.accept("into")
    target = reader.qualified_name()
    if not reader.accept("using"):
        raise RefusedError(f'syntax error at or near "{reader.peek().text}": the target of MERGE cannot have an alias')
    if reader.peek().text == "(":
        raise RefusedError("The source of MERGE must be a table, not a subquery: load it into a temporary table first")
    source = reader.qualified_name()
    if source == target:
        raise RefusedError("The source and the target of MERGE cannot be the same table")
    reader.accept("as")
    alias = "" if reader.peek().word == "on" else reader.take().text
    if not reader.accept("on"):
        raise RefusedError(f'syntax error at or near "{reader.peek().text}": ON expected in MERGE')
    checks = (_not_a_table("target", target), _not_a_table("source", source))
    if [token.word for token in reader.rest[-2:]] == ["remove", "duplicates"]:
        return Plan(_remove_duplicates(target, source, alias, reader.rest[:-2]), checks=checks)
    _check_clauses(reader.rest)
    return Plan(rewrite(tokens), checks=checks)


def _check_clauses(tokens: list[Token]) -> None:
    clauses = _clauses(tokens)
    heads = [[token.word for token in clause[:4]] for clause in clauses]
    for head, clause in zip(heads, clauses, strict=True):
        if head[:3] != MATCHED and head != NOT_MATCHED:
            words = " ".join(token.text for token in clause[:6])
            raise RefusedError(
                f'MERGE: "{words} …" is not supported: WHEN [NOT] MATCHED takes no condition in Redshift'
            )
        action = clause[len(MATCHED if head[:3] == MATCHED else NOT_MATCHED)].word
        if action not in (("update", "delete") if head[:3] == MATCHED else ("insert",)):
            raise RefusedError(f"MERGE: {action.upper()} is not supported after {' '.join(head[:3]).upper()}")
    if sorted(head[1] for head in heads) != ["matched", "not"]:
        raise RefusedError("MERGE needs both WHEN MATCHED and WHEN NOT MATCHED, each once, or REMOVE DUPLICATES")


def _clauses(tokens: list[Token]) -> list[list[Token]]:
    """The WHEN clauses of MERGE; a WHEN inside CASE … END belongs to an expression."""
    clauses: list[list[Token]] = []
    depth = 0
    for token in tokens:
        depth += {"(": 1, ")": -1, "case": 1, "end": -1}.get(token.word or token.text, 0)
        if token.word == "when" and depth == 0:
            clauses.append([])
        if clauses:
            clauses[-1].append(token)
    return clauses


def _remove_duplicates(target: str, source: str, alias: str, condition: list[Token]) -> str:
    # One statement, one snapshot: the delete does not see the rows that the insert brings.
    matches = rewrite([piece for token in condition for piece in (token, Token("space", " "))])
    using = f"{source} as {alias}" if alias else source
    return (
        f"with replaced as (delete from {target} using {using} where {matches}) "  # noqa: S608  the client's own names
        f"insert into {target} select distinct * from {source}"
    )


def _not_a_table(role: str, name: str) -> str:
    message = literal(f"The {role} of MERGE must be a table: {name} is none")
    return (
        f"select {message} from pg_class "  # noqa: S608  both are quoted literals
        f"where oid = {literal(name)}::regclass and relkind <> 'r'"
    )


def is_merge(tokens: Sequence[Token]) -> bool:
    """Whether a MERGE stands behind a WITH clause, where Redshift takes none."""
    return any(token.word == "merge" for piece in split(solid(tokens), ";") for token in piece)
