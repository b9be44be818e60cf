"""What the warehouse must hold once a set of batches is in it, whatever the order: plain Python, no shortcuts."""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from gem.contracts.mart.tables import CURATED_TABLES, MART_TABLE_BY_NAME
from gem.contracts.mart_spec import MartColumn, MartTable, TableKind
from tests.model.curated import snapshot_of, unsaid
from tests.model.history import Batch
from tests.model.rows import ALWAYS, Row

SOURCE = "gem"
FOREVER = datetime(9999, 12, 31)  # noqa: DTZ001 - as the warehouse has it, without a zone
SKIPPED = {"row_hash", "dw_inserted_at", "dw_updated_at"}

Mart = dict[str, list[dict[str, Any]]]


def expected_mart(batches: Collection[Batch]) -> Mart:
    """Every mart table that loads fill, without unknown members, row hashes and clocks."""
    dimensions = {t.name: _dimension(t, batches) for t in CURATED_TABLES if t.is_dimension}
    facts = {t.name: _fact(t, batches, dimensions) for t in CURATED_TABLES if not t.is_dimension}
    _count_participants(facts, dimensions["dim_seller"])
    _follow_bids(facts)
    cells = {"agg_gmv_daily": _gmv_daily(facts["fact_order_line"], dimensions)}
    return {name: sorted(rows, key=repr) for name, rows in (dimensions | facts | cells).items()}


def _dimension(table: MartTable, batches: Collection[Batch]) -> list[dict[str, Any]]:
    said: dict[Any, dict[tuple[int, int], list[Row]]] = defaultdict(lambda: defaultdict(list))
    for batch in batches:
        for row in batch.rows.get(table.name, ()):
            said[row[table.natural_key[0]]][batch.seq, batch.attempt].append(row)
    versions = _overwritten if table.kind is TableKind.SCD1 else _versions
    return [row for by_attempt in said.values() for row in versions(table, by_attempt)]


def _overwritten(table: MartTable, said: dict[tuple[int, int], list[Row]]) -> list[dict[str, Any]]:
    (seq, _), rows = max(said.items())
    key = _surrogate_key(SOURCE, str(rows[0][table.natural_key[0]]))
    return [{table.key_column: key, **_curated(table, rows[0]), **_batch(seq)}]


def _versions(table: MartTable, said: dict[tuple[int, int], list[Row]]) -> list[dict[str, Any]]:
    """By the definition: look at every instant at which anything may change, and ask what holds then."""
    newest_attempt = {seq: max(a for s, a in said if s == seq) for seq, _ in said}
    observations = [(seq, said[seq, attempt]) for seq, attempt in sorted(newest_attempt.items())]
    starts = _starts(observations)
    newest_rows = observations[-1][1]
    instants = sorted({*starts.values(), *(_naive(row["segment_from"]) for row in newest_rows)})
    versions: list[dict[str, Any]] = []
    for instant in instants:
        governing = max(seq for seq, start in starts.items() if start <= instant)
        base = dict(observations)[governing][0]
        segment = max((r for r in newest_rows if _naive(r["segment_from"]) <= instant), key=lambda r: r["segment_from"])
        content = {c.name: _value(c, segment if c.business_validity else base) for c in table.columns}
        if versions and all(versions[-1][name] == value for name, value in content.items()):
            continue
        follows_newest = any(c.business_validity for c in table.columns)
        seq = _first_of_run(observations, observations[-1][0] if follows_newest else governing)
        versions.append({**content, "source_id": SOURCE, "valid_from": instant, **_batch(seq)})
    for version, following in zip(versions, [*versions[1:], None], strict=True):
        version["valid_to"] = following["valid_from"] if following else FOREVER
        version["is_current"] = following is None
        stamp = version["valid_from"].strftime("%Y-%m-%d %H:%M:%S.%f")
        version[table.key_column] = _surrogate_key(SOURCE, str(version[table.natural_key[0]]), stamp)
    return versions


def _starts(observations: list[tuple[int, list[Row]]]) -> dict[int, datetime]:
    """From when each observation governs: never before one with a lower seq.

    A change of which no row tells, for none is newer than all before, was there when the snapshot was taken.
    """
    starts: dict[int, datetime] = {}
    latest = newest = _naive(ALWAYS)
    for number, (seq, rows) in enumerate(observations):
        observed = max(_naive(row["observed_at"]) for row in rows)
        is_other = number > 0 and _content(rows) != _content(observations[number - 1][1])
        latest = max(latest, _naive(snapshot_of(seq)) if is_other and observed <= newest else observed)
        newest = max(newest, observed)
        starts[seq] = latest if number else _naive(ALWAYS)
    return starts


def _first_of_run(observations: list[tuple[int, list[Row]]], seq: int) -> int:
    """The lowest seq from which on everything observed up to `seq` was the same."""
    earlier = [(s, _content(rows)) for s, rows in observations if s <= seq]
    for (before, content), (first, same) in zip(reversed(earlier[:-1]), reversed(earlier), strict=False):
        if content != same:
            return first
        seq = before
    return seq


def _content(rows: list[Row]) -> list[dict[str, Any]]:
    return [{k: v for k, v in row.items() if k != "observed_at"} for row in rows]


def _fact(table: MartTable, batches: Collection[Batch], dimensions: Mart) -> list[dict[str, Any]]:
    newest: dict[int, Batch] = {}
    for batch in sorted(batches, key=lambda b: (b.seq, b.attempt)):
        newest |= {root: batch for aggregate, root in batch.roots if aggregate == table.aggregate}
    rows = [
        (batch, row)
        for root, batch in newest.items()
        for row in batch.rows.get(table.name, ())
        if row[str(table.root_column)] == root
    ]
    return [{**_curated(table, row), **_keys(table, row, dimensions), **_batch(batch.seq)} for batch, row in rows]


def _keys(table: MartTable, row: Row, dimensions: Mart) -> dict[str, int]:
    keys = {}
    for column in table.references:
        reference = column.reference
        assert reference is not None
        dimension = MART_TABLE_BY_NAME[reference.dimension]
        found = [
            version[dimension.key_column]
            for version in dimensions[dimension.name]
            if version[dimension.natural_key[0]] == row.get(reference.natural_key)
            and (reference.as_of is None or _holds(version, row.get(reference.as_of)))
        ]
        assert len(found) <= 1
        states_none = row.get(reference.natural_key) is None
        keys[column.name] = -2 if states_none else found[0] if found else -1
    return keys


def _count_participants(facts: Mart, sellers: list[dict[str, Any]]) -> None:
    """Of each bid the offers that stayed, by what their seller was when they were submitted."""
    seller_of = {seller["seller_key"]: seller for seller in sellers}
    nobody = {"is_mse": None, "is_ppp_mse": None}
    for bid in facts["fact_bid"]:
        offers = [o for o in facts["fact_bid_participation"] if o["bid_id"] == bid["bid_id"] and not o["is_withdrawn"]]
        sold_by = [seller_of.get(offer["seller_key"], nobody) for offer in offers]
        bid["classified_participants"] = sum(seller["is_mse"] is not None for seller in sold_by)
        bid["mse_participants"] = sum(seller["is_mse"] is True for seller in sold_by)
        bid["ppp_mse_participants"] = sum(seller["is_ppp_mse"] is True for seller in sold_by)


def _follow_bids(facts: Mart) -> None:
    """Of each contract what its bid says, as far as the bid is known."""
    bid_of = {bid["bid_id"]: bid for bid in facts["fact_bid"]}
    for contract in facts["fact_contract_lifecycle"]:
        bid = bid_of.get(contract["bid_id"], {})
        contract["bid_published_date_key"] = bid.get("published_date_key", -1)
        contract["bid_awarded_date_key"] = bid.get("awarded_date_key", -1)
        days = [_day_in_india(instant) for instant in (bid.get("awarded_at"), contract["contract_at"]) if instant]
        contract["is_mse_matched"] = bid.get("is_mse_match", False)
        contract["award_to_contract_days"] = (days[1] - days[0]).days if len(days) == 2 else None


def _gmv_daily(lines: list[dict[str, Any]], dimensions: Mart) -> list[dict[str, Any]]:
    """Cell by cell; a contract counts in the cell of the first of its valid lines of the day, and in each it is in."""
    sellers = {seller["seller_key"]: seller for seller in dimensions["dim_seller"]}
    cells: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    first: dict[tuple[int, int], int] = {}
    for line in sorted(lines, key=lambda line: int(line["contract_item_id"])):
        cells[_cell(line, dimensions)].append(line)
        if not _is_void(line):
            first.setdefault((line["contract_date_key"], line["contract_id"]), line["contract_item_id"])
    leading = {(contract, line) for (_, contract), line in first.items()}
    return [
        {
            **dict(key),
            "orders": sum((line["contract_id"], line["contract_item_id"]) in leading for line in found),
            "orders_in_category": len({line["contract_id"] for line in found if not _is_void(line)}),
            "order_lines": len(found),
            "gross_gmv": _money(found, "line_value"),
            "net_gmv": _money(found, "current_value"),
            "mse_value": _money(_sold_by(found, sellers, "is_mse"), "current_value"),
            "women_value": _money(_sold_by(found, sellers, "is_mse", "is_women_owned"), "current_value"),
            "scst_value": _money(_sold_by(found, sellers, "is_mse", "is_scst"), "current_value"),
            "startup_value": _money(_sold_by(found, sellers, "is_startup"), "current_value"),
        }
        for key, found in cells.items()
    ]


def _cell(line: dict[str, Any], dimensions: Mart) -> tuple[tuple[str, Any], ...]:
    def said(dimension: str, key: str, attribute: str, unknown: Any, not_stated: Any) -> Any:
        own = MART_TABLE_BY_NAME[dimension].key_column
        member = next((m for m in dimensions[dimension] if m[own] == line[key]), {})
        value = member.get(attribute)
        return value if value is not None else unknown if line[key] == -1 else not_stated

    names = ("Unknown", "Not stated")
    return (
        ("source_id", SOURCE),
        ("contract_date_key", line["contract_date_key"]),
        ("ministry_id", said("dim_buyer_org", "buyer_org_key", "ministry_id", -1, -2)),
        ("ministry_name", said("dim_buyer_org", "buyer_org_key", "ministry_name", *names)),
        ("buyer_state_code", said("dim_buyer_org", "buyer_org_key", "state_code", "-1", "-2")),
        ("category_level1", said("dim_category", "category_key", "level1_name", *names)),
        ("seller_size", said("dim_seller", "seller_key", "size", *names)),
        ("buy_mode", "Not stated" if line["buy_mode"] is None else line["buy_mode"]),
    )


def _is_void(line: dict[str, Any]) -> bool:
    return bool(line["rejected_at"] or line["cancelled_at"] or line["status"] in ("REJECTED", "CANCELLED"))


def _sold_by(lines: list[dict[str, Any]], sellers: dict[Any, dict[str, Any]], *flags: str) -> list[dict[str, Any]]:
    return [line for line in lines if all(sellers.get(line["seller_key"], {}).get(flag) for flag in flags)]


def _money(lines: list[dict[str, Any]], column: str) -> Decimal:
    return sum((line[column] for line in lines if line[column] is not None), Decimal("0.00"))


def _day_in_india(instant: datetime) -> date:
    return (instant + timedelta(hours=5, minutes=30)).date()


def _holds(version: dict[str, Any], instant: datetime | None) -> bool:
    return instant is not None and version["valid_from"] <= _naive(instant) < version["valid_to"]


def _curated(table: MartTable, row: Row) -> dict[str, Any]:
    own = [c for c in table.curated_columns if c.name not in ("source_id", "observed_at", "segment_from")]
    return {"source_id": SOURCE, **{c.name: _value(c, row) for c in own}}


def _value(column: MartColumn, row: Row) -> Any:
    value = row.get(column.name, unsaid(column))
    return _naive(value) if isinstance(value, datetime) else value


def _batch(seq: int) -> dict[str, Any]:
    return {"batch_id": f"{SOURCE}-{seq:010d}", "source_version": seq}


def _naive(instant: datetime) -> datetime:
    return instant.replace(tzinfo=None)


def _surrogate_key(*parts: str) -> int:
    """The first eight bytes of the MD5, without the topmost bit."""
    digest = hashlib.md5("|".join(parts).encode()).digest()
    return int.from_bytes(digest[:8], "big") & 0x7FFFFFFFFFFFFFFF
