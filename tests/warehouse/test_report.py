"""The preview says what the warehouse says: figures by year and ministry, honest about what it does not know."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from gem.contracts.measures.query import NO_MINISTRY
from gem.contracts.measures.registry import MEASURE_BY_KEY, MEASURES, STEADY
from gem.figures import format_figure
from gem.powerbi.pages import PAGES, Axis
from gem.report.asking import ALL, asked
from gem.report.making import write_report
from gem.report.planning import Question
from gem.warehouse.connection import execute
from tests.warehouse.measured_rows import put_all
from tests.warehouse.test_measures import DAY, FIGURES

pytestmark = pytest.mark.slow

DATABASE = "reported"
DATA = re.compile(r'<script type="application/json" id="data">(.*?)</script>', re.DOTALL)
NOTICE = "Demonstration: figures <of nobody>."
LOADED = """
insert into ops.load_log (batch_id, attempt, source_id, batch_seq, snapshot_at, loaded_at)
values ('gem-0000000001', 1, 'gem', 1, '2026-03-31 04:00:00', '2026-03-31 04:02:05')
"""
FLAGGED = """
insert into ops.quality (batch_id, attempt, table_name, kind, reason, row_count)
values ('gem-0000000001', 1, 'fact_order_line', 'warn', 'is_above_mrp', 9)
"""


@pytest.fixture(scope="module")
def empty(migrated: Any, tmp_path_factory: pytest.TempPathFactory) -> str:
    [out] = write_report(migrated, tmp_path_factory.mktemp("empty") / "report.html", DAY)
    return out.read_text()


@pytest.fixture(scope="module")
def filled(migrated: Any, empty: str) -> Iterator[Any]:
    """The rows stand in a transaction that is rolled back."""
    put_all(migrated)
    for statement in (LOADED, FLAGGED):
        execute(migrated, statement)
    yield migrated
    migrated.rollback()


@pytest.fixture(scope="module")
def written(filled: Any, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("report")
    return write_report(filled, folder / "report.html", DAY, charts=folder / "charts", notice=NOTICE)


@pytest.fixture(scope="module")
def html(written: list[Path]) -> str:
    return written[0].read_text()


def data_of(html: str) -> Any:
    found = DATA.search(html)
    assert found is not None
    return json.loads(found[1])


def test_headline_figures_are_those_computed_by_hand(html: str) -> None:
    cards = data_of(html)["cards"]
    for page in PAGES:
        for measure in page.measures:
            value = FIGURES[measure.key]
            expected = format_figure(None if value is None else Decimal(value), measure.unit)
            assert cards[f"{page.key}-{measure.key}"]["texts"][f"{ALL}|{ALL}"] == expected, measure.key
            assert f'id="card-{page.key}-{measure.key}">{expected}<' in html, "readable without scripts"


def test_every_choice_of_year_and_ministry_is_what_the_measure_says_of_it(filled: Any) -> None:
    """The one pass over all sets of groups says the same as a query for each."""
    compared = 0
    answers = asked(filled, [Question(measure, None) for measure in MEASURES if measure.key != "data_age_hours"], DAY)
    for (key, _), own in answers.items():
        question = Question(MEASURE_BY_KEY[key], None)
        for answer in own:
            chosen = [column for column in question.filters if _choice(question, column, answer) != ALL]
            [value] = [
                row[-1]
                for row in execute(filled, question.measure.sql(*chosen, as_of=DAY))
                if [_text(each) for each in row[:-1]] == [_choice(question, column, answer) for column in chosen]
            ]
            assert answer.value == (None if value is None else Decimal(str(value))), (key, answer)
            compared += 1
    assert compared > 300


def _choice(question: Question, column: str, answer: Any) -> str:
    return str(answer.year if column == question.measure.year else answer.ministry)


def _text(member: Any) -> str:
    return "Not known" if member is None else str(member)


def test_months_stand_in_the_order_of_the_calendar_with_their_year(filled: Any) -> None:
    question = Question(MEASURE_BY_KEY["net_gmv"], Axis.MONTH)
    answers = asked(filled, [question], DAY)["net_gmv", Axis.MONTH]
    months = {(each.member, each.year): each.value or 0 for each in answers if each.ministry == ALL}
    assert months["2024-05", "2024-25"] == 900_000
    assert sum(value for (_, year), value in months.items() if year == "2025-26") == Decimal("1220000.01")


def test_a_choice_that_a_figure_knows_nothing_of_leaves_it_and_says_so(html: str) -> None:
    cards = data_of(html)["cards"]
    assert cards["overview-net_gmv"]["by"] == [True, True]
    assert cards["overview-gmv_growth"]["by"] == [False, True], "it is of the year of D by itself"
    assert cards["sellers-seller_activation"]["by"] == [True, False], "its rows name no buyer"
    assert cards["buyers-buyer_score"]["by"] == [False, True], "it falls into no period"


def test_it_states_the_batch_and_the_time_of_its_data(html: str) -> None:
    assert "Data: batch gem-0000000001 of gem, snapshot 31 Mar 2026, 09:30 IST. As of 31 Mar 2026." in html
    assert "2 min 5 s" in html, "the operators see how long the batch took"


def test_a_notice_stands_on_every_page_on_paper_and_in_every_picture(
    html: str, empty: str, written: list[Path]
) -> None:
    said = "Demonstration: figures &lt;of nobody&gt;."
    assert f'<aside class="notice" aria-label="Notice">{said}</aside>' in html
    sections = html.partition('<script type="application/json"')[0].split("<section")[1:]
    assert len(sections) == len(PAGES) + 1
    assert all(f'<p class="notice printed">{said}</p>' in section for section in sections)
    assert html.count("<title>Government e-Marketplace procurement: Demonstration</title>") == 1
    assert all(said in path.read_text() for path in written if path.suffix == ".svg")
    assert 'class="notice' not in empty, "where nothing is to be said"


def test_it_says_that_contracts_end_long_before_its_day_and_what_growth_compares(html: str, empty: str) -> None:
    said = "No contract after 01 Sep 2025: as of 31 Mar 2026 growth and timeliness say little."
    assert f'<p class="warning">{said}</p>' in html
    assert 'class="warning"' not in empty, "which says that it is empty"
    assert "01 Apr 2025 to 31 Mar 2026 against 01 Apr 2024 to 31 Mar 2025" in html


def test_it_needs_nothing_beside_itself(html: str) -> None:
    assert not re.search(r"""(?:src|href)\s*=\s*["'](?!#|data:)""", html.partition('<script type="module">')[0])
    assert "default-src 'none'" in html
    assert len(html.encode()) < 3_000_000


def test_an_empty_warehouse_makes_a_page_that_says_so(empty: str) -> None:
    assert "No batch is loaded." in empty
    assert "No rows of this choice." in empty
    cards = data_of(empty)["cards"]
    assert cards["overview-orders"]["texts"] == {f"{ALL}|{ALL}": "0"}
    assert cards["overview-average_order_value"]["texts"] == {f"{ALL}|{ALL}": "unknown"}


def test_state_and_local_bodies_are_no_unknown_ministry(html: str) -> None:
    rows = data_of(html)["tables"]["buyers-3"]["rows"][f"{ALL}|{ALL}"]
    assert [row[0] for row in rows] == ["Railways", NO_MINISTRY]
    assert f'<option value="{NO_MINISTRY}">' in html


def test_sizes_and_gaps_are_written_for_people(html: str) -> None:
    sizes = data_of(html)["charts"]["sellers-1"]
    assert {"Small", "Large"} <= set(sizes["labels"])
    texts = [row[4] for row in data_of(html)["charts"]["sellers-0"]["points"]]
    assert texts
    assert all(re.fullmatch(r"[+\N{MINUS SIGN}][\d.]+ pp|unknown", text) for text in texts)


def test_the_page_of_quality_is_in_words_and_as_fresh_as_the_operators_say(html: str, empty: str) -> None:
    page = html.partition('<section id="quality"')[2].partition("</section>")[0]
    assert "Freshness of every table against what is promised" in page
    assert "<td>Order lines</td><td>flagged</td><td>Is above MRP</td><td>9</td>" in page
    assert "No row was rejected or flagged in any loaded batch." in empty


def test_reconciliation_lists_every_measure_but_that_of_the_hour(html: str) -> None:
    totals = data_of(html)["tables"]["reconciliation-totals"]["rows"][f"{ALL}|{ALL}"]
    assert [row[0] for row in totals] == [f"{measure.folder}: {measure.name}" for measure in STEADY]
    assert ["Orders: Gross GMV", "₹ 24.20 lakh", "₹ 24,20,000.01", "—"] in totals
    assert ["Orders: GMV growth", "35.6 %", "35.5556 %", "31 Mar 2026"] in totals


def test_many_measures_by_year_are_rows_beside_the_years(html: str) -> None:
    table = data_of(html)["tables"]["reconciliation-0"]
    rows = {row[0]: row[1:] for row in table["rows"][f"{ALL}|{ALL}"]}
    years = re.findall(r'<th scope="col">(\d{4}-\d{2})</th>', html)
    assert rows["Net GMV"][years.index("2024-25")] == "₹ 9.00 lakh"
    assert {len(row) for row in rows.values()} == {len(years)}


def test_charts_are_pictures_without_a_browser(written: list[Path]) -> None:
    pictures = {path.name: path for path in written}
    assert "₹ 9.00 lakh" in pictures["overview-2.svg"].read_text()
    assert pictures["overview-2.png"].read_bytes().startswith(b"\x89PNG")


def test_names_from_the_data_are_no_markup(filled: Any, tmp_path: Path) -> None:
    execute(filled, "update mart.dim_category set category_name = '</script><b>' where category_id = 31")
    try:
        [out] = write_report(filled, tmp_path / "report.html", DAY)
        assert "</script><b>" not in out.read_text()
        assert any("</script><b>" in json.dumps(chart) for chart in data_of(out.read_text())["charts"].values())
    finally:
        execute(filled, "update mart.dim_category set category_name = 'Category 31' where category_id = 31")
