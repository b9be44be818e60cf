"""Column expressions that several rules and transforms share: Indian days, and the select that ends a transform."""

from pyspark.sql import Column
from pyspark.sql import functions as sf

from gem.contracts.mart_spec import BEGINNING_OF_TIME, NOT_STATED_KEY, UNKNOWN_KEY, MartTable

IST = "+05:30"
"""Indian Standard Time as its fixed offset: no table of zones can move a business day."""

_MICROS_A_SECOND = 1_000_000
_SECONDS_AN_HOUR = 3_600


def ist_date(instant: Column) -> Column:
    """The Indian day of an instant; NULL where the instant is unknown."""
    return sf.from_utc_timestamp(instant, IST).cast("date")


def ist_midnight(day: Column) -> Column:
    """The instant at which an Indian day begins; NULL where the day is unknown."""
    return sf.to_utc_timestamp(day.cast("timestamp"), IST)


def ist_date_key(instant: Column) -> Column:
    """yyyymmdd of the Indian day of an instant; -1 where the instant is unknown."""
    day = ist_date(instant)
    return sf.coalesce(sf.year(day) * 10_000 + sf.month(day) * 100 + sf.dayofmonth(day), sf.lit(UNKNOWN_KEY))


def days_between(start: Column, end: Column) -> Column:
    """Days of the Indian calendar from one instant to another; NULL where either is unknown."""
    return sf.datediff(ist_date(end), ist_date(start))


def hours_between(start: Column, end: Column) -> Column:
    """Exact hours from one instant to another; NULL where either is unknown."""
    return seconds_between(start, end) / sf.lit(_SECONDS_AN_HOUR)


def seconds_between(start: Column, end: Column) -> Column:
    """Exact seconds from one instant to another, below zero where it is the earlier; NULL where either is unknown."""
    return (sf.unix_micros(end) - sf.unix_micros(start)).cast("decimal(20,0)") / sf.lit(_MICROS_A_SECOND)


def known(condition: Column) -> Column:
    """The condition, false where it is unknown: for columns that may not be NULL."""
    return sf.coalesce(condition, sf.lit(False))


def code_key(code: Column, code_list: MartTable) -> Column:
    """The key of a code in its list; -1 where it is not among them, -2 where none is stated."""
    name = code_list.columns[1].name
    keys = sf.when(code.isNull(), sf.lit(NOT_STATED_KEY))
    for member in code_list.members:
        keys = keys.when(code == sf.lit(member.values[name]), sf.lit(member.key))
    return keys.otherwise(sf.lit(UNKNOWN_KEY))


def beginning_of_time() -> Column:
    """The instant from which a first version is valid."""
    return sf.lit(BEGINNING_OF_TIME).cast("timestamp")


def either_known(*conditions: Column) -> Column:
    """True where a condition holds, false where none does or none is known: for columns that may not be NULL."""
    return sf.coalesce(sf.greatest(*(sf.coalesce(condition, sf.lit(False)) for condition in conditions)), sf.lit(False))


def mart_columns(table: MartTable) -> list[Column]:
    """The select that ends a transform: the curated columns of a table, in order, with their declared types."""
    return [sf.col(column.name).cast(column.type.spark).alias(column.name) for column in table.curated_columns]
