"""Expressions of Redshift that PostgreSQL lacks or, worse, takes with another meaning."""

import re
from collections.abc import Callable, Sequence

from local_aws.redshift.column_types import bare_decimal
from local_aws.redshift.errors import RefusedError, unknown_here
from local_aws.redshift.tokens import Token, closing, following, join, quote, solid, split

Arguments = list[list[Token]]
KEYWORDS = {"sysdate": "pg_catalog.rs_sysdate()", "minus": "except", "approximate": ""}


def rewrite(tokens: Sequence[Token]) -> str:
    """The tokens as PostgreSQL must get them to mean what they mean in Redshift; the rest of the text is untouched."""
    out: list[str] = []
    index = 0
    while index < len(tokens):
        text, index = _next(tokens, index)
        out.append(text)
    return "".join(out)


def _next(tokens: Sequence[Token], index: int) -> tuple[str, int]:
    token = tokens[index]
    after = following(tokens, index)
    called = after < len(tokens) and tokens[after].text == "("
    member = index > 0 and tokens[index - 1].text == "."
    if member or token.kind not in ("word", "operator"):
        return _as_it_is(tokens, index), index + 1
    if called and token.word in CALLS:
        return _call(tokens, token.word, after)
    if token.word in KEYWORDS and not called:
        return KEYWORDS[token.word], index + 1
    if token.text == "::" or token.word == "as":
        return bare_decimal(tokens, index)
    return token.text, index + 1


def _as_it_is(tokens: Sequence[Token], index: int) -> str:
    token = tokens[index]
    if token.kind == "quoted":
        return quote(token.name)
    # Redshift's lexer ends a number at a letter, as in "then 4when"; the backend's takes the two for one.
    joined = token.kind == "number" and index + 1 < len(tokens) and tokens[index + 1].kind == "word"
    return token.text + " " * joined


def _call(tokens: Sequence[Token], name: str, opening: int) -> tuple[str, int]:
    end = closing(tokens, opening)
    arguments = split(tokens[opening + 1 : end], ",")
    if name == "listagg":
        return _listagg(tokens, arguments, end)
    return CALLS[name](arguments), end + 1


def _listagg(tokens: Sequence[Token], arguments: Arguments, end: int) -> tuple[str, int]:
    distinct, tokens_of_value = _without_distinct(arguments[0])
    plain = rewrite(tokens_of_value).strip()
    value = f"({plain})::text"
    separator = rewrite(arguments[1]) if len(arguments) > 1 else "''"
    order, last = "", end
    within = following(tokens, end)
    if [token.word for token in solid(tokens[within:])[:2]] == ["within", "group"]:
        opening = following(tokens, following(tokens, within))
        last = closing(tokens, opening)
        order = " " + rewrite(tokens[opening + 1 : last])
    after = following(tokens, last)
    if after < len(tokens) and tokens[after].word == "over":
        raise unknown_here("LISTAGG as a window function", "join with a grouped subquery")
    if distinct:
        # PostgreSQL sorts distinct values by nothing but the very expression it aggregates.
        order = re.sub(rf"(?<![\w.]){re.escape(plain)}(?![\w(.])", lambda _: value, order)
    return f"string_agg({distinct}{value}, {separator}{order})", last + 1


def _without_distinct(value: list[Token]) -> tuple[str, list[Token]]:
    index = following(value, -1)
    if index < len(value) and value[index].word == "distinct":
        return "distinct ", value[index + 1 :]
    return "", value


def _coalesce(arguments: Arguments) -> str:
    return f"coalesce({_all(arguments)})"


def _all(arguments: Arguments) -> str:
    return ",".join(rewrite(argument) for argument in arguments)


def _nvl2(arguments: Arguments) -> str:
    if len(arguments) != 3:
        raise RefusedError(f"NVL2 takes three arguments, not {len(arguments)}")
    value, given, missing = map(rewrite, arguments)
    return f"(case when ({value}) is not null then {given} else {missing} end)"


def _with_part(name: str) -> Callable[[Arguments], str]:
    """A call whose first argument is a date part: a bare word, where PostgreSQL wants a text."""

    def call(arguments: Arguments) -> str:
        part = solid(arguments[0])
        quoted = f"'{part[0].word}'" if len(part) == 1 and part[0].word else rewrite(arguments[0])
        return f"{name}({quoted},{_all(arguments[1:])})"

    return call


def _extract(arguments: Arguments) -> str:
    inside = arguments[0]
    part = following(inside, -1)
    preposition = following(inside, part)
    if preposition >= len(inside) or inside[preposition].word != "from":
        raise RefusedError(
            f'syntax error in EXTRACT at or near "{join(inside).strip()}": <date part> FROM <value> expected'
        )
    name = inside[part].word or inside[part].literal
    return f"pg_catalog.rs_extract('{name}',{rewrite(inside[preposition + 1 :])})"


def _decode(arguments: Arguments) -> str:
    value = rewrite(arguments[0]).strip()
    rest = [rewrite(argument).strip() for argument in arguments[1:]]
    if len(rest) < 2:
        raise RefusedError("DECODE needs an expression and at least one pair of search and result")
    pairs = zip(rest[: len(rest) // 2 * 2 : 2], rest[1::2], strict=True)
    cases = " ".join(f"when ({value}) is not distinct from ({search}) then {result}" for search, result in pairs)
    default = f" else {rest[-1]}" if len(rest) % 2 else ""
    return f"(case {cases}{default} end)"


def _concat(arguments: Arguments) -> str:
    # PostgreSQL's concat leaves NULLs out; Redshift's is NULL when one argument is.
    if len(arguments) != 2:
        raise RefusedError(f"CONCAT takes two arguments in Redshift, not {len(arguments)}: use ||")
    return "(" + " || ".join(f"({rewrite(argument)})::text" for argument in arguments) + ")"


def _convert(arguments: Arguments) -> str:
    if len(arguments) != 2:
        raise unknown_here("CONVERT with other than two arguments")
    return f"cast({rewrite(arguments[1])} as {rewrite(arguments[0])})"


def _median(arguments: Arguments) -> str:
    return f"percentile_cont(0.5) within group (order by {_all(arguments)})"


def _regexp_replace(arguments: Arguments) -> str:
    if len(arguments) > 3:
        raise unknown_here("REGEXP_REPLACE with a position or parameters")
    return f"pg_catalog.rs_regexp_replace({_all(arguments)})"


def _regexp_substr(arguments: Arguments) -> str:
    if len(arguments) > 4:
        raise unknown_here("REGEXP_SUBSTR with parameters")
    # No match is an empty text in Redshift, NULL in PostgreSQL.
    given = " and ".join(f"({rewrite(argument)}) is not null" for argument in arguments)
    return f"(case when {given} then coalesce(regexp_substr({_all(arguments)}), '') end)"


def _json_serialize(arguments: Arguments) -> str:
    # A keyword of PostgreSQL, too, which gives the first byte of a jsonb's binary form.
    return f"pg_catalog.rs_json_serialize({_all(arguments)})"


def _array(arguments: Arguments) -> str:
    # ARRAY(SELECT …) is what psql asks the catalog for.
    is_query = [token.word for token in solid(arguments[0])[:1]] == ["select"]
    return f"{'array' if is_query else 'jsonb_build_array'}({_all(arguments)})"


def _version(_: Arguments) -> str:
    return "pg_catalog.rs_version()"


CALLS: dict[str, Callable[[Arguments], str]] = {
    "nvl": _coalesce,
    "isnull": _coalesce,
    "nvl2": _nvl2,
    "dateadd": _with_part("pg_catalog.dateadd"),
    "date_add": _with_part("pg_catalog.dateadd"),
    "datediff": _with_part("pg_catalog.datediff"),
    "date_diff": _with_part("pg_catalog.datediff"),
    "date_part": _with_part("date_part"),
    "extract": _extract,
    "decode": _decode,
    "concat": _concat,
    "convert": _convert,
    "median": _median,
    "regexp_replace": _regexp_replace,
    "regexp_substr": _regexp_substr,
    "version": _version,
    "json_serialize": _json_serialize,
    "array": _array,
    "object": lambda arguments: f"jsonb_build_object({_all(arguments)})",
    "listagg": _coalesce,  # _call takes it by itself: it reaches behind its closing parenthesis
}
