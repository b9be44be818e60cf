"""l1_comparison: the comparison of offers before an L1 purchase."""

from gem.contracts.source.columns import AUDIT, instant, money, reference, required_id
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import INTEGER, QUANTITY

L1_COMPARISON = SourceTable(
    name="l1_comparison",
    comment="Comparisons of catalogue offers",
    primary_key=("comparison_id",),
    root_column="comparison_id",
    columns=(
        required_id("comparison_id"),
        reference("buyer_user_id"),
        reference("category_id"),
        Column(name="qty", type=QUANTITY),
        Column(name="compared_offer_count", type=INTEGER),
        Column(name="manufacturer_count", type=INTEGER, comment="Different makers compared"),
        money("lowest_price"),
        money("median_price"),
        reference("selected_offer_id"),
        instant("compared_at"),
        *AUDIT,
    ),
)
