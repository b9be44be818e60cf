"""Deterministic procurement data, calibrated by published figures (DOMAIN section 10) and made inside PostgreSQL."""

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from importlib import resources

from psycopg2 import extensions, extras, sql

from gem.contracts.source.aggregates import SOURCE_TABLES
from gem.contracts.source.buyer_organisation import BUYER_ORGANISATION
from gem.contracts.source.category import CATEGORY
from local_aws.source.bulk import Row, copy_rows
from local_aws.source.catalogue import category_rows, leaves
from local_aws.source.organisations import Organisation, organisations
from local_aws.source.policy import load_policy
from local_aws.source.schema import identifier
from local_aws.source.states import STATES, load_states

CONTRACTS_PER_OPEN_BID = 20
"""One bid without a contract stands beside this many contracts."""

_STEPS = {
    "00_functions.sql": "",
    "01_sellers.sql": "sellers and their classes",
    "02_catalogue.sql": "brands, products and offers",
    "03_demands.sql": "demand",
    "04_buyers.sql": "buyers and consignees",
    "05_lines.sql": "lines of contracts, and comparisons",
    "06_bids.sql": "bids and participations",
    "07_auctions.sql": "reverse auctions",
    "08_deliveries.sql": "amendments, shipments and certificates",
    "09_payments.sql": "invoices and payments",
    "10_contracts.sql": "contracts",
    "11_deposits.sql": "deposits",
    "12_charges.sql": "charges",
    "13_feedback.sql": "ratings and incidents",
}


def generate(
    connection: extensions.connection, seed: int, contracts: int, progress: Callable[[str], None]
) -> dict[str, int]:
    """Fill the empty source schema with `contracts` contracts and all that stands around them; the rows of each table.

    The same seed and number give the same rows, byte for byte, times included. Runs in the caller's transaction.
    Raises ValueError where the seed is no bigint or the number not positive.
    """
    if contracts < 1 or not -(2**63) <= seed < 2**63:
        raise ValueError(f"seed {seed} must be a 64-bit integer and contracts {contracts} at least 1")
    parameters = {"seed": seed, "contracts": contracts, "open_bids": -(-contracts // CONTRACTS_PER_OPEN_BID)}
    with connection.cursor() as cursor:
        _load_references(cursor)
        for file, what in _STEPS.items():
            if what:
                progress(f"generating {what}")
            cursor.execute((resources.files("local_aws.source.generate") / file).read_text("utf-8"), parameters)
        return _finished(cursor)


def _load_references(cursor: extensions.cursor) -> None:
    load_states(cursor)
    load_policy(cursor)
    copy_rows(cursor, CATEGORY, *_with_columns(category_rows()))
    buyers = organisations()
    copy_rows(cursor, BUYER_ORGANISATION, *_with_columns(buyer.row() for buyer in buyers))
    _load_market(cursor)
    _load_leaves(cursor)
    _load_buyers(cursor, buyers)


def _load_market(cursor: extensions.cursor) -> None:
    states = [(s.state_code, s.iso_code.removeprefix("IN-"), s.pin_prefix, s.weight) for s in STATES]
    _temporary(cursor, "market_state (state_code text, short_name text, pin_prefix text, weight integer)", states)
    codes = [state.state_code for state in STATES for _ in range(state.weight)]
    following = {
        state.state_code: STATES[number % len(STATES)].state_code for number, state in enumerate(STATES, start=1)
    }
    slots = [(slot, len(codes), code, following[code]) for slot, code in enumerate(codes)]
    _temporary(cursor, "state_slot (slot integer, slots integer, state_code text, next_state text)", slots)


def _load_leaves(cursor: extensions.cursor) -> None:
    """The leaves of each kind by price, so that a budget finds those that it can pay."""
    of_kind = defaultdict(list)
    for kind, category_id, leaf in leaves():
        of_kind[kind].append((leaf.price, category_id, leaf))
    ranked = [
        (kind, rank, category_id, price, leaf.uom, leaf.hsn_sac, leaf.gst_before, leaf.gst_after)
        for kind, found in of_kind.items()
        for rank, (price, category_id, leaf) in enumerate(sorted(found), start=1)
    ]
    columns = (
        "kind text, rank integer, category_id bigint, price integer, uom text, hsn_sac text,"
        " gst_before integer, gst_after integer"
    )
    _temporary(cursor, f"leaf ({columns})", ranked)
    prices = [(kind, sorted(float(price) for price, _, _ in found)) for kind, found in of_kind.items()]
    _temporary(cursor, "leaf_prices (kind text, prices double precision[])", prices)


def _load_buyers(cursor: extensions.cursor, buyers: Sequence[Organisation]) -> None:
    """Each buyer as often as it buys: the centre's apart from those of states and local bodies."""
    for_slots = [buyer for buyer in buyers for _ in range(buyer.buys)]
    rows = []
    for is_central in (True, False):
        chosen = [buyer for buyer in for_slots if (buyer.govt_tier == "CENTRAL") == is_central]
        rows += [(is_central, slot, len(chosen), buyer.org_id, buyer.state_code) for slot, buyer in enumerate(chosen)]
    columns = "is_central boolean, slot integer, slots integer, org_id bigint, state_code text"
    _temporary(cursor, f"buyer ({columns})", rows)


def _temporary(cursor: extensions.cursor, definition: str, rows: Sequence[tuple[object, ...]]) -> None:
    name = sql.Identifier(definition.split(" ", maxsplit=1)[0])
    cursor.execute(sql.SQL("create temporary table {} on commit drop").format(sql.SQL(definition)))
    extras.execute_values(cursor, sql.SQL("insert into {} values %s").format(name), rows, page_size=1_000)
    cursor.execute(sql.SQL("analyze {}").format(name))


def _with_columns(rows: Iterable[Row]) -> tuple[tuple[str, ...], Iterable[Row]]:
    rows = iter(rows)
    first = next(rows)
    return tuple(first), itertools.chain([first], rows)


def _finished(cursor: extensions.cursor) -> dict[str, int]:
    """Statistics for the planner of whoever reads next, and the rows of each table."""
    counts = {}
    for name, table in SOURCE_TABLES.items():
        cursor.execute(sql.SQL("analyze {}").format(identifier(table)))
        cursor.execute(sql.SQL("select count(*) from {}").format(identifier(table)))
        (counts[name],) = cursor.fetchone() or (0,)
    return counts
