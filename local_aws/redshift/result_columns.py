"""The columns of a query's result as Redshift describes them, and as Arrow holds them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyarrow as pa

from local_aws.redshift.errors import RefusedError
from local_aws.redshift.wire import read_text

VARLENA_HEADER = 4
NUMERIC = 1700
CHARACTER = {25: "character varying", 1043: "character varying", 1042: "character"}
BYTEA = 17
# By the backend's type: the name in Redshift's catalog, the type of Arrow.
TYPES: dict[int, tuple[str, pa.DataType]] = {
    16: ("boolean", pa.bool_()),
    21: ("smallint", pa.int16()),
    23: ("integer", pa.int32()),
    20: ("bigint", pa.int64()),
    700: ("real", pa.float32()),
    701: ("double precision", pa.float64()),
    1082: ("date", pa.date32()),
    1083: ("time without time zone", pa.time64("us")),
    1114: ("timestamp without time zone", pa.timestamp("us")),
    1184: ("timestamp with time zone", pa.timestamp("us", "UTC")),
    3802: ("super", pa.string()),
}


@dataclass(frozen=True)
class ResultColumn:
    """A column of a result: `oid` and `modifier` are the backend's."""

    name: str
    oid: int
    modifier: int

    @property
    def digits(self) -> tuple[int, int] | None:
        """Precision and scale of a numeric column; None where the backend does not know them."""
        if self.oid != NUMERIC or self.modifier < 0:
            return None
        packed = self.modifier - VARLENA_HEADER
        return packed >> 16, packed & 0x7FF

    @property
    def arrow_type(self) -> pa.DataType:
        """The type in Parquet. Raises RefusedError where Redshift or this stand-in cannot write one."""
        if self.oid in CHARACTER:
            return pa.string()
        if self.oid == NUMERIC:
            if self.digits is None:
                raise RefusedError(
                    f'UNLOAD to PARQUET: the digits of the column "{self.name}" are not known to the local Redshift '
                    "stand-in: cast it, as in ::decimal(18, 2)"
                )
            return pa.decimal128(*self.digits)
        if self.oid not in TYPES:
            raise RefusedError(f'UNLOAD to PARQUET: the column "{self.name}" has a type that cannot be unloaded')
        return TYPES[self.oid][1]

    @property
    def manifest_type(self) -> dict[str, Any]:
        """The type as a verbose manifest of UNLOAD says it."""
        if self.oid in CHARACTER:
            length = self.modifier - VARLENA_HEADER if self.modifier > 0 else 65_535
            return {"base": CHARACTER[self.oid], "max_length": length}
        if self.oid == NUMERIC:
            precision, scale = self.digits or (38, 0)
            return {"base": "numeric", "precision": precision, "scale": scale}
        return {"base": TYPES[self.oid][0] if self.oid in TYPES else "binary varying"}


def result_columns(description: bytes) -> tuple[ResultColumn, ...]:
    """The columns of a RowDescription message."""
    return tuple(_columns(description))


def _columns(description: bytes) -> Iterator[ResultColumn]:
    (count,) = struct.unpack_from("!h", description)
    position = 2
    for _ in range(count):
        name, position = read_text(description, position)
        _, _, oid, _, modifier, _ = struct.unpack_from("!ihihih", description, position)
        position += 18
        yield ResultColumn(name, oid, modifier)
