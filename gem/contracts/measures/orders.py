"""Measures of contracts (orders): value, count and who they go to."""

from gem.contracts.measures.spec import Measure, Unit

_VALID = "f.rejected_at is null and f.cancelled_at is null and coalesce(f.status, '') not in ('REJECTED', 'CANCELLED')"

GROSS_GMV = Measure(
    number=1,
    name="Gross GMV",
    description="Value of all order lines at award, with GST and orders cancelled later; rate contracts have none.",
    folder="Orders",
    unit=Unit.RUPEES,
    fact="fact_order_line",
    numerator="coalesce(sum(f.line_value), 0)",
)
NET_GMV = Measure(
    number=2,
    name="Net GMV",
    description="Value of order lines now: after amendments, 0 for rejected and cancelled orders.",
    folder="Orders",
    unit=Unit.RUPEES,
    fact="fact_order_line",
    numerator="coalesce(sum(f.current_value), 0)",
)
ORDERS = Measure(
    number=3,
    name="Orders",
    description="Contracts that were neither rejected nor cancelled.",
    folder="Orders",
    unit=Unit.COUNT,
    fact="fact_order_line",
    numerator=f"count(distinct case when {_VALID} then f.contract_id end)",
)
AVERAGE_ORDER_VALUE = Measure(
    number=4,
    name="Average order value",
    description="Net GMV by valid order.",
    folder="Orders",
    unit=Unit.RUPEES,
    fact="fact_order_line",
    numerator="sum(f.current_value)",
    denominator=f"count(distinct case when {_VALID} then f.contract_id end)",
)
MSE_SHARE = Measure(
    number=11,
    name="MSE share",
    description="Share of net GMV that went to sellers who were micro or small on the day of the contract; "
    "unknown where no seller's size is.",
    folder="Sellers",
    unit=Unit.SHARE,
    fact="fact_order_line",
    dimensions=("seller_key",),
    numerator="sum(case when seller.is_mse then f.current_value when not seller.is_mse then 0 end)",
    denominator="sum(f.current_value)",
)

CONTRACTS = Measure(
    number=101,
    name="Contracts",
    description="Contracts placed, also those rejected or cancelled later.",
    folder="Orders",
    unit=Unit.COUNT,
    fact="fact_order_line",
    numerator="count(distinct f.contract_id)",
)
ORDER_LINES = Measure(
    number=102,
    name="Order lines",
    description="Lines of all contracts.",
    folder="Orders",
    unit=Unit.COUNT,
    fact="fact_order_line",
    numerator="count(*)",
)
RATE_CONTRACTS = Measure(
    number=103,
    name="Rate contracts",
    description="Contracts that agree on a rate; what is ordered under them is no part of any value.",
    folder="Orders",
    unit=Unit.COUNT,
    fact="fact_order_line",
    numerator="count(distinct case when f.is_rate_contract and f.line_value is null then f.contract_id end)",
)

MEASURES = (GROSS_GMV, NET_GMV, ORDERS, AVERAGE_ORDER_VALUE, MSE_SHARE, CONTRACTS, ORDER_LINES, RATE_CONTRACTS)
