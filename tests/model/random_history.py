"""Histories as hypothesis draws them: batches about a few roots, and a plan of loads with doubles and cut wires."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.model.history import Batch
from tests.model.rows import Row, bid, category, contract, line, offer, organisation, seller

DAYS = st.integers(1, 9)
VALUES = st.sampled_from(["1.00", "2.50", "99999999.99"])
SIZES = st.sampled_from(["MICRO", "SMALL", "MEDIUM", ""])
NAMES = st.sampled_from(["Pens", "Ink", "कलम", ""])
BIDS, SELLERS, CONTRACTS, CATEGORIES, MEMBERS = (10, 11), (1, 2), (50, 51), (6, 7), (100, 101, 102)
ORGANISATIONS = (8, 9)


@dataclass(frozen=True)
class Load:
    """One call of the load: these batches (by position) in one transaction, its wire cut before that statement.

    After it the memory may be pruned, as far as the mark may go then.
    """

    batches: tuple[int, ...]
    cut_before: int | None
    prunes: bool


@dataclass(frozen=True)
class Plan:
    """Batches, and the loads that carry all of them, some more than once."""

    batches: tuple[Batch, ...]
    loads: tuple[Load, ...]

    def __repr__(self) -> str:
        loads = [([self.batches[n].name for n in one.batches], one.cut_before, one.prunes) for one in self.loads]
        return f"Plan(loads={loads}, batches={self.batches})"


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    """Three to five attempts of up to four batches; every one is loaded, in any order, company and number of times."""
    attempts = draw(
        st.lists(st.tuples(st.integers(1, 4), st.integers(1, 2)), min_size=3, max_size=5, unique=True).map(sorted)
    )
    batches = tuple(draw(_batches(seq, attempt)) for seq, attempt in attempts)
    order = draw(st.permutations(range(len(batches))))
    again = draw(st.lists(st.sampled_from(order), max_size=2))
    loads = []
    queue = [*order, *again]
    while queue:
        size = draw(st.integers(1, 2))
        together, queue = tuple(dict.fromkeys(queue[:size])), queue[size:]
        loads.append(Load(together, draw(st.none() | st.integers(1, 60)), draw(st.booleans())))
    return Plan(batches, tuple(loads))


@st.composite
def _batches(draw: st.DrawFn, seq: int, attempt: int) -> Batch:
    rows: dict[str, list[Row]] = {}
    roots = {
        **_found("bid", draw(_roots(BIDS))),
        **_found("seller", draw(_roots(SELLERS))),
        **_found("contract", draw(_roots(CONTRACTS))),
    }
    present = {root for root, is_deleted in roots.items() if not is_deleted}
    bids = sorted(root for aggregate, root in present if aggregate == "bid")
    contracts = sorted(root for aggregate, root in present if aggregate == "contract")
    rows["fact_bid"] = [draw(_bid(root)) for root in bids]
    rows["fact_bid_participation"] = draw(_members(bids, _offer))
    rows["fact_contract_lifecycle"] = [draw(_contract(root)) for root in contracts]
    rows["fact_order_line"] = draw(_members(contracts, _line))
    rows["dim_seller"] = [row for a, root in sorted(present) if a == "seller" for row in draw(_seller(root))]
    if draw(st.booleans()):
        roots["category", 0] = False
        rows["dim_category"] = [category(key, draw(NAMES), draw(DAYS)) for key in CATEGORIES]
    if draw(st.booleans()):
        roots["buyer_organisation", 0] = False
        rows["dim_buyer_org"] = [draw(_organisation(key)) for key in ORGANISATIONS]
    return Batch(seq, attempt, roots, rows)


def _roots(ids: Sequence[int]) -> st.SearchStrategy[dict[int, bool]]:
    """Some of the ids, each with whether it is deleted."""
    return st.dictionaries(st.sampled_from(ids), st.sampled_from([False, False, True]), max_size=len(ids))


def _found(aggregate: str, roots: dict[int, bool]) -> dict[tuple[str, int], bool]:
    return {(aggregate, root): is_deleted for root, is_deleted in roots.items()}


@st.composite
def _members(draw: st.DrawFn, roots: Sequence[int], row: Any) -> list[Row]:
    """Members under one root each, as a snapshot has them; from batch to batch they move, go and come back."""
    if not roots:
        return []
    owners = draw(st.dictionaries(st.sampled_from(MEMBERS), st.sampled_from(roots), max_size=len(MEMBERS)))
    return [draw(row(member, root)) for member, root in sorted(owners.items())]


def _organisation(key: int) -> st.SearchStrategy[Row]:
    return st.builds(
        organisation, st.just(key), st.sampled_from([None, 80, 90]), DAYS, state=st.sampled_from([None, "07"])
    )


def _bid(root: int) -> st.SearchStrategy[Row]:
    return st.builds(
        bid,
        st.just(root),
        published=st.none() | DAYS,
        value=VALUES,
        category_id=st.sampled_from(CATEGORIES),
        awarded=st.none() | DAYS,
    )


def _contract(root: int) -> st.SearchStrategy[Row]:
    return st.builds(
        contract,
        st.just(root),
        signed=DAYS,
        bid_id=st.none() | st.sampled_from(BIDS),
        seller_id=st.none() | st.sampled_from(SELLERS),
    )


def _offer(member: int, root: int) -> st.SearchStrategy[Row]:
    return st.builds(
        offer,
        st.just(member),
        st.just(root),
        st.none() | st.sampled_from(SELLERS),
        submitted=DAYS,
        value=st.none() | VALUES,
        withdrawn=st.booleans(),
    )


def _line(member: int, root: int) -> st.SearchStrategy[Row]:
    return st.builds(
        line,
        st.just(member),
        st.just(root),
        st.sampled_from(SELLERS),
        signed=st.none() | DAYS,
        state=st.sampled_from([None, "07", ""]),
        category_id=st.none() | st.sampled_from(CATEGORIES),
        org_id=st.none() | st.sampled_from(ORGANISATIONS),
        mode=st.sampled_from([None, "BID"]),
        status=st.sampled_from([None, "CANCELLED"]),
    )


@st.composite
def _seller(draw: st.DrawFn, root: int) -> list[Row]:
    later = draw(st.dictionaries(st.sampled_from(["day_3", "day_6"]), SIZES, max_size=2))
    return seller(root, draw(NAMES), draw(DAYS), always=draw(SIZES), **dict(sorted(later.items())))
