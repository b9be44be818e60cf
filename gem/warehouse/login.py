"""The user that loads: made as its secret says, given its role, and asked whether it may load."""

import re

from gem.contracts.errors import TerminalError
from gem.warehouse.connection import Connection, commit, driver_errors, execute
from gem.warehouse.security import LOADER, READERS

TRIED = (
    "insert into ops.load_log select * from ops.load_log where 1 = 0",
    "delete from mart.dim_seller where 1 = 0",
    "create temporary table gem_may_stage (n integer)",
)
NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")
PASSWORD = re.compile(r"[!-~]{8,64}")
NOT_IN_PASSWORDS = set("'\"\\/@")


def make_loader(connection: Connection, user: str, password: str) -> str:
    """Make the user, or give it the password again, and the role gem_loader; commits. Returns what was done.

    Needs a superuser. Raises TerminalError where Redshift could have no such user or password, never with the password.
    """
    if not NAME.fullmatch(user) or user in {LOADER, *READERS}:
        raise TerminalError(
            f"user name {user!r}: write small letters, digits and _, and no name of a role of sql/security"
        )
    if not PASSWORD.fullmatch(password) or NOT_IN_PASSWORDS & set(password):
        raise TerminalError(
            f"the password of {user} has not 8 to 64 characters of ASCII, without space, quotes, \\, / and @"
        )
    known = execute(connection, "select 1 from pg_user where usename = %s", [user])
    word = "alter" if known else "create"
    # Not by execute(), whose errors tell the statement.
    with driver_errors(f"{word} user {user}"):
        connection.cursor().execute(f"{word} user {user} password '{password}'")
    execute(connection, f"grant role {LOADER} to {user}")
    commit(connection)
    return f"{word} user {user}, grant role {LOADER}"


def refused_to_loader(connection: Connection) -> str:
    """What the current user is refused of what a load does, by the database's words; nothing where it may load.

    Tried, and undone: what roles give is not in every version's has_table_privilege.
    """
    try:
        for statement in TRIED:
            execute(connection, statement)
    except TerminalError as error:
        return str(error)
    finally:
        connection.rollback()
    return ""
