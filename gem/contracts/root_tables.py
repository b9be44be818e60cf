"""The two tables that travel beside those of the warehouse: the roots a batch speaks of, and those it rejects."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, BOOLEAN, varchar

ROOTS = MartTable(
    name="root",
    comment="The roots that a batch speaks of: what it replaces in the warehouse",
    kind=TableKind.STATIC,
    aggregate=None,
    grain="one root of one aggregate",
    natural_key=("aggregate", "root_id"),
    columns=(
        MartColumn(name="aggregate", type=varchar(64), nullable=False, comment="Aggregate"),
        MartColumn(name="root_id", type=BIGINT, nullable=False, comment="Root; 0 where the table travels whole"),
        MartColumn(name="is_deleted", type=BOOLEAN, nullable=False, comment="The root is absent from the snapshot"),
    ),
)
"""Travels in the curated zone beside the mart tables (key `curated/root/…`), and becomes ops.root_version."""

REJECTED_ROOTS = MartTable(
    name="rejected_root",
    comment="The roots of which a batch brings nothing, because a row of theirs was rejected",
    kind=TableKind.STATIC,
    aggregate=None,
    grain="one reason in one source table of one root",
    natural_key=("aggregate", "root_id", "source_table", "reason"),
    columns=(
        MartColumn(name="aggregate", type=varchar(64), nullable=False, comment="Aggregate"),
        MartColumn(name="root_id", type=BIGINT, nullable=False, comment="Root; 0 where the table travels whole"),
        MartColumn(name="source_table", type=varchar(64), nullable=False, comment="Source table of the rejected rows"),
        MartColumn(name="reason", type=varchar(64), nullable=False, comment="Reason, see docs/quality-rules.md"),
        MartColumn(name="rejected_rows", type=BIGINT, nullable=False, comment="Rows rejected for it"),
    ),
)
"""Travels beside `root`, and stands in ops.rejected_root until a later batch brings the root."""
