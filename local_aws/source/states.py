"""The 36 states and union territories of India by GST code (DOMAIN section 5), and their rows in `gem.state_ref`."""

from typing import NamedTuple

from psycopg2 import extensions

from gem.contracts.source.state_ref import STATE_REF
from local_aws.source.bulk import copy_rows

KNOWN_SINCE = "2019-10-31 00:00:00+05:30"
"""The audit times of every row: the day on which Ladakh became a union territory, the newest code of the list."""

ASSAM = "18"
DELHI = "07"


class State(NamedTuple):
    """A state or union territory; `pin_prefix` begins its postal codes, `weight` is its rough size on the market."""

    state_code: str
    iso_code: str
    name: str
    type: str
    zone: str
    pin_prefix: str
    weight: int


STATES = (
    State("01", "IN-JK", "Jammu and Kashmir", "UT", "NORTH", "19", 2),
    State("02", "IN-HP", "Himachal Pradesh", "STATE", "NORTH", "17", 2),
    State("03", "IN-PB", "Punjab", "STATE", "NORTH", "14", 4),
    State("04", "IN-CH", "Chandigarh", "UT", "NORTH", "16", 1),
    State("05", "IN-UK", "Uttarakhand", "STATE", "NORTH", "24", 3),
    State("06", "IN-HR", "Haryana", "STATE", "NORTH", "12", 6),
    State("07", "IN-DL", "Delhi", "UT", "NORTH", "11", 12),
    State("08", "IN-RJ", "Rajasthan", "STATE", "NORTH", "30", 5),
    State("09", "IN-UP", "Uttar Pradesh", "STATE", "NORTH", "22", 11),
    State("10", "IN-BR", "Bihar", "STATE", "EAST", "80", 4),
    State("11", "IN-SK", "Sikkim", "STATE", "NORTH_EAST", "73", 1),
    State("12", "IN-AR", "Arunachal Pradesh", "STATE", "NORTH_EAST", "79", 1),
    State("13", "IN-NL", "Nagaland", "STATE", "NORTH_EAST", "79", 1),
    State("14", "IN-MN", "Manipur", "STATE", "NORTH_EAST", "79", 1),
    State("15", "IN-MZ", "Mizoram", "STATE", "NORTH_EAST", "79", 1),
    State("16", "IN-TR", "Tripura", "STATE", "NORTH_EAST", "79", 1),
    State("17", "IN-ML", "Meghalaya", "STATE", "NORTH_EAST", "79", 1),
    State(ASSAM, "IN-AS", "Assam", "STATE", "NORTH_EAST", "78", 3),
    State("19", "IN-WB", "West Bengal", "STATE", "EAST", "70", 6),
    State("20", "IN-JH", "Jharkhand", "STATE", "EAST", "83", 4),
    State("21", "IN-OD", "Odisha", "STATE", "EAST", "75", 4),
    State("22", "IN-CG", "Chhattisgarh", "STATE", "CENTRAL", "49", 4),
    State("23", "IN-MP", "Madhya Pradesh", "STATE", "CENTRAL", "46", 5),
    State("24", "IN-GJ", "Gujarat", "STATE", "WEST", "38", 8),
    State("26", "IN-DH", "Dadra and Nagar Haveli and Daman and Diu", "UT", "WEST", "39", 1),
    State("27", "IN-MH", "Maharashtra", "STATE", "WEST", "40", 11),
    State("29", "IN-KA", "Karnataka", "STATE", "SOUTH", "56", 7),
    State("30", "IN-GA", "Goa", "STATE", "WEST", "40", 1),
    State("31", "IN-LD", "Lakshadweep", "UT", "SOUTH", "68", 1),
    State("32", "IN-KL", "Kerala", "STATE", "SOUTH", "67", 3),
    State("33", "IN-TN", "Tamil Nadu", "STATE", "SOUTH", "60", 7),
    State("34", "IN-PY", "Puducherry", "UT", "SOUTH", "60", 1),
    State("35", "IN-AN", "Andaman and Nicobar Islands", "UT", "EAST", "74", 1),
    State("36", "IN-TS", "Telangana", "STATE", "SOUTH", "50", 5),
    State("37", "IN-AP", "Andhra Pradesh", "STATE", "SOUTH", "52", 4),
    State("38", "IN-LA", "Ladakh", "UT", "NORTH", "19", 1),
)


def load_states(cursor: extensions.cursor) -> int:
    """Fill `gem.state_ref` where it is empty, and return its number of rows."""
    cursor.execute("select count(*) from gem.state_ref")
    (count,) = cursor.fetchone() or (0,)
    columns = ("state_code", "iso_code", "name", "type", "zone", "created_at", "updated_at")
    audit = {"created_at": KNOWN_SINCE, "updated_at": KNOWN_SINCE}
    return int(count) or copy_rows(cursor, STATE_REF, columns, ({**state._asdict(), **audit} for state in STATES))
