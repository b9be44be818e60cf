"""docs/quality-rules.md, made of the declared reasons and warnings; pure."""

from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.quality import REJECT_REASONS, WARNING_COMMENT, WARNINGS

HEADER = """\
<!-- Generated from gem.contracts by `gem contracts generate`; do not edit. -->
# Quality rules

A **rejected** row takes its whole aggregate out of its batch: the warehouse keeps the version before, the rows stand
with their reason in `rejected/`, and the root in `bi.v_open_rejects` until a later batch brings it. Of a table that
travels whole it takes out the rows in which it has a say: all below it in a tree, and the other periods of a parameter.
Where a rule's operand is NULL the row passes, unless the rule is about its absence; an unknown foreign key is no
reject. More than 5 percent of a table's changed roots, and at least 10 of them, quarantine the batch. A **warning** is
a column of a fact: the row is loaded, and `bi.v_quality` counts it per batch beside the rejects.
"""


def quality_page() -> str:
    """Every reason to reject and every warning, with the tables they speak of."""
    rejects = [_row(one.reason, ", ".join(one.tables) or "all", one.meaning) for one in REJECT_REASONS]
    warnings = [
        _row(column, table, _meaning(table, column)) for table, columns in WARNINGS.items() for column in columns
    ]
    return "\n".join(
        [
            HEADER,
            *_table("Rejects", "Reason", "Source tables", rejects),
            "",
            *_table("Warnings", "Column", "Fact", warnings),
            "",
        ]
    )


def _table(title: str, name: str, where: str, rows: list[str]) -> list[str]:
    return [f"## {title}", "", f"| {name} | {where} | Meaning |", "|---|---|---|", *rows]


def _row(name: str, where: str, meaning: str) -> str:
    return f"| `{name}` | {where} | {meaning} |"


def _meaning(table: str, column: str) -> str:
    """What the declared comment of a warning says after its mark."""
    comment = next(one.comment for one in MART_TABLE_BY_NAME[table].columns if one.name == column)
    text = comment.removeprefix(WARNING_COMMENT)
    return f"{text[0].upper()}{text[1:]}."
