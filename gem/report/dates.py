"""The days that figures are of: which day to report on, which periods a figure compares; pure."""

from datetime import date, timedelta

from gem.contracts.measures.spec import Figure, Measure
from gem.contracts.measures.terms import columns_of, parse

NEWEST_CONTRACT = """
select max(contract_date.calendar_date)
from mart.fact_order_line as f
join mart.dim_date as contract_date on contract_date.date_key = f.contract_date_key
where f.contract_date_key > 0
"""
SILENCE = timedelta(days=30)
"""How long without a contract a report says nothing of; longer, and figures as of the day mislead."""
APRIL = 4


def month_end(newest: date | None) -> date | None:
    """The last day of the newest month whose contracts go to its end; None without a contract.

    The days of a month that has only begun would be held against as few days of the year before.
    """
    return None if newest is None else (newest + timedelta(days=1)).replace(day=1) - timedelta(days=1)


def warning(newest: date | None, day: date) -> str:
    """What to say where contracts end long before the day that figures are as of; "" where they do not."""
    if newest is None or day - newest <= SILENCE:
        return ""
    return f"No contract after {_text(newest)}: as of {_text(day)} growth and timeliness say little."


def period(measure: Measure, day: date) -> str:
    """The days that a measure of the financial year so far is of, and those that it compares them with; or ""."""
    read = {column.name for text in _texts(measure) for column in columns_of(parse(text)) if column.alias == "as_of"}
    if "fy_start_year" not in read:
        return ""
    this_year = f"{_text(_year_begin(day))} to {_text(day)}"
    if measure.denominator is None or not measure.denominator.where:
        return this_year
    return f"{this_year} against {_text(_year_begin(day, -1))} to {_text(_year_before(day))}"


def _texts(measure: Measure) -> list[str]:
    figures: list[Figure] = [figure for figure in (measure.numerator, measure.denominator) if figure]
    return [text for text in (measure.where, *(figure.where for figure in figures)) if text]


def _year_begin(day: date, years: int = 0) -> date:
    return date(day.year - (day.month < APRIL) + years, APRIL, 1)


def _year_before(day: date) -> date:
    """The day that is as far into its financial year, as fy_day_no counts."""
    same = _year_begin(day, -1) + (day - _year_begin(day))
    return min(same, _year_begin(day) - timedelta(days=1))


def _text(day: date) -> str:
    return f"{day:%d %b %Y}"
