"""docs/local-redshift.md says what the front takes: it does."""

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "local-redshift.md"


def statements() -> list[str]:
    (block,) = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [piece.strip() for piece in re.split(r";\n(?=\w|$)", block) if piece.strip()]


def test_every_statement_of_the_page_runs_in_its_order(connect: Callable[[], Any], s3: Any) -> None:
    connection = connect()
    connection.autocommit = True
    cursor = connection.cursor()
    rows = {}
    for statement in statements():
        cursor.execute(statement)
        rows[statement.split(" doc")[0]] = [list(row) for row in cursor.fetchall()] if cursor.description else []
    assert len(rows) > 40
    assert rows["show search_path"] == [['"$user", public']]
    assert rows["select pg_last_copy_count()"] == [[2]]
    assert [(paid, amount) for paid, _, amount in rows["select top 1"]] == [("true", Decimal("12.00"))]
