"""What the star schema must hold, computed by SQL on the source alone: shares nothing with the pipeline but names.

Every column that the transforms or another aggregate fill is compared: which those are, is asked of the declarations.
"""

from gem.contracts.mart.tables import CURATED_TABLES, MART_TABLE_BY_NAME
from gem.contracts.mart_fill import Owner
from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import Kind
from tests.story.truth.bids import BIDS, PARTICIPATIONS, RA_OFFERS
from tests.story.truth.cells import GMV_DAILY, WAREHOUSE_GMV_DAILY
from tests.story.truth.conduct import CHARGES, DEPOSITS, INCIDENTS, RATINGS
from tests.story.truth.contracts import CONTRACTS, ORDER_LINES, PAYMENTS, RECEIPTS, SHIPMENTS
from tests.story.truth.dimensions import (
    BRANDS,
    CATEGORIES,
    CONSIGNEES,
    HIERARCHY,
    ORGANISATIONS,
    PARAMETERS,
    PRODUCTS,
    SELLERS,
    STATES,
    USERS,
)
from tests.story.truth.market import CATALOGUE_OFFERS, COMPARISONS

ON_SOURCE = {
    "dim_state": STATES,
    "dim_policy_parameter": PARAMETERS,
    "dim_category": CATEGORIES,
    "dim_buyer_org": ORGANISATIONS,
    "bridge_org_hierarchy": HIERARCHY,
    "dim_brand": BRANDS,
    "dim_buyer_user": USERS,
    "dim_consignee": CONSIGNEES,
    "dim_seller": SELLERS,
    "dim_product": PRODUCTS,
    "fact_catalogue_offer": CATALOGUE_OFFERS,
    "fact_l1_comparison": COMPARISONS,
    "fact_bid_participation": PARTICIPATIONS,
    "fact_ra_offer": RA_OFFERS,
    "fact_bid": BIDS,
    "fact_order_line": ORDER_LINES,
    "fact_shipment": SHIPMENTS,
    "fact_receipt": RECEIPTS,
    "fact_payment": PAYMENTS,
    "fact_contract_lifecycle": CONTRACTS,
    "fact_security_deposit": DEPOSITS,
    "fact_platform_charge": CHARGES,
    "fact_incident": INCIDENTS,
    "fact_rating": RATINGS,
}
"""Warehouse table to the query that gives its rows, with its columns by name; keys of code lists are told apart."""


def _columns(table: MartTable) -> list[MartColumn]:
    return [c for c in table.columns if c.owner in (Owner.CURATED, Owner.OTHER) and c.member_of is None]


def _as_in_warehouse(column: MartColumn) -> str:
    """The source's value in the warehouse's type: times without a zone, in UTC, and decimals rounded."""
    match column.type.kind:
        case Kind.TIMESTAMP:
            return f"{column.name} at time zone 'UTC' as {column.name}"
        case Kind.DECIMAL:
            return f"cast({column.name} as {column.type.postgres}) as {column.name}"
        case _:
            return column.name


def _on_source(table: MartTable) -> str:
    columns = ", ".join(_as_in_warehouse(column) for column in _columns(table))
    return f"select {columns} from ({ON_SOURCE[table.name]}) truth order by {', '.join(table.natural_key)}"


def _in_warehouse(table: MartTable) -> str:
    conditions = [f"{table.key_column} > 0"] if table.is_dimension else []
    conditions += ["is_current"] if table.kind is TableKind.SCD2 else []
    where = f" where {' and '.join(conditions)}" if conditions else ""
    columns = ", ".join(column.name for column in _columns(table))
    return f"select {columns} from mart.{table.name}{where} order by {', '.join(table.natural_key)}"


SAME = {
    **{table.name: (_on_source(table), _in_warehouse(table)) for table in CURATED_TABLES},
    "agg_gmv_daily": (GMV_DAILY, WAREHOUSE_GMV_DAILY),
}
"""Warehouse table to (query on the source, query on the warehouse) that must give the same rows; current versions."""


def _wrong_keys(fact: MartTable, key: MartColumn) -> str:
    reference = key.reference
    assert reference is not None
    dimension = MART_TABLE_BY_NAME[reference.dimension]
    natural_key = dimension.natural_key[0]
    holds = ""
    if dimension.kind is TableKind.SCD2:
        holds = f" and f.{reference.as_of} >= d.valid_from and f.{reference.as_of} < d.valid_to"
    return (
        f"select count(*) from mart.{fact.name} f"
        f" left join mart.{dimension.name} d on d.{natural_key} = f.{reference.natural_key}{holds}"
        f" where f.{key.name} <> case when f.{reference.natural_key} is null then -2"
        f" else coalesce(d.{dimension.key_column}, -1) end"
    )


CODES = {
    "fact_order_line.buy_mode_key": "buy_mode",
    "fact_order_line.payment_mode_key": "payment_mode",
    "fact_order_line.order_status_key": "status",
    "fact_incident.incident_reason_key": "reason_code",
}
"""The key of a code list to the column that holds the code itself."""


def _wrong_codes(key: str, code: str) -> str:
    fact, _, name = key.partition(".")
    listed = name.removesuffix("_key")
    return (
        f"select count(*) from mart.{fact} f left join mart.dim_{listed} d on d.{listed} = f.{code} and d.{name} > 0"
        f" where f.{name} <> case when f.{code} is null then -2 else coalesce(d.{name}, -1) end"
    )


WRONG_FLAGS = """
    select count(*)
    from mart.fact_order_line f
    left join mart.dim_order_flags d on d.order_flags_key = f.order_flags_key
    where d.order_flags_key is null
       or coalesce(d.mii_class, '') <> coalesce(f.mii_class, '')
       or coalesce(cast(d.is_interstate as integer), -1) <>
          case when f.igst > 0 then 1 when f.cgst > 0 or f.sgst > 0 then 0 else -1 end
       or d.is_pac <> coalesce(f.buy_mode = 'PAC', false)
       or d.is_reverse_auction <> coalesce(f.buy_mode = 'RA', false)
"""

WRONG_KEYS = {
    **{f"{table.name}.{key.name}": _wrong_keys(table, key) for table in CURATED_TABLES for key in table.references},
    **{key: _wrong_codes(key, code) for key, code in CODES.items()},
    "fact_order_line.order_flags_key": WRONG_FLAGS,
}
"""What each counts must be 0: keys that are neither the version of the event's time, nor -1 for none, nor -2."""
