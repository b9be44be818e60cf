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
from emr_jobs.transforms.fact_contract_lifecycle import fact_contract_lifecycle
from emr_jobs.transforms.fact_order_line import fact_order_line
from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.source.aggregates import AGGREGATE_OF_TABLE
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


def transform_of(build: Callable[..., DataFrame], rows_of: str, *inputs: str) -> Transform:
    """The transform of the table that `build` is named after; ValueError where it reads another aggregate (law 2).

    A transform gets the frames of its inputs and nothing else, so what is refused here cannot be read.
    """
    table = MART_TABLE_BY_NAME[build.__name__]
    foreign = [name for name in (rows_of, *inputs) if AGGREGATE_OF_TABLE[name].name != table.aggregate]
    if foreign:
        raise ValueError(
            f"{table.name} is made of aggregate {table.aggregate} and may not read {foreign}: declare the column as "
            "owned by OTHER and let the load fill it"
        )
    return Transform(table, rows_of, inputs, build)


TRANSFORMS: tuple[Transform, ...] = (
    transform_of(dim_state, "state_ref", "state_ref"),
    transform_of(dim_category, "category", "category"),
    transform_of(dim_buyer_org, "buyer_organisation", "buyer_organisation"),
    transform_of(dim_seller, "seller", "seller", "seller_classification"),
    transform_of(fact_bid, "bid", "bid", "bid_item", "bid_participation"),
    transform_of(fact_bid_participation, "bid_participation", "bid", "bid_participation"),
    transform_of(fact_order_line, "contract_item", "contract", "contract_item"),
    transform_of(fact_contract_lifecycle, "contract", "contract", "contract_item"),
)
