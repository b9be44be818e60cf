"""CREATE DATABASE and DROP DATABASE as Redshift writes them."""

from collections.abc import Sequence

from local_aws.redshift.errors import unknown_here
from local_aws.redshift.plan import Plan
from local_aws.redshift.tables import syntax_error
from local_aws.redshift.tokens import Reader, Token, quote

NO_LIMIT = "-1"


def create_database(tokens: Sequence[Token]) -> Plan:
    """CREATE DATABASE name [WITH] [OWNER [=] user] [CONNECTION LIMIT n | UNLIMITED] [COLLATE CASE_SENSITIVE]."""
    reader = Reader(tokens)
    reader.accept("create", "database")
    name = reader.take().name
    reader.accept("with")
    options: list[str] = []
    while reader.rest:
        options += _option(reader)
    return Plan(" ".join([f"create database {quote(name)}", *options]), alone="CREATE DATABASE", creates_database=name)


def _option(reader: Reader) -> list[str]:
    if reader.accept("owner"):
        reader.accept("=")
        return ["owner", quote(reader.take().name)]
    if reader.accept("connection", "limit"):
        return ["connection limit", NO_LIMIT if reader.accept("unlimited") else reader.take().text]
    if reader.accept("collate", "case_sensitive"):
        return []
    if reader.peek().word == "collate":
        raise unknown_here("COLLATE CASE_INSENSITIVE", "compare LOWER(…)")
    if reader.peek().word == "isolation":
        raise unknown_here("CREATE DATABASE … ISOLATION LEVEL", "ALTER DATABASE … ISOLATION LEVEL after it")
    if reader.peek().word == "from":
        raise unknown_here("CREATE DATABASE … FROM DATASHARE")
    raise syntax_error(reader)


def drop_database(tokens: Sequence[Token]) -> Plan:
    """DROP DATABASE name [FORCE], which Redshift runs in no transaction block and without IF EXISTS."""
    reader = Reader(tokens)
    reader.accept("drop", "database")
    if reader.peek().word == "if":
        raise syntax_error(reader)
    name = quote(reader.take().name)
    force = " with (force)" if reader.accept("force") else ""
    if reader.rest:
        raise syntax_error(reader)
    return Plan(f"drop database {name}{force}", alone="DROP DATABASE")
