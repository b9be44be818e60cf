"""The public tender files as typed rows: every trap of their spelling is undone here, and nowhere else."""

import csv
import datetime as dt
import re
from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from gem.contracts.errors import TerminalError
from gem.contracts.types import MONEY

IST = dt.timezone(dt.timedelta(hours=5, minutes=30), "IST")

FILES = ("tenders.csv", "bid_participation.csv", "awards.csv")
"""What a folder of public tenders holds."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = r"(?P<day>\d{1,2})-(?P<month>[A-Z][a-z]{2})-(?P<year>\d{4})"
_TIME = r"(?P<hour>\d{1,2}):(?P<minute>\d{2}) (?P<half>[AP]M)"

_TOO_MUCH = Decimal(10) ** (MONEY.precision - MONEY.scale)

Value = TypeVar("Value")


class TenderFileError(TerminalError):
    """A tender file that cannot be read; the message names file, line, column and value."""


@dataclass(frozen=True)
class Tender:
    """A row of tenders.csv; a value of 0 is unknown, as an empty one is."""

    tender_id: str
    chain: tuple[str, ...]
    category: str
    product_category: str
    published_at: dt.datetime
    closes_at: dt.datetime
    opened_at: dt.datetime
    emd_amount: Decimal | None
    value: Decimal | None
    work_days: int | None


@dataclass(frozen=True)
class Offer:
    """A row of bid_participation.csv."""

    tender_id: str
    bid_number: str
    bidder_name: str
    submitted_at: dt.datetime
    is_qualified: bool
    remarks: str
    status_updated_at: dt.datetime


@dataclass(frozen=True)
class Award:
    """A row of awards.csv; an awarded value of exactly 1 is a rate contract, of 0 an unknown value."""

    tender_id: str
    bid_number: str
    bidder_name: str
    awarded_value: Decimal
    contract_on: dt.date
    work_days: int | None
    updated_at: dt.datetime


class Fields:
    """One row's cells, read by column; what cannot be read raises TenderFileError."""

    def __init__(self, path: Path, line: int, cells: dict[str, str]) -> None:
        self._path = path
        self._line = line
        self._cells = cells

    def read(self, column: str, reader: Callable[[str], Value]) -> Value:
        """The cell as `reader` understands it, after outer blanks are gone."""
        text = self._cells[column].strip()
        if "\0" in text:
            raise self.error(column, "holds a NUL, which no text of PostgreSQL can")
        try:
            return reader(text)
        except ValueError as error:
            raise self.error(column, str(error)) from error

    def error(self, column: str, advice: str) -> TenderFileError:
        """What to raise about this row's column."""
        value = self._cells[column]
        return TenderFileError(f"{self._path.name}, line {self._line}, column {column!r}: {value!r} {advice}")


def refuse_incomplete(folder: Path) -> None:
    """Raises TenderFileError with all the files that the folder lacks."""
    if missing := [name for name in FILES if not (folder / name).is_file()]:
        raise TenderFileError(f"{folder} lacks {', '.join(missing)} (format: see Public tenders in README.md)")


def tenders(folder: Path) -> Iterator[Tender]:
    """Every row of tenders.csv. Raises TenderFileError."""
    for fields in _rows(folder / "tenders.csv", _TENDER_COLUMNS, key=("Tender ID",)):
        yield Tender(
            tender_id=fields.read("Tender ID", text),
            chain=fields.read("Organisation Chain", chain),
            category=fields.read("Tender Category", text),
            product_category=fields.read("Product Category", text),
            published_at=fields.read("Publish Date", instant),
            closes_at=fields.read("Bid Submission End Date", instant),
            opened_at=fields.read("Bid Opening Date", instant),
            emd_amount=fields.read("EMD Amount in ₹", optional(amount)),
            # Zero is how the portal says that it does not tell.
            value=fields.read("Tender Value in ₹", optional(amount)) or None,
            work_days=fields.read("Period Of Work(Days)", optional(days)),
        )


def offers(folder: Path, tender_ids: Container[str]) -> Iterator[Offer]:
    """Every row of bid_participation.csv. Raises TenderFileError, also where its tender is none of `tender_ids`."""
    for fields in _rows(folder / "bid_participation.csv", _OFFER_COLUMNS, key=("tender_id", "bid_number")):
        if fields.read("tender_id", text) not in tender_ids:
            raise fields.error("tender_id", "is no tender of tenders.csv")
        yield Offer(
            tender_id=fields.read("tender_id", text),
            bid_number=fields.read("bid_number", text),
            bidder_name=fields.read("bidder_name", text),
            submitted_at=fields.read("submitted_date", instant),
            is_qualified=fields.read("status", is_qualified),
            remarks=fields.read("remarks", str),
            status_updated_at=fields.read("status_updated_on", instant),
        )


def awards(folder: Path, offer_keys: Container[tuple[str, str]]) -> Iterator[Award]:
    """Every row of awards.csv. Raises TenderFileError, also where tender and bid number are none of `offer_keys`."""
    for fields in _rows(folder / "awards.csv", _AWARD_COLUMNS, key=("tender_id", "bid_number")):
        fields.read("currency", rupees)
        if (fields.read("tender_id", text), fields.read("bid_number", text)) not in offer_keys:
            raise fields.error("bid_number", "is no bid of this tender in bid_participation.csv")
        yield Award(
            tender_id=fields.read("tender_id", text),
            bid_number=fields.read("bid_number", text),
            bidder_name=fields.read("bidder_name", text),
            awarded_value=fields.read("awarded_value", amount),
            contract_on=fields.read("contract_date", date),
            work_days=fields.read("work_completion_days", optional(days)),
            updated_at=fields.read("updated_on", instant),
        )


def text(cell: str) -> str:
    """The cell, which must say something."""
    if not cell:
        raise ValueError("is empty: this column must be filled")
    return cell


def chain(cell: str) -> tuple[str, ...]:
    """`A||B||C`, the highest body first."""
    names = tuple(" ".join(name.split()) for name in cell.split("||"))
    if not all(names):
        raise ValueError("has an empty link: expected names joined by ||")
    return names


def amount(cell: str) -> Decimal:
    """Rupees with lakh (`88,45,810`) or western (`8,845,810.50`) grouping; more than two decimals are an error."""
    if re.fullmatch(r"\d+(,\d+)*(\.\d{1,2}0*)?", cell, flags=re.ASCII) is None:
        raise ValueError("is no amount in rupees such as 88,45,810 or 8,845,810.50")
    rupees = Decimal(cell.replace(",", ""))
    if rupees >= _TOO_MUCH:
        raise ValueError(f"is too much: money holds less than {_TOO_MUCH:f} rupees")
    return rupees.quantize(Decimal("0.01"))


def days(cell: str) -> int:
    """A number of days, which a spreadsheet has turned into `365.0`."""
    if re.fullmatch(r"\d{1,5}(\.0+)?", cell, flags=re.ASCII) is None:
        raise ValueError("is no number of days such as 365 or 365.0")
    return int(Decimal(cell))


def instant(cell: str) -> dt.datetime:
    """`27-Mar-2018 05:26 PM`, in India."""
    match = re.fullmatch(f"{_DATE} {_TIME}", cell, flags=re.ASCII)
    if match is None or not 1 <= int(match["hour"]) <= 12:
        raise ValueError("is no time such as 27-Mar-2018 05:26 PM")
    hour = int(match["hour"]) % 12 + (12 if match["half"] == "PM" else 0)
    return dt.datetime.combine(_day(match), dt.time(hour, int(match["minute"])), IST)


def date(cell: str) -> dt.date:
    """`20-Mar-2024`."""
    match = re.fullmatch(_DATE, cell, flags=re.ASCII)
    if match is None:
        raise ValueError("is no date such as 20-Mar-2024")
    return _day(match)


def is_qualified(cell: str) -> bool:
    """Whether the offer passed the technical evaluation: all do that were not refused in it or before it."""
    if cell.startswith("Accepted-") or cell in {"Rejected-AOC", "Rejected-Finance"}:
        return True
    if cell.startswith("Not Admitted-") or cell == "Rejected-Technical":
        return False
    raise ValueError("is no known status: Accepted-*, Rejected-AOC, -Finance or -Technical, Not Admitted-*")


def rupees(cell: str) -> str:
    """INR: no other currency is known here."""
    if cell != "INR":
        raise ValueError("is no currency that can be loaded: only INR")
    return cell


def optional(reader: Callable[[str], Value]) -> Callable[[str], Value | None]:
    """The same reader, for a column that may be empty or say NA."""
    return lambda cell: None if cell in {"", "NA"} else reader(cell)


def _day(match: re.Match[str]) -> dt.date:
    if match["month"] not in _MONTHS:
        raise ValueError(f"has no month that is known: {match['month']}")
    return dt.date(int(match["year"]), _MONTHS.index(match["month"]) + 1, int(match["day"]))


def _rows(path: Path, columns: tuple[str, ...], key: tuple[str, ...]) -> Iterator[Fields]:
    seen: dict[tuple[str, ...], int] = {}
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            reader = csv.DictReader(lines, strict=True)
            _check_header(path, columns, reader.fieldnames or ())
            for cells in reader:
                fields = _fields(path, reader.line_num, columns, cells)
                values = tuple(cells[name].strip() for name in key)
                if values in seen:
                    raise fields.error(key[-1], f"repeats the key of line {seen[values]}: {' + '.join(key)} is unique")
                seen[values] = reader.line_num
                yield fields
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise TenderFileError(f"{path.name}: cannot be read as UTF-8 CSV: {error}") from error


def _check_header(path: Path, columns: tuple[str, ...], header: Sequence[str]) -> None:
    missing = [name for name in columns if name not in header]
    if missing:
        raise TenderFileError(f"{path.name}, line 1: columns {missing} are missing; the header has {list(header)}")


def _fields(path: Path, line: int, columns: tuple[str, ...], cells: dict[str, str]) -> Fields:
    short = [name for name in columns if cells[name] is None]
    if short or None in cells:
        raise TenderFileError(f"{path.name}, line {line}: has more or fewer cells than the header; missing {short}")
    return Fields(path, line, cells)


_TENDER_COLUMNS = (
    "Tender ID",
    "Organisation Chain",
    "Tender Category",
    "Product Category",
    "Publish Date",
    "Bid Submission End Date",
    "Bid Opening Date",
    "EMD Amount in ₹",
    "Tender Value in ₹",
    "Period Of Work(Days)",
)
_OFFER_COLUMNS = (
    "tender_id",
    "bid_number",
    "bidder_name",
    "submitted_date",
    "status",
    "remarks",
    "status_updated_on",
)
_AWARD_COLUMNS = (
    "tender_id",
    "bid_number",
    "bidder_name",
    "currency",
    "awarded_value",
    "contract_date",
    "work_completion_days",
    "updated_on",
)
