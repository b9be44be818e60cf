"""GSTIN: the format, state code and mod-36 check character of an Indian tax registration, as a column expression."""

from functools import reduce
from operator import add

from pyspark.sql import Column
from pyspark.sql import functions as sf

_FORMAT = r"^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$"
_STATE_CODES = (*(f"{number:02d}" for number in range(1, 39)), "97", "99")
"""GST codes in use and retired ones (25, 28), which old registrations still carry; 97 other territory, 99 centre."""
_BASE = 36
_BODY_LENGTH = 14


def is_valid_gstin(gstin: Column) -> Column:
    """Whether format, state code and check character are right; NULL where the GSTIN is unknown."""
    in_format = gstin.rlike(_FORMAT) & sf.substring(gstin, 1, 2).isin(*_STATE_CODES)
    return sf.when(in_format, _check_digit(gstin) == _digit(gstin, _BODY_LENGTH + 1)).otherwise(in_format)


def _digit(gstin: Column, position: int) -> Column:
    """0 to 35 for the character at a position from 1: digits, then letters."""
    letter = sf.ascii(sf.substring(gstin, position, 1))
    return sf.when(letter <= ord("9"), letter - ord("0")).otherwise(letter - ord("A") + 10)


def _check_digit(gstin: Column) -> Column:
    """Luhn's scheme to base 36: every second character counts double, a product counts by its two digits."""
    products = [_digit(gstin, place) * (1 if place % 2 else 2) for place in range(1, _BODY_LENGTH + 1)]
    total = reduce(add, [sf.floor(product / _BASE) + product % _BASE for product in products])
    return (_BASE - total % _BASE) % _BASE
