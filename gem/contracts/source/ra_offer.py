"""ra_offer: one price named in a reverse auction."""

from gem.contracts.source.columns import AUDIT, instant, money, reference, required_id
from gem.contracts.source_spec import SourceTable

RA_OFFER = SourceTable(
    name="ra_offer",
    comment="Price offers in reverse auctions",
    primary_key=("ra_offer_id",),
    root_column="bid_id",
    columns=(
        required_id("ra_offer_id"),
        required_id("bid_id", "Root"),
        reference("ra_id"),
        reference("participation_id"),
        money("offered_value"),
        instant("offered_at"),
        *AUDIT,
    ),
)
