"""The log-ins of docs/your-own-source.md have the rights that they need, and no more."""

import re
from pathlib import Path

import psycopg2
import pytest

from extractor_ec2 import changelog
from gem.contracts.source.aggregates import SOURCE_TABLES

PAGE = Path(__file__).parents[2] / "docs" / "your-own-source.md"
OWNED = "; ".join(f"alter table gem.{table} owner to gem_owner" for table in SOURCE_TABLES)
ROLES = ("gem_reader", "gem_changelog", "gem_owner")


@pytest.fixture
def owned(site):
    """The source as its DBA has it: without a change log, owned by a role of its own, with the page's log-ins."""
    [statements] = re.findall(r"```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    connection = psycopg2.connect(site.dsn)
    changelog.remove(connection)
    connection.close()
    site.execute("create role gem_owner", OWNED, "alter schema gem owner to gem_owner")
    site.execute(statements)
    yield site
    site.dsn = site.owner_dsn
    site.execute("reassign owned by gem_owner, gem_changelog to postgres")
    site.execute(*(f"drop owned by {role}; drop role {role}" for role in ROLES))


def as_role(dsn: str, role: str, password: str) -> str:
    return dsn.replace(dsn.partition("@")[0], f"postgresql://{role}:{password}")


def test_the_log_ins_of_the_page_install_and_read(owned):
    owned.dsn = as_role(owned.owner_dsn, "gem_changelog", "CHANGE_ME_1")
    owned.install_changelog()
    owned.dsn = owned.owner_dsn
    owned.execute("insert into gem.seller (seller_id) values (1)", "insert into gem.bid (bid_id) values (1)")
    owned.dsn = as_role(owned.owner_dsn, "gem_reader", "CHANGE_ME_2")
    summary = owned.extractor().extract()
    assert (summary.failed, summary.rows) == ({}, {"seller": 1, "bid": 1})
    with pytest.raises(psycopg2.errors.InsufficientPrivilege):
        owned.execute("delete from gem.seller")
