"""Dates and times in text files: COPY's DATEFORMAT and TIMEFORMAT, with 'auto', 'epochsecs' and 'epochmillisecs'."""

import re
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001  TIMESTAMP has no zone
ISO = re.compile(r"\d{4}-\d{1,2}-\d{1,2}( \d{1,2}:\d{2}(:\d{2}(\.\d{1,6})?)?(\s?([+-]\d{2}(:?\d{2})?|Z|UTC))?)?")
# Parts of Redshift's format strings, the longer ones first, in the words of strptime.
PARTS = {
    "YYYY": "%Y",
    "HH24": "%H",
    "HH12": "%I",
    "MONTH": "%B",
    "MON": "%b",
    "DDD": "%j",
    "YY": "%y",
    "MM": "%m",
    "DD": "%d",
    "HH": "%H",
    "MI": "%M",
    "SS": "%S",
    "US": "%f",
    "OF": "%z",
    "AM": "%p",
    "PM": "%p",
}
PART = re.compile("|".join(PARTS), re.IGNORECASE)
# Formats that 'auto' knows beside ISO 8601 (Using automatic recognition with DATEFORMAT and TIMEFORMAT).
AUTO_DATES = ("%Y%m%d", "%Y/%m/%d", "%m/%d/%Y", "%d.%m.%Y", "%b-%d-%Y", "%B %d, %Y", "%d-%b-%Y", "%m-%d-%Y", "%d %b %Y")
AUTO_TIMES = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", "T%H:%M:%S", "T%H:%M:%S.%f", "T%H:%M:%S%z")


def parse_moment(text: str, wanted: str, *, is_date: bool) -> date | None:
    """The date or the time that the text says in the wanted format ('' is Redshift's default); None when it is none."""
    if not wanted:
        return _iso(text, is_date)
    if wanted in ("epochsecs", "epochmillisecs"):
        return _since_epoch(text, 1 if wanted == "epochsecs" else 1000)
    if wanted == "auto":
        found = _iso(text.replace("T", " ", 1), is_date)
        return found or _first(text, [day + time for day in AUTO_DATES for time in AUTO_TIMES], is_date)
    pattern = PART.sub(lambda part: PARTS[part.group().upper()], wanted)
    return _first(text, [pattern, pattern + ".%f"], is_date)


def _iso(text: str, is_date: bool) -> date | None:
    if not ISO.fullmatch(text):
        return None
    day, _, time = text.replace("UTC", "Z").partition(" ")
    try:
        padded = "-".join(part.zfill(2) for part in day.split("-"))
        found = datetime.fromisoformat(f"{padded} {_padded(time)}" if time else padded)
    except ValueError:
        return None
    return found.date() if is_date else found


def _padded(time: str) -> str:
    joined = time.replace(" ", "")
    return joined if joined[1:2] != ":" else "0" + joined


def _first(text: str, patterns: list[str], is_date: bool) -> date | None:
    for pattern in patterns:
        try:
            found = datetime.strptime(text, pattern)  # noqa: DTZ007  the text says whether there is a zone
        except ValueError:
            continue
        return found.date() if is_date else found
    return None


def _since_epoch(text: str, per_second: int) -> datetime | None:
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        return None
    whole, _, fraction = text.partition(".")
    micros = int(whole) * (1_000_000 // per_second)
    if fraction and per_second == 1:
        micros += int(fraction[:6].ljust(6, "0"))
    try:
        return (EPOCH.replace(tzinfo=UTC) + timedelta(microseconds=micros)).replace(tzinfo=None)
    except OverflowError:
        return None
