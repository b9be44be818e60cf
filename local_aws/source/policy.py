"""The parameters of procurement policy by validity (DOMAIN section 5), and their rows in `gem.policy_parameter`.

They stand in `policy_parameters.csv`, one a line: the only place where a limit, a rate or a holiday is written down.
"""

import csv
from importlib import resources

from psycopg2 import extensions

from gem.contracts.source.policy_parameter import POLICY_PARAMETER
from local_aws.source.bulk import Row, copy_rows

HOLIDAY = "GAZETTED_HOLIDAY"


def policy_rows() -> list[Row]:
    """Every row without its audit times; an empty field is NULL."""
    text = (resources.files("local_aws.source") / "policy_parameters.csv").read_text("utf-8")
    return [{name: value or None for name, value in row.items()} for row in csv.DictReader(text.splitlines())]


def load_policy(cursor: extensions.cursor) -> int:
    """Fill `gem.policy_parameter` where it is empty, and return its number of rows."""
    cursor.execute("select count(*) from gem.policy_parameter")
    (count,) = cursor.fetchone() or (0,)
    rows = [{**row, **_audit(row)} for row in policy_rows()]
    return int(count) or copy_rows(cursor, POLICY_PARAMETER, tuple(rows[0]), rows)


def _audit(row: Row) -> dict[str, str]:
    """Known since the first day in force; a holiday since the circular of the year before."""
    first_day = str(row["effective_from"])
    known_on = f"{int(first_day[:4]) - 1}-07-01" if row["param_code"] == HOLIDAY else first_day
    return dict.fromkeys(("created_at", "updated_at"), f"{known_on} 00:00:00+05:30")
