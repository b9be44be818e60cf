"""Reads DAX into a tree: as much of the language as the model's measures use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gem.powerbi.read import Token, dax_tokens

COMPARISONS = ("==", "<>", "<=", ">=", "<", ">", "IN")


@dataclass(frozen=True)
class Node:
    """A piece of an expression: what it is, its own value, and its operands."""

    kind: str
    value: Any = None
    operands: tuple["Node", ...] = ()


def read_dax(text: str) -> Node:
    reader = _Reader(list(dax_tokens(text)))
    node = reader.expression()
    assert reader.ahead is None, f"{reader.ahead} is left over"
    return node


class _Reader:
    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens, self.place = tokens, 0

    @property
    def ahead(self) -> Token | None:
        return self.tokens[self.place] if self.place < len(self.tokens) else None

    def take(self, value: str) -> bool:
        found = self.ahead is not None and self.ahead.kind in ("mark", "word") and self.ahead.value == value
        self.place += found
        return found

    def need(self, value: str) -> None:
        assert self.take(value), f"{value!r} is wanted before {self.ahead}"

    def next(self) -> Token:
        self.place += 1
        return self.tokens[self.place - 1]

    def expression(self) -> Node:
        declared = []
        while self.take("VAR"):
            name = self.next().value
            self.need("=")
            declared.append(Node("variable", name, (self.expression(),)))
        if not declared:
            return self.disjunction()
        self.need("RETURN")
        return Node("let", None, (*declared, self.expression()))

    def disjunction(self) -> Node:
        return self.chain("||", self.conjunction)

    def conjunction(self) -> Node:
        return self.chain("&&", self.negation)

    def chain(self, mark: str, operand: Any) -> Node:
        operands = [operand()]
        while self.take(mark):
            operands.append(operand())
        return operands[0] if len(operands) == 1 else Node(mark, None, tuple(operands))

    def negation(self) -> Node:
        return Node("NOT", None, (self.negation(),)) if self.take("NOT") else self.comparison()

    def comparison(self) -> Node:
        left = self.sum()
        for mark in COMPARISONS:
            if self.take(mark):
                return Node(mark, None, (left, self.members() if mark == "IN" else self.sum()))
        return left

    def members(self) -> Node:
        self.need("{")
        return Node("set", None, tuple(self.listed("}")))

    def sum(self) -> Node:
        return self.arithmetic(("+", "-"), self.product)

    def product(self) -> Node:
        return self.arithmetic(("*", "/"), self.primary)

    def arithmetic(self, marks: Sequence[str], operand: Any) -> Node:
        node = operand()
        while self.ahead and self.ahead.kind == "mark" and self.ahead.value in marks:
            node = Node(self.next().value, None, (node, operand()))
        return node

    def listed(self, end: str) -> list[Node]:
        found: list[Node] = []
        while not self.take(end):
            found.append(self.expression())
            self.take(",")
        return found

    def primary(self) -> Node:
        if self.take("("):
            node = self.expression()
            self.need(")")
            return node
        if self.take("-"):
            return Node("-", None, (Node("number", "0"), self.primary()))
        if self.take("{"):
            return Node("set", None, tuple(self.listed("}")))
        token = self.next()
        if token.kind == "word" and self.take("("):
            return Node("call", token.value, tuple(self.listed(")")))
        value = (token.table, token.value) if token.kind == "column" else token.value
        return Node(token.kind, value)
