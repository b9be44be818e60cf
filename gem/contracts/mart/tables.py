"""All warehouse tables, dimensions before facts and a fact after those it is filled from: the order of loading."""

from gem.contracts.mart.dim_buyer_org import DIM_BUYER_ORG
from gem.contracts.mart.dim_category import DIM_CATEGORY
from gem.contracts.mart.dim_date import DIM_DATE
from gem.contracts.mart.dim_seller import DIM_SELLER
from gem.contracts.mart.dim_state import DIM_STATE
from gem.contracts.mart.fact_bid import FACT_BID
from gem.contracts.mart.fact_bid_participation import FACT_BID_PARTICIPATION
from gem.contracts.mart.fact_contract_lifecycle import FACT_CONTRACT_LIFECYCLE
from gem.contracts.mart.fact_order_line import FACT_ORDER_LINE
from gem.contracts.spec import MartTable, TableKind

MART_TABLES: tuple[MartTable, ...] = (
    DIM_DATE,
    DIM_STATE,
    DIM_CATEGORY,
    DIM_BUYER_ORG,
    DIM_SELLER,
    FACT_BID_PARTICIPATION,
    FACT_BID,
    FACT_ORDER_LINE,
    FACT_CONTRACT_LIFECYCLE,
)

MART_TABLE_BY_NAME: dict[str, MartTable] = {table.name: table for table in MART_TABLES}
CURATED_TABLES: tuple[MartTable, ...] = tuple(t for t in MART_TABLES if t.kind is not TableKind.STATIC)
