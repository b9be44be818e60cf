"""fact_contract_lifecycle: one row per contract, its milestones from the publication of its bid on."""

from gem.contracts.mart_fill import Lookup, Owner
from gem.contracts.mart_spec import IST_MINUTES, UNKNOWN_KEY, MartColumn, MartTable, TableKind, date_key, key_reference
from gem.contracts.types import BIGINT, BOOLEAN, INTEGER, MONEY, TIMESTAMP, Type, varchar


def _of_bid(name: str, type: Type, value: str, comment: str, *, nullable: bool = True) -> MartColumn:
    """A column that belongs to the contract's bid."""
    looked_up = Lookup(fact="fact_bid", by="bid_id", value=value)
    return MartColumn(
        name=name, type=type, nullable=nullable, owner=Owner.OTHER, filled_from=looked_up, comment=comment
    )


def _day_of_bid(name: str, column: str, comment: str) -> MartColumn:
    value = f"coalesce({{other}}.{column}, {UNKNOWN_KEY})"
    return _of_bid(name, INTEGER, value, comment, nullable=False)


def _days(name: str, what: str) -> MartColumn:
    return MartColumn(name=name, type=INTEGER, comment=f"Days in India from {what}")


def _ist(instant: str) -> str:
    return f"dateadd(minute, {IST_MINUTES}, {instant})"


FACT_CONTRACT_LIFECYCLE = MartTable(
    name="fact_contract_lifecycle",
    comment="Contracts from bid to end",
    kind=TableKind.FACT,
    aggregate="contract",
    grain="one contract",
    natural_key=("contract_id",),
    root_column="contract_id",
    dist_key="contract_id",
    sort_key=("bid_id", "contract_date_key"),
    columns=(
        MartColumn(name="contract_id", type=BIGINT, nullable=False, comment="Contract at the source"),
        MartColumn(name="contract_number", type=varchar(64), comment="Number of the contract"),
        MartColumn(name="buy_mode", type=varchar(32), comment="DIRECT, L1, BID, RA or PAC"),
        MartColumn(name="status", type=varchar(32), comment="Status at the source"),
        MartColumn(name="cancelled_by", type=varchar(32), comment="Who cancelled"),
        MartColumn(name="bid_id", type=BIGINT, comment="Bid behind the contract"),
        MartColumn(name="org_id", type=BIGINT, comment="Buying organisation"),
        MartColumn(name="buyer_user_id", type=BIGINT, comment="User who ordered"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller"),
        key_reference("buyer_org_key", "dim_buyer_org", "org_id", "contract_at", "Buyer as of the contract"),
        key_reference("seller_key", "dim_seller", "seller_id", "contract_at", "Seller as of the contract"),
        key_reference("buyer_user_key", "dim_buyer_user", "buyer_user_id", None, "User who ordered"),
        _day_of_bid("bid_published_date_key", "published_date_key", "Day of the bid's publication"),
        _day_of_bid("bid_awarded_date_key", "awarded_date_key", "Day of the bid's award"),
        date_key("contract_date_key", "Day of the contract"),
        date_key("accepted_date_key", "Day of acceptance by the seller"),
        date_key("first_dispatched_date_key", "Day of the first dispatch"),
        date_key("last_delivered_date_key", "Day of the last delivery"),
        date_key("first_prc_date_key", "Day of the first PRC"),
        date_key("last_crac_date_key", "Day of the last CRAC"),
        date_key("first_invoiced_date_key", "Day of the first invoice"),
        date_key("last_paid_date_key", "Day of the last payment"),
        date_key("rejected_date_key", "Day of rejection by the seller"),
        date_key("cancelled_date_key", "Day of cancellation"),
        MartColumn(name="contract_at", type=TIMESTAMP, comment="Contract placed, UTC"),
        MartColumn(name="accepted_at", type=TIMESTAMP, comment="Accepted by the seller, UTC"),
        MartColumn(name="first_dispatched_at", type=TIMESTAMP, comment="First dispatch, UTC"),
        MartColumn(name="last_delivered_at", type=TIMESTAMP, comment="Last delivery, UTC"),
        MartColumn(name="first_prc_at", type=TIMESTAMP, comment="First provisional receipt, UTC"),
        MartColumn(name="last_crac_at", type=TIMESTAMP, comment="Last receipt and acceptance, UTC"),
        MartColumn(name="first_invoiced_at", type=TIMESTAMP, comment="First invoice, UTC"),
        MartColumn(name="last_paid_at", type=TIMESTAMP, comment="Last payment, UTC"),
        MartColumn(name="rejected_at", type=TIMESTAMP, comment="Rejected by the seller, UTC"),
        MartColumn(name="cancelled_at", type=TIMESTAMP, comment="Cancelled, UTC"),
        _of_bid(
            "award_to_contract_days",
            INTEGER,
            f"datediff(day, {_ist('{other}.awarded_at')}, {_ist('{own}.contract_at')})",
            "Days in India from award to contract; below zero where the contract came first",
        ),
        _days("contract_to_acceptance_days", "contract to acceptance"),
        _days("acceptance_to_dispatch_days", "acceptance to first dispatch"),
        _days("dispatch_to_delivery_days", "first dispatch to last delivery"),
        _days("delivery_to_crac_days", "last delivery to last CRAC"),
        _days("crac_to_payment_days", "last CRAC to last payment"),
        _days("order_to_cash_days", "contract to last payment, once it is fully paid"),
        MartColumn(name="total_value", type=MONEY, comment="Value of the contract at the source, including GST"),
        MartColumn(name="accepted_value", type=MONEY, nullable=False, comment="Accepted by CRACs, at unit prices"),
        MartColumn(name="paid_value", type=MONEY, nullable=False, comment="Paid"),
        MartColumn(name="ld_amount", type=MONEY, nullable=False, comment="Liquidated damages of its shipments"),
        MartColumn(name="line_count", type=INTEGER, nullable=False, comment="Lines of the contract"),
        MartColumn(
            name="is_fully_paid", type=BOOLEAN, nullable=False, comment="Accepted in full, and every payment paid"
        ),
        _of_bid(
            "is_mse_matched",
            BOOLEAN,
            "coalesce({other}.is_mse_match, false)",
            "Its bid was awarded to an MSE that matched the lowest price",
            nullable=False,
        ),
        MartColumn(
            name="has_amendment_without_line",
            type=BOOLEAN,
            nullable=False,
            comment="Warning: an approved amendment of quantity or value names none of its lines and changes none",
        ),
        MartColumn(name="is_void", type=BOOLEAN, nullable=False, comment="Rejected or cancelled"),
    ),
)
