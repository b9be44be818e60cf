"""fact_incident: one row per incident, from raising to closing."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind, date_key, key_reference, member_key
from gem.contracts.types import BIGINT, INTEGER, TIMESTAMP, Kind, Type, varchar

_HOURS = Type(kind=Kind.DECIMAL, precision=12, scale=2)

FACT_INCIDENT = MartTable(
    name="fact_incident",
    comment="Incidents",
    kind=TableKind.FACT,
    aggregate="incident",
    grain="one incident",
    natural_key=("incident_id",),
    root_column="incident_id",
    dist_even=True,
    sort_key=("raised_date_key",),
    columns=(
        MartColumn(name="incident_id", type=BIGINT, nullable=False, comment="Incident at the source"),
        MartColumn(name="stage", type=varchar(32), comment="PRE_CONTRACT or POST_CONTRACT"),
        MartColumn(name="raised_by_type", type=varchar(32), comment="BUYER, SELLER, SYSTEM or GEM_ADMIN"),
        MartColumn(name="raised_by_id", type=BIGINT, comment="Who raised it"),
        MartColumn(name="against_type", type=varchar(32), comment="BUYER or SELLER"),
        MartColumn(name="against_id", type=BIGINT, comment="Whom it is about"),
        MartColumn(name="seller_id", type=BIGINT, comment="Seller it is about"),
        MartColumn(name="contract_id", type=BIGINT, comment="Contract it is about"),
        MartColumn(name="bid_id", type=BIGINT, comment="Bid it is about"),
        MartColumn(name="reason_code", type=varchar(32), comment="Why it was raised"),
        member_key("incident_reason_key", "dim_incident_reason", "Reason"),
        key_reference("seller_key", "dim_seller", "seller_id", "raised_at", "Seller as of the incident"),
        date_key("raised_date_key", "Day it was raised"),
        date_key("closed_date_key", "Day it was closed"),
        MartColumn(name="raised_at", type=TIMESTAMP, comment="Raised, UTC"),
        MartColumn(name="escalated_at", type=TIMESTAMP, comment="Escalated, UTC"),
        MartColumn(name="scn_at", type=TIMESTAMP, comment="Show-cause notice, UTC"),
        MartColumn(name="responded_at", type=TIMESTAMP, comment="Response, UTC"),
        MartColumn(name="closed_at", type=TIMESTAMP, comment="Closed, UTC"),
        MartColumn(name="severity", type=varchar(32), comment="MILD, SERIOUS, SEVERE or GRAVE"),
        MartColumn(name="outcome", type=varchar(32), comment="How it ended"),
        MartColumn(name="hours_to_escalate", type=_HOURS, comment="Hours from raising to escalation"),
        MartColumn(name="hours_to_respond", type=_HOURS, comment="Hours from the notice to the response"),
        MartColumn(name="hours_to_close", type=_HOURS, comment="Hours from raising to closing"),
        MartColumn(name="days_scn_to_response", type=INTEGER, comment="Days in India from the notice to the response"),
        MartColumn(name="days_to_close", type=INTEGER, comment="Days in India from raising to closing"),
        MartColumn(name="suspension_days", type=INTEGER, comment="Days of suspension"),
    ),
)
