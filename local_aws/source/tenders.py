"""Public tenders, their bids and awards, as rows of the source schema; what a portal does not tell stays NULL."""

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Self, TypeVar

from psycopg2 import extensions

from gem.contracts.source.aggregates import SOURCE_TABLES
from local_aws.source.bulk import Row, copy_rows
from local_aws.source.states import ASSAM, load_states
from local_aws.source.tender_files import IST, Award, Offer, Tender, awards, offers, tenders

RATE_CONTRACT = Decimal(1)
"""An award of exactly this value fixes a rate; how much will be ordered is not known yet."""

_LEVELS = ("DEPARTMENT", "ORGANISATION", "OFFICE")
_KINDS = {"Goods": "PRODUCT", "Services": "SERVICE"}

Key = TypeVar("Key")


def load_tenders(connection: extensions.connection, folder: Path, progress: Callable[[str], None]) -> dict[str, int]:
    """Load tenders.csv, bid_participation.csv and awards.csv of the folder, and return the rows of each table.

    Runs in the caller's transaction. The same files give the same rows, times included. Raises TenderFileError, naming
    file, line, column and value, where a row cannot be read or speaks of a tender or bid that is not there.
    """
    progress(f"reading tenders, bids and awards of {folder.name}")
    files = TenderFiles.read(folder)
    with connection.cursor() as cursor:
        counts = {"state_ref": load_states(cursor)}
        for table, rows in files.rows_by_table().items():
            columns = tuple(rows[0]) if rows else SOURCE_TABLES[table].primary_key
            counts[table] = copy_rows(cursor, SOURCE_TABLES[table], columns, rows)
            progress(f"{table}: {counts[table]:,} rows")
    return counts


def id_of(key: str) -> int:
    """A stable positive 63-bit id of a text key: the first eight bytes of its SHA-256, the top bit cleared."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") & (2**63 - 1)


def folded(name: str) -> str:
    """What the spellings of one bidder's name have in common: no case, single spaces."""
    return " ".join(name.split()).casefold()


@dataclass(frozen=True)
class TenderFiles:
    """The three files of one folder, and the source rows that they make."""

    tenders: Sequence[Tender]
    offers: Sequence[Offer]
    awards: Sequence[Award]

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read all three. Raises TenderFileError."""
        all_tenders = list(tenders(folder))
        all_offers = list(offers(folder, {tender.tender_id for tender in all_tenders}))
        return cls(all_tenders, all_offers, list(awards(folder, {_bid_pair(offer) for offer in all_offers})))

    def rows_by_table(self) -> dict[str, list[Row]]:
        """The rows of every table that the files speak of."""
        return {
            "category": list(self._categories()),
            "buyer_organisation": list(self._organisations()),
            "seller": list(self._sellers()),
            "bid": [self._bid(tender) for tender in self.tenders],
            "bid_item": [_bid_item(tender) for tender in self.tenders],
            "bid_participation": [self._participation(offer) for offer in self.offers],
            "contract": [self._contract(award) for award in self.awards],
            "contract_item": [self._contract_item(award) for award in self.awards],
        }

    @cached_property
    def _tender_by_id(self) -> dict[str, Tender]:
        return {tender.tender_id: tender for tender in self.tenders}

    @cached_property
    def _award_by_pair(self) -> dict[tuple[str, str], Award]:
        return {_bid_pair(award): award for award in self.awards}

    @cached_property
    def _evaluated_at(self) -> dict[str, dt.datetime]:
        return _merged(max, ((offer.tender_id, offer.status_updated_at) for offer in self.offers))

    @cached_property
    def _awarded_at(self) -> dict[str, dt.datetime]:
        return _merged(min, ((award.tender_id, _midnight(award.contract_on)) for award in self.awards))

    @cached_property
    def _award_updated_at(self) -> dict[str, dt.datetime]:
        return _merged(max, ((award.tender_id, award.updated_at) for award in self.awards))

    def _categories(self) -> Iterator[Row]:
        paths = ((tender.category, tender.product_category) for tender in self.tenders)
        for path, first_seen in self._tree(paths).items():
            yield {
                "category_id": _path_id(path),
                "parent_category_id": _path_id(path[:-1]) if path[:-1] else None,
                "name": path[-1],
                "level": len(path),
                "kind": _KINDS.get(path[0]),
                "is_active": True,
                **_audit(first_seen),
            }

    def _organisations(self) -> Iterator[Row]:
        for path, first_seen in self._tree(tender.chain for tender in self.tenders).items():
            yield {
                "org_id": _path_id(path),
                "parent_org_id": _path_id(path[:-1]) if path[:-1] else None,
                "level": _LEVELS[min(len(path), len(_LEVELS)) - 1],
                "govt_tier": "STATE",
                "name": path[-1],
                "state_code": ASSAM,
                # The PPP-MSE Order 2012 binds central bodies, not those of a state.
                "is_ppp_mse_bound": False,
                **_audit(first_seen),
            }

    def _tree(self, paths: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], dt.datetime]:
        """Every node of the tenders' paths, parents first, with the first publication under it."""
        published = zip(paths, (tender.published_at for tender in self.tenders), strict=True)
        nodes = ((path[:depth], at) for path, at in published for depth in range(1, len(path) + 1))
        return _merged(min, nodes)

    def _sellers(self) -> Iterator[Row]:
        first_seen = _merged(min, ((folded(offer.bidder_name), offer.submitted_at) for offer in self.offers))
        # Of several spellings the first in the file stands; the portal gives no other way to choose.
        spellings = {folded(offer.bidder_name): offer.bidder_name for offer in reversed(self.offers)}
        for name, at in first_seen.items():
            yield {"seller_id": id_of(name), "legal_name": " ".join(spellings[name].split()), **_audit(at)}

    def _bid(self, tender: Tender) -> Row:
        tender_id = tender.tender_id
        evaluated_at, awarded_at = self._evaluated_at.get(tender_id), self._awarded_at.get(tender_id)
        changes = (evaluated_at, self._award_updated_at.get(tender_id))
        return {
            "bid_id": id_of(tender_id),
            "bid_number": tender_id,
            "org_id": _path_id(tender.chain),
            "category_id": _category_id(tender),
            "estimated_value": tender.value,
            "emd_amount": tender.emd_amount,
            "published_at": tender.published_at,
            "closes_at": tender.closes_at,
            "opened_at": tender.opened_at,
            "tech_evaluated_at": evaluated_at,
            "awarded_at": awarded_at,
            "status": "AWARDED" if awarded_at else "EVALUATED" if evaluated_at else "PUBLISHED",
            **_audit(tender.published_at, *(at for at in changes if at)),
        }

    def _participation(self, offer: Offer) -> Row:
        award = self._award_by_pair.get(_bid_pair(offer))
        return {
            "participation_id": _pair_id(offer),
            "bid_id": id_of(offer.tender_id),
            "seller_id": id_of(folded(offer.bidder_name)),
            "submitted_at": offer.submitted_at,
            "tech_status": "QUALIFIED" if offer.is_qualified else "DISQUALIFIED",
            "disq_reason": None if offer.is_qualified else offer.remarks or None,
            "final_value": _rupees(award) if award else None,
            "is_awarded": award is not None,
            **_audit(offer.submitted_at, offer.status_updated_at),
        }

    def _contract(self, award: Award) -> Row:
        return {
            "contract_id": _pair_id(award),
            "contract_number": "/".join(_bid_pair(award)),
            "buy_mode": "BID",
            "bid_id": id_of(award.tender_id),
            "org_id": _path_id(self._tender_by_id[award.tender_id].chain),
            "seller_id": id_of(folded(award.bidder_name)),
            "contract_at": _midnight(award.contract_on),
            "status": "PLACED",
            "total_value": _rupees(award),
            **_audit(_midnight(award.contract_on), award.updated_at),
        }

    def _contract_item(self, award: Award) -> Row:
        value, days = _rupees(award), award.work_days
        return {
            "contract_item_id": _pair_id(award),
            "contract_id": _pair_id(award),
            "line_no": 1,
            "category_id": _category_id(self._tender_by_id[award.tender_id]),
            "qty": None if value is None else 1,
            "unit_price": award.awarded_value if award.awarded_value == RATE_CONTRACT else value,
            "line_value": value,
            "delivery_due_on": None if days is None else award.contract_on + dt.timedelta(days=days),
            **_audit(_midnight(award.contract_on), award.updated_at),
        }


def _bid_item(tender: Tender) -> Row:
    return {
        "bid_item_id": id_of(tender.tender_id),
        "bid_id": id_of(tender.tender_id),
        "category_id": _category_id(tender),
        "delivery_days": tender.work_days,
        **_audit(tender.published_at),
    }


def _rupees(award: Award) -> Decimal | None:
    """What the award is worth: a rate is no amount of rupees, and zero is how the portal says that it does not tell."""
    return None if award.awarded_value in {Decimal(0), RATE_CONTRACT} else award.awarded_value


def _bid_pair(row: Offer | Award) -> tuple[str, str]:
    return row.tender_id, row.bid_number


def _pair_id(row: Offer | Award) -> int:
    return id_of("|".join(_bid_pair(row)))


def _path_id(path: tuple[str, ...]) -> int:
    return id_of("||".join(path))


def _category_id(tender: Tender) -> int:
    return _path_id((tender.category, tender.product_category))


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), IST)


def _audit(created_at: dt.datetime, *changes: dt.datetime) -> dict[str, dt.datetime]:
    return {"created_at": created_at, "updated_at": max((created_at, *changes))}


def _merged(
    choose: Callable[[dt.datetime, dt.datetime], dt.datetime], pairs: Iterable[tuple[Key, dt.datetime]]
) -> dict[Key, dt.datetime]:
    """For each key the one time that `choose` (min or max) leaves of all its times; keys in the order first seen."""
    chosen: dict[Key, dt.datetime] = {}
    for key, at in pairs:
        chosen[key] = choose(chosen[key], at) if key in chosen else at
    return chosen
