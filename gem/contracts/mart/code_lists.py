"""The code lists: static dimensions whose members are declared here, numbered in their order."""

from itertools import product
from typing import Any

from gem.contracts.mart_spec import MartColumn, MartTable, Member, TableKind
from gem.contracts.types import BIGINT, BOOLEAN, varchar


def _code_list(name: str, comment: str, labels: dict[str, str]) -> MartTable:
    """A dimension of codes: its key is <name>_key, its code <name>, and `label` says it in words."""
    code = name.removeprefix("dim_")
    return MartTable(
        name=name,
        comment=comment,
        kind=TableKind.STATIC,
        aggregate=None,
        grain="one code; -1 is a code not listed here, -2 none stated",
        natural_key=(f"{code}_key",),
        sort_key=(f"{code}_key",),
        columns=(
            MartColumn(name=f"{code}_key", type=BIGINT, nullable=False, comment="Number of the code"),
            MartColumn(name=code, type=varchar(32), comment="Code at the source"),
            MartColumn(name="label", type=varchar(64), nullable=False, comment="The code in words"),
        ),
        members=tuple(
            Member(key=number, values={code: one, "label": label})
            for number, (one, label) in enumerate(labels.items(), start=1)
        ),
    )


DIM_BUY_MODE = _code_list(
    "dim_buy_mode",
    "How a contract came about",
    {
        "DIRECT": "Direct purchase",
        "L1": "L1 comparison",
        "BID": "Bid",
        "RA": "Reverse auction",
        "PAC": "Proprietary article certificate",
    },
)
DIM_PAYMENT_MODE = _code_list(
    "dim_payment_mode",
    "How a contract is paid",
    {"PFMS": "Public Financial Management System", "GPA": "GeM pool account", "OFFLINE": "Offline"},
)
DIM_ORDER_STATUS = _code_list(
    "dim_order_status",
    "Where a contract stands",
    {
        "PLACED": "Placed",
        "ACCEPTED": "Accepted",
        "REJECTED": "Rejected",
        "CANCELLED": "Cancelled",
        "IN_DELIVERY": "In delivery",
        "DELIVERED": "Delivered",
        "COMPLETED": "Completed",
        "TERMINATED": "Terminated",
    },
)
DIM_INCIDENT_REASON = _code_list(
    "dim_incident_reason",
    "Why an incident was raised",
    {
        "QUALITY": "Quality not as agreed",
        "DELAY": "Late delivery",
        "NON_DELIVERY": "No delivery",
        "PRICE": "Price above the market",
        "PAYMENT": "Late or no payment",
        "FORGED_DOCUMENT": "Forged document",
        "CARTEL": "Cartel",
        "OTHER": "Other",
    },
)

MII_CLASSES = (None, "I", "II", "NON_LOCAL")
INTERSTATE = (None, False, True)


def order_flags_key(mii_class: Any, interstate: Any, is_pac: Any, is_ra: Any) -> Any:
    """The key of a combination: places in MII_CLASSES and INTERSTATE, and 0 or 1, as digits of one number.

    Of integers it makes an integer, of column expressions an expression.
    """
    return 1 + ((mii_class * len(INTERSTATE) + interstate) * 2 + is_pac) * 2 + is_ra


DIM_ORDER_FLAGS = MartTable(
    name="dim_order_flags",
    comment="Combinations of the flags of an order line",
    kind=TableKind.STATIC,
    aggregate=None,
    grain="one combination",
    natural_key=("order_flags_key",),
    sort_key=("order_flags_key",),
    columns=(
        MartColumn(name="order_flags_key", type=BIGINT, nullable=False, comment="Number of the combination"),
        MartColumn(name="mii_class", type=varchar(32), comment="Make in India class at the order"),
        MartColumn(name="is_interstate", type=BOOLEAN, comment="Integrated GST was charged; unknown without any GST"),
        MartColumn(name="is_pac", type=BOOLEAN, comment="Bought on a proprietary article certificate"),
        MartColumn(name="is_reverse_auction", type=BOOLEAN, comment="Bought in a reverse auction"),
    ),
    members=tuple(
        Member(
            key=order_flags_key(mii, interstate, is_pac, is_ra),
            values={
                "mii_class": MII_CLASSES[mii],
                "is_interstate": INTERSTATE[interstate],
                "is_pac": bool(is_pac),
                "is_reverse_auction": bool(is_ra),
            },
        )
        for mii, interstate, is_pac, is_ra in product(range(len(MII_CLASSES)), range(len(INTERSTATE)), (0, 1), (0, 1))
    ),
)
CODE_LISTS = (DIM_BUY_MODE, DIM_PAYMENT_MODE, DIM_ORDER_STATUS, DIM_INCIDENT_REASON, DIM_ORDER_FLAGS)
