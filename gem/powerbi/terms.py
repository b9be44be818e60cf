"""Values and conditions of measures in DAX.

SQL knows three truth values and NULL; DAX takes a blank for 0, for "" and for false. So a condition has two twins
here, one that holds where it is true and one that holds where it is false, and both guard what may be blank. A value
is blank where it is NULL. TypeError is raised for what has no such twin: it stands in the remainder, as DAX of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from gem.contracts.measures.terms import COMPARISONS, Case, Column, Literal, Operation, Term
from gem.powerbi.layout import call, joined, parted

DATE = "dateTime"
INVERSE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", "<=": ">", ">": "<="}
STRONG = {"=": "=="}
"""`==` tells a blank from 0, "" and false, where `=` does not."""


@dataclass(frozen=True)
class Known:
    """How DAX reads a column: the text, its type in TMDL, and whether it may be blank."""

    dax: str
    type: str
    may_be_blank: bool


class Schema(Protocol):
    """Where the columns of a measure are found."""

    def column(self, column: Column) -> Known:
        """How a column is read in the rows of the measure; KeyError where the model has none such."""


@dataclass(frozen=True)
class Writer:
    """Writes terms over the columns of one measure."""

    schema: Schema

    def value(self, term: Term) -> str:
        """A value, blank where it is NULL."""
        match term:
            case Column():
                return self.schema.column(term).dax
            case Literal():
                return _literal(term)
            case Case():
                return self._case(term)
            case Operation():
                return self._operation(term)

    def known(self, term: Term) -> str:
        """A value where its guards say that it is known."""
        return self._sum(term) if isinstance(term, Operation) and term.operator in ("+", "-") else self.value(term)

    def holds(self, term: Term) -> str:
        """A condition that holds where the term is true, and not where it is false or unknown."""
        return self._condition(term, wanted=True)

    def fails(self, term: Term) -> str:
        """A condition that holds where the term is false, and not where it is true or unknown."""
        return self._condition(term, wanted=False)

    def may_be_unknown(self, term: Term) -> bool:
        """Whether a condition may be neither true nor false."""
        match term:
            case Column():
                return self.schema.column(term).may_be_blank
            case Operation(operator="is null") | Operation(operator="coalesce"):
                return False
            case Operation(operator="and" | "or" | "not"):
                return any(self.may_be_unknown(operand) for operand in term.operands)
            case Operation():
                return any(self.may_be_blank(operand) for operand in term.operands)
        return False

    def may_be_blank(self, term: Term | None) -> bool:
        """Whether a value may be NULL."""
        match term:
            case None:
                return True
            case Column():
                return self.schema.column(term).may_be_blank
            case Literal():
                return False
            case Case():
                return any(self.may_be_blank(value) for value in (*(v for _, v in term.branches), term.otherwise))
            case Operation(operator="coalesce"):
                return self.may_be_blank(term.operands[-1])
            case Operation():
                return any(self.may_be_blank(operand) for operand in term.operands)

    def _case(self, term: Case) -> str:
        otherwise = [self.value(term.otherwise)] if term.otherwise else []
        if len(term.branches) == 1:
            condition, value = term.branches[0]
            return call("IF", self.holds(condition), self.value(value), *otherwise)
        pairs = [text for condition, value in term.branches for text in (self.holds(condition), self.value(value))]
        return call("SWITCH", "TRUE ()", *pairs, *otherwise)

    def _operation(self, term: Operation) -> str:
        match term.operator:
            case "coalesce":
                return call("COALESCE", *map(self.value, term.operands))
            case "round":
                return call("ROUND", *map(self.value, term.operands))
            case "*":
                return " * ".join(self._factor(operand) for operand in term.operands)
            case "/":
                return call("DIVIDE", *map(self.value, term.operands))
            case "+" | "-":
                return self._guarded(term, self._sum(term))
        raise TypeError(f"{term.operator} is no value")

    def _factor(self, term: Term) -> str:
        text = self.value(term)
        return f"( {text} )" if isinstance(term, Operation) and term.operator in ("+", "-") else text

    def _sum(self, term: Operation) -> str:
        left, right = term.operands
        if term.operator == "-" and self._is_day(left) and self._is_day(right):
            return call("DATEDIFF", self.value(right), self.value(left), "DAY")
        after = (
            f"( {self.value(right)} )" if isinstance(right, Operation) and right.operator == "-" else self.value(right)
        )
        return f"{self.value(left)} {term.operator} {after}"

    def _is_day(self, term: Term) -> bool:
        return isinstance(term, Column) and self.schema.column(term).type == DATE

    def _guarded(self, term: Operation, text: str) -> str:
        """Of sums and differences: blank where an operand is, for DAX would take it for 0."""
        guards = self.guards(*term.operands)
        return call("IF", joined("&&", guards), text) if guards else text

    def guards(self, *terms: Term) -> tuple[str, ...]:
        """What must not be blank for the values to be known."""
        found: list[str] = []
        for term in terms:
            match term:
                case Column() if self.may_be_blank(term):
                    found.append(f"NOT ISBLANK ( {self.value(term)} )")
                case Operation(operator="+" | "-" | "*"):
                    found += self.guards(*term.operands)
                case _ if self.may_be_blank(term):
                    raise TypeError(f"a sum or comparison of {term} has no guard")
        return tuple(dict.fromkeys(found))

    def _condition(self, term: Term, *, wanted: bool) -> str:
        match term:
            case Column():
                return self._flag(term, wanted=wanted)
            case Operation(operator="not"):
                return self._condition(term.operands[0], wanted=not wanted)
            case Operation(operator="and" | "or"):
                return self._junction(term, wanted=wanted)
            case Operation(operator="is null" | "coalesce"):
                known = self._never_unknown(term)
                return known if wanted else f"NOT {known}"
            case Operation(operator="in"):
                return self._membership(term, wanted=wanted)
            case Operation() if term.operator in COMPARISONS:
                return self._comparison(term, wanted=wanted)
        raise TypeError(f"{term} is no condition")

    def _never_unknown(self, term: Operation) -> str:
        """`is null`, and what counts as false where it is unknown."""
        if term.operator == "is null":
            return f"ISBLANK ( {self.value(term.operands[0])} )"
        return f"( {self.holds(term.operands[0])} )"

    def _flag(self, column: Column, *, wanted: bool) -> str:
        known = self.schema.column(column)
        if not known.may_be_blank:
            return known.dax if wanted else f"NOT {known.dax}"
        return f"{known.dax} == {'TRUE' if wanted else 'FALSE'} ()"

    def _junction(self, term: Operation, *, wanted: bool) -> str:
        is_and = (term.operator == "and") == wanted
        operands = tuple(self._condition(operand, wanted=wanted) for operand in term.operands)
        if is_and:
            return joined("&&", tuple(_enclosed(text) for text in operands))
        return joined("||", operands)

    def _membership(self, term: Operation, *, wanted: bool) -> str:
        needle, *members = term.operands
        found = f"{self.value(needle)} IN {{ {', '.join(map(self.value, members))} }}"
        if wanted:
            return found
        return joined("&&", (*self.guards(needle), f"NOT {found}"))

    def _comparison(self, term: Operation, *, wanted: bool) -> str:
        left, right = term.operands
        mark = term.operator if wanted else INVERSE[term.operator]
        if mark == "=" and isinstance(right, Literal):
            return f"{self.value(left)} == {self.value(right)}"
        compared = f"{self.known(left)} {STRONG.get(mark, mark)} {self.known(right)}"
        return joined("&&", (*self.guards(left, right), compared))


def _enclosed(text: str) -> str:
    """A disjunction within a conjunction stands in parentheses."""
    if len(parted("||", text)) == 1:
        return text
    return f"( {text} )" if "\n" not in text else call("", text).strip()


def _literal(term: Literal) -> str:
    if isinstance(term.value, bool):
        return "TRUE ()" if term.value else "FALSE ()"
    return term.value if term.is_number else f'"{term.value}"'


AS_OF: Mapping[str, Known] = {
    "calendar_date": Known("AsOf", DATE, may_be_blank=False),
    "fy_start_year": Known("AsOfYear", "int64", may_be_blank=False),
    "fy_day_no": Known("AsOfDayOfYear", "int64", may_be_blank=False),
}
"""What of the day D measures read, in variables."""
