"""What visuals of PBIR are made of: places, fields, titles, literals; pure."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Place:
    """Where a visual stands on its page, in pixels."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True)
class Field:
    """A column or measure of the model."""

    kind: str
    table: str
    name: str

    @property
    def expression(self) -> dict[str, Any]:
        """The field as conditions and sorting name it."""
        return {self.kind: {"Expression": {"SourceRef": {"Entity": self.table}}, "Property": self.name}}

    @property
    def query_ref(self) -> str:
        """The field as a visual's query calls it."""
        return f"{self.table}.{self.name}"

    @property
    def projection(self) -> dict[str, Any]:
        """The field as a visual names it."""
        return {"field": self.expression, "queryRef": self.query_ref, "nativeQueryRef": self.name}


def visual_of(
    kind: str, roles: dict[str, list[Field]], title: str, objects: dict[str, Any] | None = None
) -> dict[str, Any]:
    """A visual with its title and the words that a screen reader says for it."""
    named = ", ".join(field.name for fields in roles.values() for field in fields)
    return {
        "visualType": kind,
        "query": {
            "queryState": {role: {"projections": [f.projection for f in fields]} for role, fields in roles.items()}
        },
        **({"objects": objects} if objects else {}),
        "visualContainerObjects": {
            "title": [{"properties": {"show": literal("true"), "text": text_literal(title)}}],
            "general": [{"properties": {"altText": text_literal(f"{title}: {named}")}}],
        },
        "drillFilterOtherVisuals": True,
    }


def text_box(title: str, question: str) -> dict[str, Any]:
    """A page's title over what it answers."""
    runs = [
        {"textRuns": [{"value": title, "textStyle": {"fontWeight": "bold", "fontSize": "16pt"}}]},
        {"textRuns": [{"value": question, "textStyle": {"fontSize": "10pt"}}]},
    ]
    return {"visualType": "textbox", "objects": {"general": [{"properties": {"paragraphs": runs}}]}}


def literal(value: str) -> dict[str, Any]:
    """A constant as a query of Power BI writes it: `true`, `1L`."""
    return {"expr": {"Literal": {"Value": value}}}


def text_literal(text: str) -> dict[str, Any]:
    """A text as a constant."""
    escaped = text.replace("'", "''")
    return literal(f"'{escaped}'")
