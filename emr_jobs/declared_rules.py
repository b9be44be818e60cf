"""Row rules that follow from the declaration of a table: keys, lengths, ranges of its types."""

from datetime import UTC, datetime

from pyspark.sql import functions as sf

from emr_jobs.quality import RowRule, each
from gem.contracts.source_spec import SourceTable
from gem.contracts.types import MONEY, QUANTITY, Kind

FIRST_INSTANT = datetime(2000, 3, 31, 18, 30, tzinfo=UTC)
FIRST_INSTANT_AFTER = datetime(2050, 3, 31, 18, 30, tzinfo=UTC)
"""The Indian days of mart.dim_date, 1 April 2000 to 31 March 2050: a fact of another day cannot be loaded."""


def declared_rules(table: SourceTable) -> tuple[RowRule, ...]:
    """The rules of one table; those without a column to look at are left out."""
    rules = (
        _null_key(table),
        _null_required(table),
        _text_too_long(table),
        _nul_in_text(table),
        _negative_value(table),
        _instant_out_of_range(table),
    )
    return tuple(rule for rule in rules if rule is not None)


def _null_key(table: SourceTable) -> RowRule:
    keys = dict.fromkeys([*table.primary_key, *([table.root_column] if table.root_column else [])])
    return RowRule("null_key", table.name, lambda: each(keys, lambda name: sf.col(name).isNull()))


def _null_required(table: SourceTable) -> RowRule:
    keys = {*table.primary_key, table.root_column}
    required = [c.name for c in table.extracted_columns if not c.nullable and c.name not in keys]
    return RowRule("null_required", table.name, lambda: each(required, lambda name: sf.col(name).isNull()))


def _text_too_long(table: SourceTable) -> RowRule | None:
    limits = {c.name: c.type.max_bytes for c in table.extracted_columns if c.type.kind is Kind.VARCHAR}
    if not limits:
        return None
    return RowRule("text_too_long", table.name, lambda: each(limits, lambda name: sf.octet_length(name) > limits[name]))


def _nul_in_text(table: SourceTable) -> RowRule | None:
    texts = [c.name for c in table.extracted_columns if c.type.kind is Kind.VARCHAR]
    if not texts:
        return None
    return RowRule("nul_in_text", table.name, lambda: each(texts, lambda name: sf.col(name).contains("\0")))


def _negative_value(table: SourceTable) -> RowRule | None:
    amounts = [c.name for c in table.extracted_columns if c.type in (MONEY, QUANTITY)]
    if not amounts:
        return None
    return RowRule("negative_value", table.name, lambda: each(amounts, lambda name: sf.col(name) < 0))


def _instant_out_of_range(table: SourceTable) -> RowRule | None:
    instants = [c.name for c in table.extracted_columns if c.type.kind is Kind.TIMESTAMP and c.nullable]
    if not instants:
        return None
    return RowRule(
        "instant_out_of_range",
        table.name,
        lambda: each(
            instants,
            lambda name: (sf.col(name) < sf.lit(FIRST_INSTANT)) | (sf.col(name) >= sf.lit(FIRST_INSTANT_AFTER)),
        ),
    )
