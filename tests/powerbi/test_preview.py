"""The preview in a browser: drawn without an error or a request, wide and narrow, light and dark, by keyboard too."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from gem.contracts.measures.registry import MEASURE_BY_KEY
from gem.powerbi.pages import PAGES, Page, Shape
from gem.report.asking import ALL, Answer
from gem.report.views import PageView, Report, card, chart, table
from gem.report.writing import html_of, page_script
from tests.powerbi.conftest import Run

pytestmark = pytest.mark.slow

MEMBERS = (
    "2024-05",
    "2025-06",
    "Ministry of Defence / रक्षा मंत्रालय",
    "A name that is as long as names of ministries are",
)
CHOICES = ((ALL, ALL), ("2024-25", ALL), (ALL, "Railways"), ("2024-25", "Railways"))


def answers(key: str, members: tuple[str, ...]) -> list[Answer]:
    """A figure for each member of each choice, every one another."""
    return [
        Answer(member, year, ministry, Decimal(place * 1_234_567 + len(key)))
        for place, (member, year, ministry) in enumerate(((m, *choice) for m in members for choice in CHOICES), start=1)
    ]


def page_view(page: Page) -> PageView:
    charts, tables = [], []
    for number, visual in enumerate(page.visuals):
        own = [(measure, answers(measure.key, MEMBERS if visual.by else ("",))) for measure in visual.declared]
        made = table if visual.shape is Shape.TABLE else chart
        (tables if made is table else charts).append(made(f"{page.key}-{number}", visual, own))  # type: ignore[attr-defined]
    cards = tuple(card(MEASURE_BY_KEY[key], answers(key, ("",)), date(2026, 3, 31)) for key in page.cards)
    return PageView(page.key, page.title, page.question, cards, tuple(charts), tuple(tables))


@pytest.mark.parametrize("is_empty", [False, True], ids=["filled", "empty"])
def test_the_page_is_drawn_in_a_browser_without_a_fault(node: Run, tmp_path: Path, is_empty: bool) -> None:
    pages = tuple(PageView(p.key, p.title, p.question) if is_empty else page_view(p) for p in PAGES)
    if is_empty:
        pages = (page_view(PAGES[0]), *pages[1:])
    said = ("", "") if is_empty else ("Demonstration: of nobody.", "No contract after 1 Feb 2026.")
    report = Report(datetime.now(UTC), "31 Mar 2026", (), ("2024-25", "2025-26"), ("Railways",), pages, *said)
    out = tmp_path / "report.html"
    out.write_text(html_of(report, page_script()))
    assert node("open_page.mjs", str(out)) == []


def test_a_page_with_a_fault_is_found(node: Run, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    report = Report(datetime.now(UTC), "31 Mar 2026", (), ("2024-25", "2025-26"), (), (page_view(PAGES[0]),))
    out.write_text(html_of(report, page_script()).replace("</main>", '</main><img src="https://example.com/x.png">'))
    assert any("example.com" in fault for fault in node("open_page.mjs", str(out)))
