"""agg_gmv_daily: what was bought each day, by ministry, state, category, size of seller and mode of purchase."""

from gem.contracts.mart.fact_order_line import VALID_ORDER
from gem.contracts.mart_fill import DayAggregate, GroupedBy, Owner, RootsOf, SumOf
from gem.contracts.mart_spec import NOT_STATED_KEY, UNKNOWN_KEY, MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, INTEGER, MONEY, Type, varchar


def _known(attribute: str, key: str, *, unknown: str, not_stated: str) -> str:
    """An attribute of a dimension; where it has none, whether that is because the member itself is not known yet."""
    return f"coalesce({attribute}, case when f.{key} = {UNKNOWN_KEY} then {unknown} else {not_stated} end)"


def _code(attribute: str, key: str) -> str:
    return _known(attribute, key, unknown=f"'{UNKNOWN_KEY}'", not_stated=f"'{NOT_STATED_KEY}'")


def _name(attribute: str, key: str) -> str:
    return _known(attribute, key, unknown="'Unknown'", not_stated="'Not stated'")


def _by(name: str, type: Type, value: str, comment: str) -> MartColumn:
    """A column that the rows of a day are grouped by."""
    source = GroupedBy(value=value)
    return MartColumn(name=name, type=type, nullable=False, owner=Owner.DERIVED, filled_from=source, comment=comment)


def _measure(name: str, type: Type, source: SumOf | RootsOf, comment: str) -> MartColumn:
    return MartColumn(name=name, type=type, nullable=False, owner=Owner.DERIVED, filled_from=source, comment=comment)


def _net_gmv_where(name: str, condition: str, comment: str) -> MartColumn:
    return _measure(name, MONEY, SumOf(value=f"case when {condition} then f.current_value end"), comment)


AGG_GMV_DAILY = MartTable(
    name="agg_gmv_daily",
    comment="Orders and their value by day, kept by every load",
    kind=TableKind.AGGREGATE,
    aggregate=None,
    grain="one day, ministry, state of the buyer, category of the first level, size of the seller and mode of purchase",
    natural_key=(
        "contract_date_key",
        "ministry_id",
        "ministry_name",
        "buyer_state_code",
        "category_level1",
        "seller_size",
        "buy_mode",
    ),
    sort_key=("contract_date_key",),
    sums_up=DayAggregate(
        fact="fact_order_line", day="contract_date_key", keys=("buyer_org_key", "seller_key", "category_key")
    ),
    columns=(
        _by("contract_date_key", INTEGER, "f.contract_date_key", "Day of the contract"),
        _by(
            "ministry_id",
            BIGINT,
            _known("buyer_org.ministry_id", "buyer_org_key", unknown=str(UNKNOWN_KEY), not_stated=str(NOT_STATED_KEY)),
            "Ministry of the buyer as of the contract; -1 buyer unknown, -2 none stated",
        ),
        _by(
            "ministry_name",
            varchar(1024),
            _name("buyer_org.ministry_name", "buyer_org_key"),
            "Its name as of the contract",
        ),
        _by(
            "buyer_state_code",
            varchar(2),
            _code("buyer_org.state_code", "buyer_org_key"),
            "GST code of the buyer's state as of the contract; -1 buyer unknown, -2 none stated",
        ),
        _by(
            "category_level1",
            varchar(512),
            _name("category.level1_name", "category_key"),
            "Category of the first level as of the contract",
        ),
        _by(
            "seller_size",
            varchar(32),
            _name("seller.size", "seller_key"),
            "MICRO, SMALL, MEDIUM or LARGE as of the contract; Unknown: seller not known yet; Not stated: its size",
        ),
        _by("buy_mode", varchar(32), "coalesce(f.buy_mode, 'Not stated')", "DIRECT, L1, BID, RA or PAC"),
        _measure(
            "orders",
            BIGINT,
            RootsOf(condition=VALID_ORDER, is_additive=True),
            "Contracts neither rejected nor cancelled, each once, in the cell of its first line: adds up over all; "
            "by category it is that of the first line",
        ),
        _measure(
            "orders_in_category",
            BIGINT,
            RootsOf(condition=VALID_ORDER, is_additive=False),
            "Contracts neither rejected nor cancelled with a line in this cell: exact by category, and adds up over "
            "anything but categories",
        ),
        _measure("order_lines", BIGINT, SumOf(value="1"), "Lines of all contracts"),
        _measure("gross_gmv", MONEY, SumOf(value="f.line_value"), "Value at award, including GST"),
        _measure("net_gmv", MONEY, SumOf(value="f.current_value"), "Value now; 0 if cancelled or rejected"),
        _net_gmv_where("mse_value", "seller.is_mse", "Net GMV of micro and small sellers as of the contract"),
        _net_gmv_where(
            "women_value", "seller.is_mse and seller.is_women_owned", "Of these the net GMV of those owned by women"
        ),
        _net_gmv_where(
            "scst_value",
            "seller.is_mse and seller.is_scst",
            "Of these the net GMV of those owned by Scheduled Castes or Tribes",
        ),
        _net_gmv_where("startup_value", "seller.is_startup", "Net GMV of recognised start-ups as of the contract"),
    ),
)
