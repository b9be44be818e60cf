"""What people read in Power BI for what programs call otherwise."""

ACRONYMS = frozenset(
    {
        "MSE",
        "PPP",
        "CRAC",
        "PRC",
        "LD",
        "GMV",
        "EMD",
        "EPBG",
        "RA",
        "L1",
        "L2",
        "HHI",
        "GST",
        "GSTIN",
        "SGST",
        "CGST",
        "IGST",
        "MRP",
        "PAC",
        "MII",
        "FY",
        "HSN",
        "OEM",
        "ISO",
        "ID",
        "SCST",
        "PCT",
        "SHG",
        "TDS",
        "UPN",
    }
)
SPELLED = {"SCST": "SC/ST", "PCT": "percent", "FY": "FY", "ID": "id", "MII": "MII"}


def words(name: str) -> str:
    """A column's or view's name in words: `is_ppp_mse` is "Is PPP MSE"."""
    spoken = [SPELLED.get(part.upper(), part.upper()) if part.upper() in ACRONYMS else part for part in name.split("_")]
    text = " ".join(spoken)
    return text[0].upper() + text[1:]


def quoted(table: str) -> str:
    """A table's name as DAX and TMDL write it."""
    escaped = table.replace("'", "''")
    return f"'{escaped}'"


def reference(table: str, column: str) -> str:
    """A column as DAX names it."""
    return f"{quoted(table)}[{column}]"
