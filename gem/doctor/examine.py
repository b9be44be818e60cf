"""Every check of a stack, in the order in which a person would mend things."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

from gem.doctor import access, network, people, storage, wiring
from gem.doctor.findings import Check, Finding, run
from gem.doctor.stack import Stack


def examine(stack: Stack, now: datetime, silent: timedelta, *, databases: bool, ssl: bool) -> Iterator[Finding]:
    """What every check finds; `databases` says whether to log in to source and warehouse. Changes nothing."""
    for name, check in checks(stack, now, silent, databases=databases, ssl=ssl).items():
        yield from run(name, check)


def checks(stack: Stack, now: datetime, silent: timedelta, *, databases: bool, ssl: bool) -> dict[str, Check]:
    """The checks by name."""
    logins: dict[str, Check] = {
        "source log-in": partial(access.source_login, stack),
        "warehouse": partial(access.warehouse, stack, ssl=ssl),
    }
    return {
        "identity": partial(access.identity, stack),
        "rules": partial(wiring.rules, stack),
        "mappings": partial(wiring.mappings, stack),
        "functions": partial(wiring.functions, stack),
        "endpoints": partial(network.endpoints, stack),
        "lake": partial(storage.lake, stack),
        "ledger": partial(storage.ledger, stack),
        "release": partial(storage.release, stack),
        "cluster": partial(storage.launch, stack),
        "secrets": partial(access.secrets, stack),
        **(logins if databases else {}),
        "extractor": partial(storage.extractor, stack, now, silent),
        "alerts": partial(people.topics, stack),
        "alarms": partial(people.alarms, stack),
        "dead letters": partial(wiring.dead_letters, stack),
    }
