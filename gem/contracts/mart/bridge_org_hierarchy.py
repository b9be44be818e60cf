"""bridge_org_hierarchy: every organisation under each of its ancestors, itself included."""

from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from gem.contracts.types import BIGINT, INTEGER

BRIDGE_ORG_HIERARCHY = MartTable(
    name="bridge_org_hierarchy",
    comment="Buying organisations with their ancestors, as the hierarchy is now",
    kind=TableKind.FACT,
    aggregate="buyer_organisation",
    grain="one pair of ancestor and descendant",
    natural_key=("ancestor_org_id", "descendant_org_id"),
    root_column="root_id",
    sort_key=("ancestor_org_id",),
    columns=(
        MartColumn(name="root_id", type=BIGINT, nullable=False, comment="0: the hierarchy is replaced as one"),
        MartColumn(name="ancestor_org_id", type=BIGINT, nullable=False, comment="Organisation above, or itself"),
        MartColumn(name="descendant_org_id", type=BIGINT, nullable=False, comment="Organisation below, or itself"),
        MartColumn(name="depth", type=INTEGER, nullable=False, comment="Steps from one to the other; 0 is itself"),
    ),
)
