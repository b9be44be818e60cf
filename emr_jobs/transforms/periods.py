"""Periods of validity as sources write them."""

from datetime import date

from pyspark.sql import Column
from pyspark.sql import functions as sf

from gem.contracts.mart_spec import END_OF_TIME

LAST_DAY = date.fromisoformat(END_OF_TIME.split()[0])


def open_ended(last_day: Column) -> Column:
    """The day on which a period ends; NULL for the last day there is, as many sources write for no end."""
    return sf.when(last_day < sf.lit(LAST_DAY), last_day)
