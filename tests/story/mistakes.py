"""Errors planted into the transforms of a running Spark session: a function's code, exchanged for a changed one's."""

import importlib
import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from types import FunctionType
from typing import Any, NamedTuple


class Mistake(NamedTuple):
    """What somebody might have written instead of what stands once in a function of that module."""

    module: str
    right: str
    wrong: str


@contextmanager
def planted(mistake: Mistake) -> Iterator[None]:
    """Whoever holds a function of the module, imported long ago or not, runs its wrong code meanwhile."""
    module = importlib.import_module(mistake.module)
    source = inspect.getsource(module)
    assert source.count(mistake.right) == 1, f"{mistake.module} no longer holds: {mistake.right}"
    changed: dict[str, Any] = {"__name__": module.__name__}
    exec(compile(source.replace(mistake.right, mistake.wrong), inspect.getfile(module), "exec"), changed)
    functions = {
        name: each
        for name, each in vars(module).items()
        if isinstance(each, FunctionType) and each.__module__ == module.__name__
    }
    codes = {name: function.__code__ for name, function in functions.items()}
    try:
        for name, function in functions.items():
            function.__code__ = changed[name].__code__
        yield
    finally:
        for name, function in functions.items():
            function.__code__ = codes[name]


MISTAKES = {
    "an amendment is forgotten": (
        Mistake(
            "emr_jobs.transforms.fact_order_line",
            'otherwise(sf.col("amended_value"))',
            'otherwise(sf.col("line_value"))',
        ),
        "02_net_gmv",
    ),
    "a medium firm is an MSE": (
        Mistake("emr_jobs.transforms.dim_seller", 'isin("MICRO", "SMALL")', 'isin("MICRO", "SMALL", "MEDIUM")'),
        "11_mse_share",
    ),
    "who withdrew still qualifies": (
        Mistake("emr_jobs.transforms.bidding", "& ~withdrew_before_closing()", ""),
        "31_l1_l2_gap",
    ),
    "an extension with damages is one without": (
        Mistake("emr_jobs.transforms.amendments", 'sf.when(~known(sf.col("with_ld")), days)', "days"),
        "36_on_time_delivery",
    ),
    "days begin at midnight in Greenwich": (
        Mistake("emr_jobs.columns", "sf.from_utc_timestamp(instant, IST)", "instant"),
        "41_time_to_payment",
    ),
    "a payment that failed is owed again": (
        Mistake("emr_jobs.transforms.paying", 'isin("FAILED", "REVERSED")', "isNull()"),
        "43_overdue_payable",
    ),
}
"""A line of a transform written otherwise, and a measure that must show it."""
