"""The source tables grouped under their roots (DOMAIN section 6.1)."""

from gem.contracts.source.bid import BID
from gem.contracts.source.bid_item import BID_ITEM
from gem.contracts.source.bid_participation import BID_PARTICIPATION
from gem.contracts.source.brand import BRAND
from gem.contracts.source.buyer_organisation import BUYER_ORGANISATION
from gem.contracts.source.buyer_user import BUYER_USER
from gem.contracts.source.catalogue_offer import CATALOGUE_OFFER
from gem.contracts.source.catalogue_product import CATALOGUE_PRODUCT
from gem.contracts.source.category import CATEGORY
from gem.contracts.source.consignee_location import CONSIGNEE_LOCATION
from gem.contracts.source.contract import CONTRACT
from gem.contracts.source.contract_amendment import CONTRACT_AMENDMENT
from gem.contracts.source.contract_item import CONTRACT_ITEM
from gem.contracts.source.incident import INCIDENT
from gem.contracts.source.invoice import INVOICE
from gem.contracts.source.l1_comparison import L1_COMPARISON
from gem.contracts.source.payment import PAYMENT
from gem.contracts.source.platform_charge import PLATFORM_CHARGE
from gem.contracts.source.policy_parameter import POLICY_PARAMETER
from gem.contracts.source.ra_offer import RA_OFFER
from gem.contracts.source.rating import RATING
from gem.contracts.source.receipt_certificate import RECEIPT_CERTIFICATE
from gem.contracts.source.reverse_auction import REVERSE_AUCTION
from gem.contracts.source.security_deposit import SECURITY_DEPOSIT
from gem.contracts.source.seller import SELLER
from gem.contracts.source.seller_classification import SELLER_CLASSIFICATION
from gem.contracts.source.seller_gstin import SELLER_GSTIN
from gem.contracts.source.shipment import SHIPMENT
from gem.contracts.source.state_ref import STATE_REF
from gem.contracts.source_spec import Aggregate, SourceTable

AGGREGATES: tuple[Aggregate, ...] = (
    Aggregate(name="state_ref", tables=(STATE_REF,), travels_whole=True),
    Aggregate(name="policy_parameter", tables=(POLICY_PARAMETER,), travels_whole=True),
    Aggregate(name="category", tables=(CATEGORY,), travels_whole=True),
    Aggregate(name="buyer_organisation", tables=(BUYER_ORGANISATION,), travels_whole=True),
    Aggregate(name="brand", tables=(BRAND,), travels_whole=True),
    Aggregate(name="buyer_user", tables=(BUYER_USER,)),
    Aggregate(name="consignee_location", tables=(CONSIGNEE_LOCATION,)),
    Aggregate(name="seller", tables=(SELLER, SELLER_GSTIN, SELLER_CLASSIFICATION)),
    Aggregate(name="catalogue_product", tables=(CATALOGUE_PRODUCT, CATALOGUE_OFFER)),
    Aggregate(name="l1_comparison", tables=(L1_COMPARISON,)),
    Aggregate(name="bid", tables=(BID, BID_ITEM, BID_PARTICIPATION, REVERSE_AUCTION, RA_OFFER)),
    Aggregate(
        name="contract",
        tables=(
            CONTRACT,
            CONTRACT_ITEM,
            CONTRACT_AMENDMENT,
            SHIPMENT,
            RECEIPT_CERTIFICATE,
            INVOICE,
            PAYMENT,
        ),
    ),
    Aggregate(name="security_deposit", tables=(SECURITY_DEPOSIT,)),
    Aggregate(name="platform_charge", tables=(PLATFORM_CHARGE,)),
    Aggregate(name="incident", tables=(INCIDENT,)),
    Aggregate(name="rating", tables=(RATING,)),
)

SOURCE_TABLES: dict[str, SourceTable] = {table.name: table for aggregate in AGGREGATES for table in aggregate.tables}
AGGREGATE_BY_NAME: dict[str, Aggregate] = {aggregate.name: aggregate for aggregate in AGGREGATES}
AGGREGATE_OF_TABLE: dict[str, Aggregate] = {
    table.name: aggregate for aggregate in AGGREGATES for table in aggregate.tables
}
