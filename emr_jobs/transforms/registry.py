"""Which transform makes which warehouse table, and of which source tables."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame

from emr_jobs.raw import Frames
from emr_jobs.transforms.dim_buyer_org import dim_buyer_org
from emr_jobs.transforms.dim_category import dim_category
from emr_jobs.transforms.dim_seller import dim_seller
from emr_jobs.transforms.dim_state import dim_state
from emr_jobs.transforms.fact_bid import fact_bid
from emr_jobs.transforms.fact_bid_participation import fact_bid_participation
from emr_jobs.transforms.fact_order_line import fact_order_line
from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.spec import MartTable


@dataclass(frozen=True)
class Transform:
    """How one warehouse table is made: `rows_of` is the source table that gives it one row each, or more."""

    table: MartTable
    rows_of: str
    inputs: tuple[str, ...]
    build: Callable[..., DataFrame]

    def frame(self, tables: Frames) -> DataFrame:
        """The curated rows; `tables` holds the accepted rows by source table."""
        return self.build(*(tables[name] for name in self.inputs))


def _transform(build: Callable[..., DataFrame], rows_of: str, *inputs: str) -> Transform:
    return Transform(MART_TABLE_BY_NAME[build.__name__], rows_of, inputs, build)


TRANSFORMS: tuple[Transform, ...] = (
    _transform(dim_state, "state_ref", "state_ref"),
    _transform(dim_category, "category", "category"),
    _transform(dim_buyer_org, "buyer_organisation", "buyer_organisation"),
    _transform(dim_seller, "seller", "seller", "seller_classification"),
    _transform(fact_bid, "bid", "bid", "bid_item", "bid_participation"),
    _transform(fact_bid_participation, "bid_participation", "bid", "bid_participation"),
    _transform(fact_order_line, "contract_item", "contract", "contract_item"),
)
