"""rating: what one party of a contract thinks of the other."""

from gem.contracts.source.columns import AUDIT, code, instant, reference, required_id
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import PERCENT, json_text

RATING = SourceTable(
    name="rating",
    comment="Ratings of sellers and buyers",
    primary_key=("rating_id",),
    root_column="rating_id",
    columns=(
        required_id("rating_id"),
        reference("contract_id"),
        code("ratee_type", "SELLER", "BUYER"),
        reference("ratee_id"),
        Column(name="score", type=PERCENT, comment="1 to 5"),
        Column(name="component_scores", type=json_text(4096), comment="Score by aspect"),
        instant("rated_at"),
        *AUDIT,
    ),
)
