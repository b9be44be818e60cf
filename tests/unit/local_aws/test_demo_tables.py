"""What a demo shows at its end fits eighty columns, names what differs, and loses no figure to an ellipsis."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from gem.contracts.mart.tables import MART_TABLES
from gem.contracts.measures.spec import Unit
from gem.contracts.states import State
from gem.figures import MINUS
from gem.reconcile import TableReport
from local_aws.demo_result import Arrival, DemoResult, Hop
from local_aws.demo_tables import HOPS, tables
from local_aws.questions import Answer, Answers, SellerVersion
from local_aws.source.evolve import Change

LONGEST_MINISTRY = "Ministry of Petroleum and Natural Gas / पेट्रोलियम एवं प्राकृतिक गैस मंत्रालय"


def arrival(title: str, net_gmv: str, *hops: str) -> Arrival:
    answers = Answers(
        rows={t.name: 2 if t.is_dimension else 0 for t in MART_TABLES}
        | {"dim_seller": 1_693, "fact_contract_lifecycle": 20_00_000},
        digests={},
        answers=[Answer("Net GMV", "What is left.", Unit.RUPEES, Decimal(net_gmv))],
        top_buyers=[(LONGEST_MINISTRY, Decimal("2230577814.86"))],
        unresolved={"fact_bid.buyer_org_key": 0},
    )
    stages = [Hop(name, "snapshot → manifest", 12_34_567, 1_126.7) for name in hops]
    return Arrival(title, [f"gem-{title}"], State.LOADED, stages, answers)


def result(*differing: str) -> DemoResult:
    began, grew, end = (datetime(*day, tzinfo=UTC) for day in ((1900, 1, 1), (2026, 4, 2, 18, 30), (9999, 12, 31)))
    return DemoResult(
        arrivals=[arrival("first load", "223057781486.15", *HOPS[:8]), arrival("changes", "223000000000", *HOPS[1:])],
        changes=[
            Change("sellers registered", 4, 8, 0, 0),
            Change("contracts placed", 60, 362, 0, 0),
            Change("sellers deleted", 0, 0, 0, 0),
            Change("contracts deleted", 13, 0, 0, 37),
        ],
        reconciled=[
            TableReport("dim_seller", 840, 841, kept_rows=1),
            TableReport("fact_contract_lifecycle", 5, 5, {"total_value": (Decimal(1), Decimal(1))}, list(differing)),
        ],
        grown_seller=[
            SellerVersion("श्री गणेश ट्रेडर्स", "SMALL", True, began, grew, False, 2, Decimal(133_000)),
            SellerVersion("श्री गणेश ट्रेडर्स", "MEDIUM", False, grew, end, True, 0, Decimal(0)),
        ],
        seconds=67.4,
        peak_memory_bytes=1_300_000_000,
        work_dir=".gem/demo",
    )


def shown(what: DemoResult, width: int) -> str:
    out = io.StringIO()
    console = Console(file=out, width=width)
    for part in tables(what, width):
        console.print(part, soft_wrap=isinstance(part, Text))
    return out.getvalue()


@pytest.mark.parametrize("width", [80, 120, 200])
def test_every_figure_is_shown_whole(width: int) -> None:
    text = shown(result(), width)
    assert "…" not in text
    assert max(map(cell_len, text.splitlines())) <= width
    for figure in ("₹ 22,305.78 crore", f"{MINUS} ₹ 5.78 crore", "₹ 223.06 crore", "12,34,567", "1126.7", "20,00,000"):
        assert figure in text, figure


def test_both_batches_stand_beside_each_other_and_every_hop_once() -> None:
    lines = shown(result(), 80).splitlines()
    names = [line.split()[0] for line in lines if line.split()[:1] and line.split()[0] in HOPS]
    assert names == list(HOPS)


def test_changes_are_told_by_subject_and_those_that_did_not_happen_are_not() -> None:
    text = shown(result(), 120)
    assert "60 placed, 13 deleted" in text
    assert "registered" in text
    assert "0 deleted" not in text


def test_a_sellers_day_of_change_is_that_of_india() -> None:
    assert "2026-04-03" in shown(result(), 80)


def test_sides_that_agree_and_members_that_are_kept_are_told() -> None:
    text = shown(result(), 80)
    assert "agree to the row" in text
    assert "✗" not in text
    assert "kept by the warehouse: 1 members" in text


def test_a_table_without_rows_is_shown_only_where_the_source_has_some() -> None:
    text = shown(result(), 80)
    assert "dim_brand" not in text
    assert "fact_rating" not in text
    assert "Not shown: 22 tables" in text
    lost = replace(result(), reconciled=[TableReport("fact_rating", 3, 0, differing_buckets=["0ab"])])
    assert "fact_rating" in shown(lost, 80)


def test_a_table_that_copies_no_row_of_the_source_is_said_to_be_computed() -> None:
    shows = result()
    shows.arrivals[-1].answers["rows"]["bridge_org_hierarchy"] = 5
    (line,) = (line for line in shown(shows, 80).splitlines() if "bridge_org_hierarchy" in line)
    assert line.split()[-1] == "computed"


def test_a_difference_is_told_in_its_table_and_at_the_end() -> None:
    text = shown(result("0ab"), 80)
    assert text.count("✗") == 2
    assert "Source and warehouse DIFFER" in text


def test_for_programs_the_last_answers_stand_on_top() -> None:
    document = result("0ab").as_dict()
    assert document["agrees"] is False
    assert document["answers"] == document["arrivals"][1]["answers"]["answers"]
    assert document["answers"][0]["value"] == "223000000000"
