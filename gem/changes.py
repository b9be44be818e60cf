"""What the source's change log says of an aggregate: which of its roots have changed, or that any may have."""

# ruff: noqa: S608 - a declared name, and expressions of the callers' own

from gem.contracts.source_spec import SOURCE_SCHEMA
from gem.reconcile import Ask


def changed(source: Ask, aggregate: str, of_root: str, since: str) -> set[str] | None:
    """The expression `of_root` (as `root_id`) of every root logged where `since` holds, as text.

    None where any root may have changed: after a TRUNCATE, where triggers were missing, or where the log was pruned
    beyond what a window had seen.
    """
    found = source(
        f"select distinct cast({of_root} as varchar) from {SOURCE_SCHEMA}.change_log"
        f" where aggregate = '{aggregate}' and {since}"
    )
    values = {value for (value,) in found}
    return None if None in values else values
