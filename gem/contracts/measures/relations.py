"""What measures are read from: facts of mart, and the views of bi that stand on them (sql/views)."""

from gem.contracts.frozen import Frozen
from gem.contracts.mart.tables import MART_TABLE_BY_NAME, MART_TABLES
from gem.contracts.mart_spec import MartTable, TableKind

DATE_KEY_SUFFIX = "_date_key"


class Relation(Frozen):
    """Rows that a measure sums up: their keys lead to dimensions, as those of a fact do."""

    name: str
    grain: str
    keys: tuple[str, ...]
    """Columns that hold keys of dimensions."""
    day: str | None = None
    """The date key by which a row falls into a period, where no measure names another."""
    own_year: str | None = None
    """The column that states its financial year, where that is not the year of its day."""

    def key_of(self, alias: str) -> str:
        """The key whose dimension is read by that name; KeyError names both."""
        for key in self.keys:
            if alias_of(key) == alias:
                return key
        raise KeyError(f"{self.name} has no key of {alias}")


def dimension_of_key(key: str) -> MartTable:
    """The dimension that a key column leads to: a date key to dim_date, another as some fact declares it."""
    if key.endswith(DATE_KEY_SUFFIX):
        return MART_TABLE_BY_NAME["dim_date"]
    return MART_TABLE_BY_NAME[DIMENSION_OF[key]]


def alias_of(key: str) -> str:
    """The name by which SQL reads the key's dimension: `contract_date`, or the dimension's without `dim_`."""
    if key.endswith(DATE_KEY_SUFFIX):
        return key.removesuffix("_key")
    return dimension_of_key(key).name.removeprefix("dim_")


def _dimensions() -> dict[str, str]:
    found: dict[str, str] = {}
    for table in MART_TABLES:
        found |= {column.name: column.reference.dimension for column in table.columns if column.reference}
        found |= {column.name: column.member_of for column in table.columns if column.member_of}
    return found


def _fact(table: MartTable) -> Relation:
    days = tuple(column.name for column in table.columns if column.name.endswith(DATE_KEY_SUFFIX))
    keys = tuple(column.name for column in table.columns if column.name in DIMENSION_OF) + days
    day = next((name for name in table.sort_key if name.endswith(DATE_KEY_SUFFIX)), None)
    return Relation(name=f"mart.{table.name}", grain=table.grain, keys=keys, day=day)


DIMENSION_OF: dict[str, str] = _dimensions()
_BUYER_AND_SELLER = ("buyer_org_key", "seller_key")
VIEWS: tuple[Relation, ...] = (
    Relation(
        name="bi.v_payables",
        grain="one payment that no later one stands for",
        keys=(*_BUYER_AND_SELLER, "crac_date_key", "paid_date_key"),
        day="crac_date_key",
    ),
    Relation(
        name="bi.v_deliveries",
        grain="one shipment that was delivered",
        keys=(*_BUYER_AND_SELLER, "category_key", "consignee_key", "delivered_date_key"),
        day="delivered_date_key",
    ),
    Relation(
        name="bi.v_l1_savings",
        grain="one order line of an L1 purchase whose comparison is known",
        keys=(*_BUYER_AND_SELLER, "category_key", "contract_date_key"),
        day="contract_date_key",
    ),
    Relation(
        name="bi.v_mandate_lines",
        grain="one order line of a buyer that the MSE mandate binds",
        keys=(*_BUYER_AND_SELLER, "category_key", "contract_date_key"),
        day="contract_date_key",
    ),
    Relation(
        name="bi.v_seller_activation",
        grain="one seller whose registration is known",
        keys=("seller_key", "registered_date_key"),
        day="registered_date_key",
    ),
    Relation(
        name="bi.v_mse_price_match",
        grain="one awarded bid whose lowest offer was of no MSE, while an MSE stood within the price band",
        keys=("buyer_org_key", "category_key", "published_date_key"),
        day="published_date_key",
    ),
    Relation(
        name="bi.v_incident_rate",
        grain="one incident after the contract, or one valid order",
        keys=(*_BUYER_AND_SELLER, "event_date_key"),
        day="event_date_key",
    ),
    Relation(
        name="bi.v_notices",
        grain="one incident with a show-cause notice",
        keys=("seller_key", "incident_reason_key", "raised_date_key"),
        day="raised_date_key",
    ),
    Relation(
        name="bi.v_open_orders",
        grain="one order line of an open order, with its seller as it is now",
        keys=(*_BUYER_AND_SELLER, "category_key", "contract_date_key"),
        day="contract_date_key",
    ),
    Relation(
        name="bi.v_buyer_promptness",
        grain="one thing that a buyer should do by a day: close a bid, place an order, accept, pay",
        keys=("buyer_org_key",),
    ),
    Relation(
        name="bi.v_split_orders",
        grain="one order in one category that looks like a part of a split one",
        keys=(*_BUYER_AND_SELLER, "category_key", "contract_date_key"),
        day="contract_date_key",
    ),
    Relation(
        name="bi.v_threshold_breaches",
        grain="one order above its limit, or with too few makers compared",
        keys=(*_BUYER_AND_SELLER, "contract_date_key"),
        day="contract_date_key",
    ),
    Relation(
        name="bi.v_charge_balance",
        grain="one charge that stands, or what the rules charge for one order",
        keys=("seller_key", "charged_date_key"),
        day="charged_date_key",
        own_year="financial_year",
    ),
    Relation(name="bi.v_freshness", grain="one table of one source", keys=()),
)
RELATIONS: dict[str, Relation] = {
    relation.name: relation
    for relation in (*(_fact(table) for table in MART_TABLES if table.kind is TableKind.FACT), *VIEWS)
}
