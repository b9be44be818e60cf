"""One row per logical type: how PostgreSQL, Arrow, Spark and Redshift spell it."""

from enum import StrEnum

from gem.contracts.frozen import Frozen


class Kind(StrEnum):
    """The logical types that the pipeline moves."""

    BIGINT = "bigint"
    INTEGER = "integer"
    BOOLEAN = "boolean"
    DECIMAL = "decimal"
    VARCHAR = "varchar"
    DATE = "date"
    TIMESTAMP = "timestamp"


class Spelling(Frozen):
    """One logical type in the four systems; `{p}`, `{s}` and `{n}` stand for precision, scale and bytes."""

    postgres: str
    arrow: str
    spark: str
    redshift: str


SPELLINGS: dict[Kind, Spelling] = {
    Kind.BIGINT: Spelling(postgres="bigint", arrow="int64", spark="bigint", redshift="bigint"),
    Kind.INTEGER: Spelling(postgres="integer", arrow="int32", spark="int", redshift="integer"),
    Kind.BOOLEAN: Spelling(postgres="boolean", arrow="bool", spark="boolean", redshift="boolean"),
    Kind.DECIMAL: Spelling(
        postgres="numeric({p},{s})", arrow="decimal128({p},{s})", spark="decimal({p},{s})", redshift="numeric({p},{s})"
    ),
    # PostgreSQL counts characters and Redshift bytes, so the source column is text and the limit is checked in Spark.
    Kind.VARCHAR: Spelling(postgres="text", arrow="string", spark="string", redshift="varchar({n})"),
    Kind.DATE: Spelling(postgres="date", arrow="date32", spark="date", redshift="date"),
    # Always UTC; Redshift's timestamp has no zone.
    Kind.TIMESTAMP: Spelling(
        postgres="timestamptz", arrow="timestamp[us, tz=UTC]", spark="timestamp", redshift="timestamp"
    ),
}


class Type(Frozen):
    """A logical type with its parameters, spelled for each system by the properties."""

    kind: Kind
    precision: int = 0
    scale: int = 0
    max_bytes: int = 0
    is_json: bool = False
    """Text that PostgreSQL keeps as jsonb: elsewhere it is its text, so that no number in it loses a digit."""

    def _spell(self, template: str) -> str:
        return template.format(p=self.precision, s=self.scale, n=self.max_bytes)

    @property
    def postgres(self) -> str:
        """The type in PostgreSQL DDL."""
        if self.is_json:
            return "jsonb"
        return self._spell(SPELLINGS[self.kind].postgres)

    @property
    def arrow(self) -> str:
        """The type as Arrow prints it."""
        return self._spell(SPELLINGS[self.kind].arrow)

    @property
    def spark(self) -> str:
        """The type in Spark DDL."""
        return self._spell(SPELLINGS[self.kind].spark)

    @property
    def redshift(self) -> str:
        """The type in Redshift DDL."""
        return self._spell(SPELLINGS[self.kind].redshift)


BIGINT = Type(kind=Kind.BIGINT)
INTEGER = Type(kind=Kind.INTEGER)
BOOLEAN = Type(kind=Kind.BOOLEAN)
DATE = Type(kind=Kind.DATE)
TIMESTAMP = Type(kind=Kind.TIMESTAMP)
MONEY = Type(kind=Kind.DECIMAL, precision=18, scale=2)
QUANTITY = Type(kind=Kind.DECIMAL, precision=18, scale=3)
PERCENT = Type(kind=Kind.DECIMAL, precision=7, scale=3)
PARAMETER = Type(kind=Kind.DECIMAL, precision=20, scale=4)


def varchar(max_bytes: int) -> Type:
    """Text of at most `max_bytes` bytes of UTF-8, as Redshift counts (a Devanagari letter is three)."""
    return Type(kind=Kind.VARCHAR, max_bytes=max_bytes)


def json_text(max_bytes: int) -> Type:
    """JSON as its text, of at most `max_bytes` bytes of UTF-8."""
    return Type(kind=Kind.VARCHAR, max_bytes=max_bytes, is_json=True)
