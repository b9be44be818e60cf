"""What the declarations of source tables share: the audit columns and short forms for common columns."""

from gem.contracts.source_spec import Column
from gem.contracts.types import BIGINT, BOOLEAN, MONEY, TIMESTAMP, varchar

AUDIT = (
    Column(name="created_at", type=TIMESTAMP, nullable=False, comment="Row created"),
    Column(name="updated_at", type=TIMESTAMP, nullable=False, comment="Row last changed, kept by a trigger"),
)


def required_id(name: str, comment: str = "") -> Column:
    """A primary key or the reference to the root."""
    return Column(name=name, type=BIGINT, nullable=False, comment=comment)


def reference(name: str, comment: str = "") -> Column:
    """A reference that a real portal may not know."""
    return Column(name=name, type=BIGINT, comment=comment)


def money(name: str, comment: str = "") -> Column:
    """An amount in rupees, two decimals."""
    return Column(name=name, type=MONEY, comment=comment)


def instant(name: str, comment: str = "") -> Column:
    """A point in time."""
    return Column(name=name, type=TIMESTAMP, comment=comment)


def flag(name: str, comment: str = "") -> Column:
    """A boolean that may be unknown."""
    return Column(name=name, type=BOOLEAN, comment=comment)


def text(name: str, max_bytes: int, comment: str = "") -> Column:
    """Text of at most `max_bytes` bytes of UTF-8."""
    return Column(name=name, type=varchar(max_bytes), comment=comment)


def code(name: str, *values: str) -> Column:
    """A coded value; the values are a comment, since a portal grows new ones."""
    return Column(name=name, type=varchar(32), comment=", ".join(values))
