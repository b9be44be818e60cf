"""The words of a backfill, from the parameters of a run."""

from collections.abc import Mapping
from typing import Any

from gem.contracts.errors import TerminalError


def words_of(params: Mapping[str, Any]) -> str:
    """`backfill --aggregate … …`; TerminalError names the aggregate or the mixture that means nothing."""
    from gem.contracts.source.aggregates import AGGREGATE_BY_NAME  # noqa: PLC0415

    aggregate = AGGREGATE_BY_NAME.get(params["aggregate"])
    if aggregate is None:
        raise TerminalError(f"no aggregate {params['aggregate']!r}: name one of {', '.join(sorted(AGGREGATE_BY_NAME))}")
    chosen = _choice(params)
    if aggregate.travels_whole and chosen:
        raise TerminalError(f"{aggregate.name} travels whole: leave from, to, roots and all out")
    if not aggregate.travels_whole and not chosen:
        raise TerminalError("say which roots: from, to, roots, or all")
    limit = [f"--max-rows {params['max_rows']}"] if params["max_rows"] else []
    return " ".join([f"backfill --aggregate {aggregate.name}", *chosen, *limit])


def _choice(params: Mapping[str, Any]) -> list[str]:
    first, last, roots = params["first"], params["last"], params["roots"]
    if params["all"] and (roots or first is not None or last is not None):
        raise TerminalError("all is every root: leave from, to and roots out")
    if first is not None and last is not None and first > last:
        raise TerminalError(f"from {first} is above to {last}")
    return [
        *(["--all"] if params["all"] else []),
        *([f"--from {first}"] if first is not None else []),
        *([f"--to {last}"] if last is not None else []),
        *([f"--roots {','.join(map(str, roots))}"] if roots else []),
    ]
