"""The source tables grouped under their roots (DOMAIN section 6.1)."""

from gem.contracts.source.bid import BID
from gem.contracts.source.bid_item import BID_ITEM
from gem.contracts.source.bid_participation import BID_PARTICIPATION
from gem.contracts.source.buyer_organisation import BUYER_ORGANISATION
from gem.contracts.source.category import CATEGORY
from gem.contracts.source.contract import CONTRACT
from gem.contracts.source.contract_item import CONTRACT_ITEM
from gem.contracts.source.seller import SELLER
from gem.contracts.source.seller_classification import SELLER_CLASSIFICATION
from gem.contracts.source.state_ref import STATE_REF
from gem.contracts.spec import Aggregate, SourceTable

AGGREGATES: tuple[Aggregate, ...] = (
    Aggregate(name="state_ref", tables=(STATE_REF,), travels_whole=True),
    Aggregate(name="category", tables=(CATEGORY,), travels_whole=True),
    Aggregate(name="buyer_organisation", tables=(BUYER_ORGANISATION,), travels_whole=True),
    Aggregate(name="seller", tables=(SELLER, SELLER_CLASSIFICATION)),
    Aggregate(name="bid", tables=(BID, BID_ITEM, BID_PARTICIPATION)),
    Aggregate(name="contract", tables=(CONTRACT, CONTRACT_ITEM)),
)

SOURCE_TABLES: dict[str, SourceTable] = {table.name: table for aggregate in AGGREGATES for table in aggregate.tables}
AGGREGATE_BY_NAME: dict[str, Aggregate] = {aggregate.name: aggregate for aggregate in AGGREGATES}
AGGREGATE_OF_TABLE: dict[str, Aggregate] = {
    table.name: aggregate for aggregate in AGGREGATES for table in aggregate.tables
}
