"""The backend's replies in Redshift's words: errors and result types."""

import struct

JSONB_OID, SUPER_OID = 3802, 4000
CONFLICTS = ("40001",)
MANY_MATCHES = "MERGE command cannot affect row a second time"


def as_redshift_error(fields: dict[str, str]) -> dict[str, str]:
    """The fields of an error as Redshift would send them; clients look for these words to decide on a retry."""
    if fields.get("C") in CONFLICTS:
        words = f"1023 Serializable isolation violation on table: conflict with concurrent transaction: {fields['M']}"
        return {**fields, "C": "XX000", "M": words}
    if fields.get("M") == MANY_MATCHES:
        return {**fields, "C": "XX000", "M": "Found multiple matches to update the same tuple"}
    return fields


def as_redshift_row_description(body: bytes) -> bytes:
    """A RowDescription in which jsonb columns carry the type SUPER."""
    if struct.pack("!i", JSONB_OID) not in body:
        return body
    out = bytearray(body)
    (count,) = struct.unpack_from("!h", body)
    position = 2
    for _ in range(count):
        type_at = body.index(b"\0", position) + 7
        if struct.unpack_from("!i", body, type_at) == (JSONB_OID,):
            struct.pack_into("!i", out, type_at, SUPER_OID)
        position = type_at + 12
    return bytes(out)
