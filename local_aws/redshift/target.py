"""A column of the table that COPY fills."""

from dataclasses import dataclass

VARLENA_HEADER = 4
TYPE_NAMES = {
    "int2": "SMALLINT",
    "int4": "INTEGER",
    "int8": "BIGINT",
    "float4": "REAL",
    "float8": "DOUBLE PRECISION",
    "bool": "BOOLEAN",
    "date": "DATE",
    "timestamp": "TIMESTAMP",
    "timestamptz": "TIMESTAMPTZ",
    "jsonb": "SUPER",
}


@dataclass(frozen=True)
class TargetColumn:
    """A column of the target table: `type` and `modifier` are PostgreSQL's typname and atttypmod."""

    name: str
    type: str
    modifier: int
    not_null: bool

    @property
    def length(self) -> int:
        """The bytes a character column holds."""
        return self.modifier - VARLENA_HEADER

    @property
    def precision_and_scale(self) -> tuple[int, int]:
        """The digits of a numeric column, in all and behind the point."""
        packed = self.modifier - VARLENA_HEADER
        return packed >> 16, packed & 0x7FF

    @property
    def redshift_type(self) -> str:
        """The type as Redshift writes it in its messages."""
        if self.type == "numeric":
            return "DECIMAL({}, {})".format(*self.precision_and_scale)
        if self.type in ("varchar", "bpchar"):
            return f"{'VARCHAR' if self.type == 'varchar' else 'CHAR'}({self.length})"
        return TYPE_NAMES.get(self.type, self.type.upper())

    @property
    def length_text(self) -> str:
        """The length as stl_load_errors shows it; empty for types that have none."""
        if self.type == "numeric":
            return "{}, {}".format(*self.precision_and_scale)
        return str(self.length) if self.type in ("varchar", "bpchar") else ""
