"""Which transform makes which warehouse table, and of which source tables."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame

from emr_jobs.raw import Frames
from emr_jobs.transforms.bridge_org_hierarchy import bridge_org_hierarchy
from emr_jobs.transforms.dim_brand import dim_brand
from emr_jobs.transforms.dim_buyer_org import dim_buyer_org
from emr_jobs.transforms.dim_buyer_user import dim_buyer_user
from emr_jobs.transforms.dim_category import dim_category
from emr_jobs.transforms.dim_consignee import dim_consignee
from emr_jobs.transforms.dim_policy_parameter import dim_policy_parameter
from emr_jobs.transforms.dim_product import dim_product
from emr_jobs.transforms.dim_seller import dim_seller
from emr_jobs.transforms.dim_state import dim_state
from emr_jobs.transforms.fact_bid import fact_bid
from emr_jobs.transforms.fact_bid_participation import fact_bid_participation
from emr_jobs.transforms.fact_catalogue_offer import fact_catalogue_offer
from emr_jobs.transforms.fact_contract_lifecycle import fact_contract_lifecycle
from emr_jobs.transforms.fact_incident import fact_incident
from emr_jobs.transforms.fact_l1_comparison import fact_l1_comparison
from emr_jobs.transforms.fact_order_line import fact_order_line
from emr_jobs.transforms.fact_payment import fact_payment
from emr_jobs.transforms.fact_platform_charge import fact_platform_charge
from emr_jobs.transforms.fact_ra_offer import fact_ra_offer
from emr_jobs.transforms.fact_rating import fact_rating
from emr_jobs.transforms.fact_receipt import fact_receipt
from emr_jobs.transforms.fact_security_deposit import fact_security_deposit
from emr_jobs.transforms.fact_shipment import fact_shipment
from gem.contracts.mart.tables import MART_TABLE_BY_NAME
from gem.contracts.mart_spec import MartTable
from gem.contracts.source.aggregates import AGGREGATE_OF_TABLE


@dataclass(frozen=True)
class Transform:
    """How one warehouse table is made: `rows_of` is the source table that gives it one row each, or more."""

    table: MartTable
    rows_of: str
    inputs: tuple[str, ...]
    build: Callable[..., DataFrame]
    """Its parameters are the `inputs`."""
    takes_rejected: bool = False
    """Whether it is made of rejected rows too."""

    def frame(self, accepted: Frames, all_rows: Frames) -> DataFrame:
        """The curated rows, of the accepted rows by source table, or of all of the batch."""
        tables = all_rows if self.takes_rejected else accepted
        return self.build(**{name: tables[name] for name in self.inputs})


def transform_of(build: Callable[..., DataFrame], rows_of: str, *, takes_rejected: bool = False) -> Transform:
    """The transform of the table that bears the name of `build`, from the source tables that its parameters name.

    ValueError where one of them is of another aggregate (law 2). A transform gets the frames of its inputs and nothing
    else, so what is refused here cannot be read.
    """
    table = MART_TABLE_BY_NAME[build.__name__]
    inputs = tuple(inspect.signature(build).parameters)
    foreign = [name for name in (rows_of, *inputs) if AGGREGATE_OF_TABLE[name].name != table.aggregate]
    if foreign:
        raise ValueError(
            f"{table.name} is made of aggregate {table.aggregate} and may not read {foreign}: declare the column as "
            "owned by OTHER and let the load fill it"
        )
    return Transform(table, rows_of, inputs, build, takes_rejected)


TRANSFORMS: tuple[Transform, ...] = (
    transform_of(dim_state, "state_ref"),
    transform_of(dim_policy_parameter, "policy_parameter"),
    transform_of(dim_category, "category"),
    transform_of(dim_buyer_org, "buyer_organisation"),
    transform_of(bridge_org_hierarchy, "buyer_organisation", takes_rejected=True),
    transform_of(dim_brand, "brand"),
    transform_of(dim_buyer_user, "buyer_user"),
    transform_of(dim_consignee, "consignee_location"),
    transform_of(dim_seller, "seller"),
    transform_of(dim_product, "catalogue_product"),
    transform_of(fact_catalogue_offer, "catalogue_offer"),
    transform_of(fact_l1_comparison, "l1_comparison"),
    transform_of(fact_bid_participation, "bid_participation"),
    transform_of(fact_ra_offer, "ra_offer"),
    transform_of(fact_bid, "bid"),
    transform_of(fact_order_line, "contract_item"),
    transform_of(fact_shipment, "shipment"),
    transform_of(fact_receipt, "receipt_certificate"),
    transform_of(fact_payment, "payment"),
    transform_of(fact_contract_lifecycle, "contract"),
    transform_of(fact_security_deposit, "security_deposit"),
    transform_of(fact_platform_charge, "platform_charge"),
    transform_of(fact_incident, "incident"),
    transform_of(fact_rating, "rating"),
)
