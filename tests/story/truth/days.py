"""Indian days in the source's SQL: UTC + 5:30."""


def day(instant: str) -> str:
    """The date in India."""
    return f"({instant} at time zone 'Asia/Kolkata')::date"


def day_key(instant: str) -> str:
    """yyyymmdd; -1 where the instant is unknown."""
    return f"coalesce(to_char({instant} at time zone 'Asia/Kolkata', 'YYYYMMDD')::int, -1)"


def days(start: str, end: str) -> str:
    """Days of the Indian calendar from one instant to another."""
    return f"({day(end)} - {day(start)})"


def hours(start: str, end: str) -> str:
    return f"extract(epoch from {end} - {start}) / 3600"
