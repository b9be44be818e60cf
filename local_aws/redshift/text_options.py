"""How COPY reads delimited text, CSV and JSON: the options that Redshift has for them."""

from dataclasses import dataclass

DEFAULT_NULL = r"\N"


@dataclass(frozen=True)
class TextOptions:
    """Options of COPY's data format and data conversion parameters; the defaults are Redshift's."""

    delimiter: str = ""
    quote: str = '"'
    compression: str = ""
    ignore_header: int = 0
    ignore_blank_lines: bool = False
    null: str = DEFAULT_NULL
    empty_as_null: bool = False
    blanks_as_null: bool = False
    trim_blanks: bool = False
    truncate_columns: bool = False
    fill_record: bool = False
    escaped: bool = False
    round_decimals: bool = False
    any_date: bool = False
    date_format: str = ""
    time_format: str = ""
    # What takes the place of an invalid byte; none when those are errors.
    replacement: str = ""
    ignore_case: bool = False
