"""Quality rules (DOMAIN section 9) that see one row, and how many rejects are too many.

A rule speaks of one table and gives one reason code. Where an operand is NULL the row passes: a real portal knows less
than the model. Rules that see other rows of the same aggregate are in `set_rules`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import NamedTuple

from pyspark.sql import Column
from pyspark.sql import functions as sf

from emr_jobs.gstin import is_valid_gstin
from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.spec import SourceTable
from gem.contracts.types import MONEY, QUANTITY, Kind

PAISA = Decimal("0.01")
MONEY_LIMIT = Decimal(10) ** (MONEY.precision - MONEY.scale)
"""The first amount that MONEY cannot hold."""

FIRST_INSTANT = datetime(2000, 3, 31, 18, 30, tzinfo=UTC)
FIRST_INSTANT_AFTER = datetime(2050, 3, 31, 18, 30, tzinfo=UTC)
"""The Indian days of mart.dim_date, 1 April 2000 to 31 March 2050: a fact of another day cannot be loaded."""


class Check(NamedTuple):
    """What must not hold of a row, and the column to look at where it does."""

    column: str
    is_broken: Column


@dataclass(frozen=True)
class RowRule:
    """Rejects a row of `table` where one of its checks holds; a check that is NULL does not."""

    reason: str
    table: str
    meaning: str
    checks: Callable[[], Sequence[Check]]

    def is_broken(self) -> Column:
        """Whether a row breaks the rule; NULL or false where it does not, as where the table has no such column."""
        return reduce(or_, (check.is_broken for check in self.checks()), sf.lit(False))

    def column(self) -> Column:
        """The name of the first broken column."""
        return sf.coalesce(*(sf.when(check.is_broken, sf.lit(check.column)) for check in self.checks()))

    def value(self) -> Column:
        """The value that is wrong, as text."""
        return sf.coalesce(*(sf.when(check.is_broken, sf.col(check.column).cast("string")) for check in self.checks()))


@dataclass(frozen=True)
class Threshold:
    """A table is quarantined with its batch when both limits are passed."""

    share: float = 0.05
    at_least: int = 10

    def is_passed(self, rejected: int, total: int) -> bool:
        """Whether `rejected` roots (rows, for a table that travels whole) of `total` are too many."""
        return rejected >= self.at_least and rejected > self.share * total


THRESHOLDS: dict[str, Threshold] = {name: Threshold() for name in SOURCE_TABLES}
"""By source table: more than 5 percent of the roots, and at least 10 of them."""


def _each(columns: Iterable[str], is_broken: Callable[[str], Column]) -> tuple[Check, ...]:
    return tuple(Check(name, is_broken(name)) for name in columns)


def _null_key(table: SourceTable) -> RowRule:
    keys = dict.fromkeys([*table.primary_key, *([table.root_column] if table.root_column else [])])
    return RowRule(
        "null_key",
        table.name,
        "The primary key or the reference to the root is missing.",
        lambda: _each(keys, lambda name: sf.col(name).isNull()),
    )


def _null_required(table: SourceTable) -> RowRule:
    keys = {*table.primary_key, table.root_column}
    required = [c.name for c in table.extracted_columns if not c.nullable and c.name not in keys]
    return RowRule(
        "null_required",
        table.name,
        "A column that the declaration requires is missing.",
        lambda: _each(required, lambda name: sf.col(name).isNull()),
    )


def _text_too_long(table: SourceTable) -> RowRule:
    limits = {c.name: c.type.max_bytes for c in table.extracted_columns if c.type.kind is Kind.VARCHAR}
    return RowRule(
        "text_too_long",
        table.name,
        "Text of more bytes of UTF-8 than Redshift's column takes; a Devanagari letter is three.",
        lambda: _each(limits, lambda name: sf.octet_length(name) > limits[name]),
    )


def _nul_in_text(table: SourceTable) -> RowRule:
    texts = [c.name for c in table.extracted_columns if c.type.kind is Kind.VARCHAR]
    return RowRule(
        "nul_in_text",
        table.name,
        "Text with a character NUL, which no column of Redshift takes; PostgreSQL has none, files by hand may.",
        lambda: _each(texts, lambda name: sf.col(name).contains("\0")),
    )


def _instant_out_of_range(table: SourceTable) -> RowRule:
    instants = [c.name for c in table.extracted_columns if c.type.kind is Kind.TIMESTAMP and c.nullable]
    return RowRule(
        "instant_out_of_range",
        table.name,
        "A point in time on a day that dim_date does not have: before April 2000 or after March 2050.",
        lambda: _each(
            instants,
            lambda name: (sf.col(name) < sf.lit(FIRST_INSTANT)) | (sf.col(name) >= sf.lit(FIRST_INSTANT_AFTER)),
        ),
    )


def _negative_value(table: SourceTable) -> RowRule:
    amounts = [c.name for c in table.extracted_columns if c.type in (MONEY, QUANTITY)]
    return RowRule(
        "negative_value",
        table.name,
        "A quantity or an amount below zero.",
        lambda: _each(amounts, lambda name: sf.col(name) < 0),
    )


def _line_value_differs() -> Sequence[Check]:
    """The line's own rounding to a paisa is allowed too, else a quantity below one half would fail on it."""
    tolerance = sf.greatest(sf.col("qty") * sf.lit(PAISA), sf.lit(PAISA))
    difference = sf.abs(sf.col("line_value") - sf.col("qty") * sf.col("unit_price"))
    return [Check("line_value", sf.col("qty").isNotNull() & (difference > tolerance))]


def _gst_split_wrong() -> Sequence[Check]:
    both = (sf.col("igst") > 0) & ((sf.col("cgst") > 0) | (sf.col("sgst") > 0))
    return [Check("igst", both), Check("cgst", sf.col("cgst") != sf.col("sgst"))]


def _product_too_large() -> Sequence[Check]:
    return _each(
        ("mrp_at_order", "reference_unit_price"),
        lambda name: sf.round(sf.col(name) * sf.col("qty"), MONEY.scale) >= sf.lit(MONEY_LIMIT),
    )


def _generic_rules(table: SourceTable) -> tuple[RowRule, ...]:
    has_amounts = any(column.type in (MONEY, QUANTITY) for column in table.extracted_columns)
    amounts = (_negative_value(table),) if has_amounts else ()
    has_instants = any(column.type.kind is Kind.TIMESTAMP and column.nullable for column in table.extracted_columns)
    instants = (_instant_out_of_range(table),) if has_instants else ()
    return (_null_key(table), _null_required(table), _text_too_long(table), _nul_in_text(table), *amounts, *instants)


ROW_RULES: tuple[RowRule, ...] = (
    *(rule for table in SOURCE_TABLES.values() for rule in _generic_rules(table)),
    RowRule(
        "line_value_mismatch",
        "contract_item",
        "line_value is not qty x unit_price, within a paisa for each unit and at least one paisa.",
        _line_value_differs,
    ),
    RowRule(
        "gst_split_wrong",
        "contract_item",
        "Between states IGST only; within a state CGST and SGST, and these equal.",
        _gst_split_wrong,
    ),
    RowRule(
        "value_out_of_range",
        "contract_item",
        "A price times the quantity exceeds what an amount can hold (16 digits of rupees).",
        _product_too_large,
    ),
    RowRule(
        "gstin_invalid",
        "contract",
        "The seller's GSTIN breaks the format, the list of state codes or its check character.",
        lambda: [Check("seller_gstin", ~is_valid_gstin(sf.col("seller_gstin")))],
    ),
    RowRule(
        "pin_invalid",
        "seller",
        "An Indian PIN code is six digits and does not begin with zero.",
        lambda: [Check("pincode", ~sf.col("pincode").rlike("^[1-9][0-9]{5}$"))],
    ),
)
