"""All warehouse tables in the order of loading: dimensions, facts (after those they are filled from), aggregates."""

from gem.contracts.mart.agg_gmv_daily import AGG_GMV_DAILY
from gem.contracts.mart.bridge_org_hierarchy import BRIDGE_ORG_HIERARCHY
from gem.contracts.mart.code_lists import CODE_LISTS
from gem.contracts.mart.dim_brand import DIM_BRAND
from gem.contracts.mart.dim_buyer_org import DIM_BUYER_ORG
from gem.contracts.mart.dim_buyer_user import DIM_BUYER_USER
from gem.contracts.mart.dim_category import DIM_CATEGORY
from gem.contracts.mart.dim_consignee import DIM_CONSIGNEE
from gem.contracts.mart.dim_date import DIM_DATE
from gem.contracts.mart.dim_policy_parameter import DIM_POLICY_PARAMETER
from gem.contracts.mart.dim_product import DIM_PRODUCT
from gem.contracts.mart.dim_seller import DIM_SELLER
from gem.contracts.mart.dim_state import DIM_STATE
from gem.contracts.mart.fact_bid import FACT_BID
from gem.contracts.mart.fact_bid_participation import FACT_BID_PARTICIPATION
from gem.contracts.mart.fact_catalogue_month import FACT_CATALOGUE_MONTH
from gem.contracts.mart.fact_catalogue_offer import FACT_CATALOGUE_OFFER
from gem.contracts.mart.fact_contract_lifecycle import FACT_CONTRACT_LIFECYCLE
from gem.contracts.mart.fact_incident import FACT_INCIDENT
from gem.contracts.mart.fact_l1_comparison import FACT_L1_COMPARISON
from gem.contracts.mart.fact_order_line import FACT_ORDER_LINE
from gem.contracts.mart.fact_payment import FACT_PAYMENT
from gem.contracts.mart.fact_platform_charge import FACT_PLATFORM_CHARGE
from gem.contracts.mart.fact_procurement_target import FACT_PROCUREMENT_TARGET
from gem.contracts.mart.fact_ra_offer import FACT_RA_OFFER
from gem.contracts.mart.fact_rating import FACT_RATING
from gem.contracts.mart.fact_receipt import FACT_RECEIPT
from gem.contracts.mart.fact_security_deposit import FACT_SECURITY_DEPOSIT
from gem.contracts.mart.fact_shipment import FACT_SHIPMENT
from gem.contracts.mart_spec import LOADED_FROM_FILES, MartTable

MART_TABLES: tuple[MartTable, ...] = (
    DIM_DATE,
    *CODE_LISTS,
    DIM_STATE,
    DIM_POLICY_PARAMETER,
    DIM_CATEGORY,
    DIM_BUYER_ORG,
    BRIDGE_ORG_HIERARCHY,
    DIM_BRAND,
    DIM_BUYER_USER,
    DIM_CONSIGNEE,
    DIM_SELLER,
    DIM_PRODUCT,
    FACT_CATALOGUE_OFFER,
    FACT_L1_COMPARISON,
    FACT_BID_PARTICIPATION,
    FACT_RA_OFFER,
    FACT_BID,
    FACT_ORDER_LINE,
    FACT_SHIPMENT,
    FACT_RECEIPT,
    FACT_PAYMENT,
    FACT_CONTRACT_LIFECYCLE,
    FACT_SECURITY_DEPOSIT,
    FACT_PLATFORM_CHARGE,
    FACT_INCIDENT,
    FACT_RATING,
    AGG_GMV_DAILY,
    FACT_CATALOGUE_MONTH,
    FACT_PROCUREMENT_TARGET,
)

MART_TABLE_BY_NAME: dict[str, MartTable] = {table.name: table for table in MART_TABLES}
CURATED_TABLES: tuple[MartTable, ...] = tuple(t for t in MART_TABLES if t.kind in LOADED_FROM_FILES)
