"""The language in which measures state values and conditions: the part of SQL that has a twin in DAX, as a tree."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)|'(?P<text>[^']*)'|(?P<name>[a-z_][a-z0-9_]*(?:\.[a-z_][a-z0-9_]*)?)"
    r"|(?P<mark><>|<=|>=|[=<>()+\-*/,]))"
)
COMPARISONS = ("=", "<>", "<", "<=", ">", ">=")
FUNCTIONS = ("coalesce", "round")
CONSTANTS = {"true": True, "false": False}


@dataclass(frozen=True)
class Column:
    """A column by the alias of what holds it: `f`, a dimension, `as_of`."""

    alias: str
    name: str


@dataclass(frozen=True)
class Literal:
    """A number as it is written, a text or a truth value."""

    value: str | bool
    is_number: bool = False


@dataclass(frozen=True)
class Operation:
    """An operator or function over terms: `and`, `=`, `-`, `is null`, `in`, `coalesce` …"""

    operator: str
    operands: tuple["Term", ...]


@dataclass(frozen=True)
class Case:
    """Conditions with their values, in order; `otherwise` is None where the rest is NULL."""

    branches: tuple[tuple["Term", "Term"], ...]
    otherwise: "Term | None"


Term = Column | Literal | Operation | Case


@cache
def parse(text: str) -> Term:
    """The tree of a value or condition. ValueError says what of it is not of this language."""
    reader = _Reader(text)
    term = reader.disjunction()
    if reader.ahead is not None:
        raise ValueError(f"{text!r}: {reader.ahead!r} is left over")
    return term


def columns_of(term: Term) -> Iterator[Column]:
    """Every column that a term reads, in order, as often as it does."""
    match term:
        case Column():
            yield term
        case Operation():
            for operand in term.operands:
                yield from columns_of(operand)
        case Case():
            for condition, value in term.branches:
                yield from columns_of(condition)
                yield from columns_of(value)
            if term.otherwise:
                yield from columns_of(term.otherwise)


class _Reader:
    """A recursive descent over the tokens of one text; the weakest operator first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0

    @property
    def ahead(self) -> str | None:
        return self.tokens[self.place][1] if self.place < len(self.tokens) else None

    def take(self, *wanted: str) -> bool:
        """Whether the next tokens are these words or marks, which are then behind."""
        found = [token for kind, token in self.tokens[self.place : self.place + len(wanted)] if kind != "text"]
        if found != list(wanted):
            return False
        self.place += len(wanted)
        return True

    def need(self, wanted: str) -> None:
        if not self.take(wanted):
            raise ValueError(f"{self.text!r}: {wanted!r} is wanted before {self.ahead!r}")

    def disjunction(self) -> Term:
        term = self.conjunction()
        while self.take("or"):
            term = Operation("or", (term, self.conjunction()))
        return term

    def conjunction(self) -> Term:
        term = self.negation()
        while self.take("and"):
            term = Operation("and", (term, self.negation()))
        return term

    def negation(self) -> Term:
        return Operation("not", (self.negation(),)) if self.take("not") else self.predicate()

    def predicate(self) -> Term:
        left = self.sum()
        for mark in COMPARISONS:
            if self.take(mark):
                return Operation(mark, (left, self.sum()))
        if self.take("is", "not", "null"):
            return Operation("not", (Operation("is null", (left,)),))
        if self.take("is", "null"):
            return Operation("is null", (left,))
        if self.take("in"):
            return Operation("in", (left, *self.listed()))
        if self.take("not", "in"):
            return Operation("not", (Operation("in", (left, *self.listed())),))
        return self.between(left) if self.take("between") else left

    def between(self, left: Term) -> Term:
        low = self.sum()
        self.need("and")
        return Operation("and", (Operation(">=", (left, low)), Operation("<=", (left, self.sum()))))

    def sum(self) -> Term:
        term = self.product()
        while self.ahead in ("+", "-"):
            mark = str(self.ahead)
            self.need(mark)
            term = Operation(mark, (term, self.product()))
        return term

    def product(self) -> Term:
        term = self.primary()
        while self.ahead in ("*", "/"):
            mark = str(self.ahead)
            self.need(mark)
            term = Operation(mark, (term, self.primary()))
        return term

    def listed(self) -> tuple[Term, ...]:
        self.need("(")
        found = [self.disjunction()]
        while self.take(","):
            found.append(self.disjunction())
        self.need(")")
        return tuple(found)

    def primary(self) -> Term:
        if self.take("("):
            term = self.disjunction()
            self.need(")")
            return term
        if self.take("case"):
            return self.case()
        if self.take("cast"):
            return self.cast()
        for name in FUNCTIONS:
            if self.take(name):
                return Operation(name, self.listed())
        return self.atom()

    def case(self) -> Term:
        branches = []
        while self.take("when"):
            condition = self.disjunction()
            self.need("then")
            branches.append((condition, self.disjunction()))
        otherwise = self.disjunction() if self.take("else") else None
        self.need("end")
        return Case(tuple(branches), otherwise)

    def cast(self) -> Term:
        """A cast is for Redshift's digits: what is cast is the term."""
        self.need("(")
        term = self.disjunction()
        self.need("as")
        self.place += 1
        if self.ahead == "(":
            self.listed()
        self.need(")")
        return term

    def atom(self) -> Term:
        if self.ahead is None:
            raise ValueError(f"{self.text!r} ends too early")
        kind, token = self.tokens[self.place]
        self.place += 1
        if kind in ("number", "text"):
            return Literal(token, is_number=kind == "number")
        if token in CONSTANTS:
            return Literal(CONSTANTS[token])
        alias, dot, name = token.partition(".")
        if kind != "name" or not dot:
            raise ValueError(f"{self.text!r}: {token!r} is no column of an alias")
        return Column(alias, name)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while text[place:].strip():
        found = TOKEN.match(text, place)
        if found is None or found.lastgroup is None:
            raise ValueError(f"{text!r}: {text[place:]!r} is not of the language of measures")
        place = found.end()
        yield found.lastgroup, found[found.lastgroup]
