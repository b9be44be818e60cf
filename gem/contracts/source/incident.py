"""incident: a complaint of one party about another."""

from gem.contracts.source.columns import AUDIT, code, instant, reference, required_id
from gem.contracts.source_spec import Column, SourceTable
from gem.contracts.types import INTEGER

INCIDENT = SourceTable(
    name="incident",
    comment="Incidents",
    primary_key=("incident_id",),
    root_column="incident_id",
    columns=(
        required_id("incident_id"),
        code("stage", "PRE_CONTRACT", "POST_CONTRACT"),
        code("raised_by_type", "BUYER", "SELLER", "SYSTEM", "GEM_ADMIN"),
        reference("raised_by_id"),
        code("against_type", "BUYER", "SELLER"),
        reference("against_id"),
        reference("contract_id"),
        reference("bid_id"),
        code(
            "reason_code", "QUALITY", "DELAY", "NON_DELIVERY", "PRICE", "PAYMENT", "FORGED_DOCUMENT", "CARTEL", "OTHER"
        ),
        code("severity", "MILD", "SERIOUS", "SEVERE", "GRAVE"),
        instant("raised_at"),
        instant("escalated_at"),
        instant("scn_at", "Show-cause notice"),
        instant("responded_at"),
        instant("closed_at"),
        code("outcome", "RESOLVED", "WITHDRAWN", "WARNING", "SUSPENSION", "DEBARMENT"),
        Column(name="suspension_days", type=INTEGER),
        *AUDIT,
    ),
)
