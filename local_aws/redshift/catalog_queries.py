"""Queries of the system catalog as drivers and tools write them: Redshift's leader node takes more than PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from local_aws.redshift.select_forms import BLOCK_ENDS, TAIL_STARTS
from local_aws.redshift.tokens import Token, following, solid

SCHEMAS = ("pg_catalog", "information_schema")
SYSTEM_VIEWS = ("svv_", "stv_", "stl_", "sys_")
OWN_COLUMNS = frozenset({"reldiststyle", "attencodingtype", "attisdistkey", "attsortkeyord", "adsrc"})
"""Columns of the catalog that only Redshift has."""
WITHOUT_INDEXES = {"pg_class": "rs_pg_class"}
WITH_OWN_COLUMNS = WITHOUT_INDEXES | {"pg_attribute": "rs_pg_attribute", "pg_attrdef": "rs_pg_attrdef"}
LIST, FROM, WHERE, TAIL = "select", "from", "where", "tail"
END = Token("end", "")


def catalog_query(tokens: Sequence[Token]) -> list[Token]:
    """A query of the catalog as PostgreSQL takes it; every other statement comes back as it is.

    Views of the front hide its indexes and have Redshift's own columns, a 1 is a condition, and what follows an alias
    in the select list and in WHERE knows the alias.
    """
    words = {token.word for token in tokens}
    if not any(word in SCHEMAS or word.startswith(SYSTEM_VIEWS) for word in words):
        return list(tokens)
    views = WITH_OWN_COLUMNS if words & OWN_COLUMNS else WITHOUT_INDEXES
    result = [_in_place(tokens, index, views) for index in range(len(tokens))]
    return _Aliases(result).replaced()


def _in_place(tokens: Sequence[Token], index: int, views: Mapping[str, str]) -> Token:
    token, before = tokens[index], _before(tokens[:index])
    if token.text == "1" and before.word == "where":
        return Token("word", "true")
    if token.word == "format_type" and views is WITH_OWN_COLUMNS and before.text != ".":
        return Token("word", "rs_type")
    return Token("word", views[token.word]) if token.word in views else token


@dataclass
class _Level:
    """What stands between two parentheses: the clause that is being read, and the aliases of its SELECT so far."""

    clause: str = ""
    item_at: int = 0
    aliases: dict[str, list[Token]] = field(default_factory=dict)


class _Aliases:
    """Replaces aliases by what they name, in one pass over the statement."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._out: list[Token] = []
        self._levels = [_Level()]

    def replaced(self) -> list[Token]:
        """The statement without references to aliases of its select lists."""
        for index, token in enumerate(self._tokens):
            self._enter(token)
            self._out += self._named(index, token)
        return self._out

    def _enter(self, token: Token) -> None:
        level = self._levels[-1]
        if token.text == "(":
            self._levels.append(_Level())
        elif token.text == ")" and len(self._levels) > 1:
            self._levels.pop()
        elif token.word == "select":
            self._levels[-1] = _Level(LIST, len(self._out) + 1)
        elif level.clause == LIST and (token.text == "," or token.word == "from"):
            self._keep(level)
            level.clause = FROM if token.word == "from" else LIST
        elif token.word == "where" and level.clause == FROM:
            level.clause = WHERE
        elif token.word in (*BLOCK_ENDS, *TAIL_STARTS, "group", "having"):
            level.clause = TAIL

    def _keep(self, level: _Level) -> None:
        """Keep the alias of the item that ends here; one that its own expression has as a column stays the column's."""
        item = solid(self._out[level.item_at :])
        level.item_at = len(self._out) + 1
        if len(item) > 2 and item[-2].word == "as" and item[-1].name not in {token.name for token in item[:-2]}:
            level.aliases[item[-1].name] = item[:-2]

    def _named(self, index: int, token: Token) -> list[Token]:
        before, after = _before(self._out), following(self._tokens, index)
        next_text = self._tokens[after].text if after < len(self._tokens) else ""
        if not token.name or before.text == "." or before.word == "as" or next_text in (".", "("):
            return [token]
        # Parentheses that are no subquery belong to the clause around them.
        level = next((each for each in reversed(self._levels) if each.clause), self._levels[0])
        known = level.aliases if level.clause in (LIST, WHERE) else {}
        return _apart(known[token.name]) if token.name in known else [token]


def _apart(expression: Sequence[Token]) -> list[Token]:
    space = Token("space", " ")
    inner = [piece for token in expression for piece in (token, space)]
    return [Token("operator", "("), *inner, Token("operator", ")")]


def _before(tokens: Sequence[Token]) -> Token:
    return next((token for token in reversed(tokens) if token.kind != "space"), END)
