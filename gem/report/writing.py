"""Writes the preview as one HTML file that needs nothing beside itself, and its charts as SVG and PNG."""

import json
import re
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Any

import vl_convert

from gem.powerbi import theme
from gem.report.asking import ALL
from gem.report.charts import INDIAN_NUMBERS, THEMED, VEGA_LITE, packed, still
from gem.report.views import Card, Chart, Listing, PageView, Report, Table, in_india

EVERYTHING = f"{ALL}|{ALL}"
END_OF_SCRIPT = re.compile("</script", re.IGNORECASE)
MOST_COLUMNS = 6
"""Headline figures in one row; more are two rows."""
LONG = 40
"""Letters of a cell from which on it may have several lines."""
NOTHING = "No rows of this choice."
TITLE = "Government e-Marketplace procurement"


def page_script() -> str:
    """The page's script with Vega in it, the same for every report."""
    script = vl_convert.javascript_bundle(_own("page.js"), vl_version=VEGA_LITE)
    return END_OF_SCRIPT.sub(r"<\\/script", script)


def html_of(report: Report, script: str) -> str:
    """The whole page: readable without scripts, filtered with them."""
    return Template(_own("page.html")).substitute(
        style=_style() + _own("page.css") + _margin(report.notice),
        script=script,
        data=_inline(json.dumps(_data(report), ensure_ascii=False, separators=(",", ":"))),
        title=escape(_titled(report)),
        notice=_notice(report.notice),
        state=_state(report),
        warning=_note(report.warning, "warning"),
        years=_options(report.years),
        ministries=_options(report.ministries),
        links="".join(f'<a href="#{page.key}">{escape(page.title)}</a>' for page in report.pages),
        pages="".join(_page(page, report.notice) for page in report.pages),
    )


def write_charts(report: Report, folder: Path) -> list[Path]:
    """Every chart over all years and ministries, as SVG and as PNG; no browser is asked."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for chart in (chart for page in report.pages for chart in page.charts if chart.points):
        spec = still(chart, report.notice)
        svg, png = folder / f"{chart.key}.svg", folder / f"{chart.key}.png"
        svg.write_text(
            vl_convert.vegalite_to_svg(spec, vl_version=VEGA_LITE, format_locale=INDIAN_NUMBERS), encoding="utf-8"
        )
        png.write_bytes(vl_convert.vegalite_to_png(spec, vl_version=VEGA_LITE, format_locale=INDIAN_NUMBERS, scale=2))
        written += [svg, png]
    return written


def _own(name: str) -> str:
    return files("gem.report").joinpath(name).read_text(encoding="utf-8")


def _data(report: Report) -> dict[str, Any]:
    """What the script shows of a choice."""
    return {
        "numbers": INDIAN_NUMBERS,
        "theme": THEMED,
        "cards": {f"{page.key}-{card.key}": _choices(card) for page in report.pages for card in page.cards},
        "charts": {chart.key: packed(chart) for page in report.pages for chart in page.charts},
        "tables": {
            table.key: {"rows": table.rows, "by": [table.by_year, table.by_ministry]}
            for page in report.pages
            for table in page.tables
        },
    }


def _choices(card: Card) -> dict[str, Any]:
    return {"texts": card.texts, "by": [card.by_year, card.by_ministry]}


def _style() -> str:
    """The colours of both themes as variables; paper is light."""
    light = _variables(theme.INK, theme.MUTED, theme.PAGE, theme.PANEL, theme.LINE, theme.COLOURS[0])
    dark = _variables(
        theme.DARK_INK,
        theme.DARK_MUTED,
        theme.DARK_PAGE,
        theme.DARK_PANEL,
        theme.DARK_LINE,
        theme.DARK_COLOURS[0],
    )
    return f":root{{{light}}}@media screen{{:root[data-theme=dark]{{{dark}}}}}\n"


def _variables(*colours: str) -> str:
    names = ("ink", "muted", "page", "panel", "line", "accent")
    return "".join(f"--{name}:{colour};" for name, colour in zip(names, colours, strict=True))


def _titled(report: Report) -> str:
    """The name of the page, which says by itself that it is under a notice."""
    return f"{TITLE}: {report.notice.partition(':')[0]}" if report.notice else TITLE


def _notice(notice: str) -> str:
    """Stays in sight on the screen; on paper every page has it of its own."""
    return f'<aside class="notice" aria-label="Notice">{escape(notice)}</aside>' if notice else ""


def _margin(notice: str) -> str:
    """The notice at the foot of every sheet, where a browser prints margins."""
    text = re.sub(r"[^\w ,.:;()-]", " ", notice)
    return f'@page {{ @bottom-center {{ content: "{text}"; }} }}\n' if notice else ""


def _state(report: Report) -> str:
    """What the figures are of: the newest batch of each source, with the time of its snapshot, and the day D."""
    loaded = "; ".join(f"{escape(batch)} of {escape(source)}, snapshot {at}" for source, batch, at in report.loaded)
    made = in_india(report.made_at.replace(tzinfo=None))
    data = f"Data: batch {loaded}." if loaded else "No batch is loaded."
    return f"{data} As of {report.day}. Made {made}."


def _options(names: Iterable[str]) -> str:
    return "".join(f'<option value="{escape(name)}">{escape(name)}</option>' for name in names)


def _page(page: PageView, notice: str) -> str:
    cards = "".join(_card(page, card) for card in page.cards)
    columns = len(page.cards) if len(page.cards) <= MOST_COLUMNS else len(page.cards) // 2
    headline = f'<dl class="cards" style="--columns:{columns}">{cards}</dl>' if cards else ""
    # The last of an odd number of charts has its row alone.
    alone = len(page.charts) - 1 if len(page.charts) % 2 and len(page.charts) > 1 else None
    parts = [
        *(_chart(chart, is_alone=place == alone) for place, chart in enumerate(page.charts)),
        *(_table(table) for table in page.tables),
        *(_listing(listing) for listing in page.listings),
    ]
    return (
        f'<section id="{page.key}" aria-labelledby="{page.key}-title"><h2 id="{page.key}-title" tabindex="-1">'
        f'{escape(page.title)}</h2><p class="question">{escape(page.question)}</p>'
        f"{_note(notice, 'notice printed')}{headline}"
        f'<div class="grid">{"".join(parts)}</div></section>'
    )


def _card(page: PageView, card: Card) -> str:
    text = escape(card.texts.get(EVERYTHING, "unknown"))
    meaning = escape(card.meaning)
    period = f'<dd class="scope">{escape(card.period)}</dd>' if card.period else ""
    return (
        f'<div class="card" tabindex="0" data-meaning="{meaning}" aria-description="{meaning}">'
        f"<dt>{escape(card.name)}</dt>"
        f'<dd id="card-{page.key}-{card.key}">{text}</dd><dd class="scope" id="scope-{page.key}-{card.key}"></dd>'
        f"{period}</div>"
    )


def _chart(chart: Chart, *, is_alone: bool) -> str:
    shown = [point for point in chart.points if point.ministry == ALL and (chart.shape == "line" or point.year == ALL)]
    rows = [(point.label, point.text) for point in shown]
    figures = _grid(f"rows-{chart.key}", chart.title, ("Of", "Figure"), rows)
    kind = "panel wide" if is_alone else "panel"
    picture = f'<div class="picture" id="chart-{chart.key}"></div>' if chart.points else f"<p>{NOTHING}</p>"
    return (
        f'<figure class="{kind}" aria-labelledby="{chart.key}-title"><figcaption id="{chart.key}-title">'
        f"<h3>{escape(chart.title)}</h3>{_note(chart.note)}</figcaption>{picture}"
        f'<p class="scope" id="scope-{chart.key}"></p>'
        f"<details><summary>Figures</summary>{figures}</details></figure>"
    )


def _table(table: Table) -> str:
    return (
        f'<div class="panel wide"><h3>{escape(table.title)}</h3>{_note(table.note)}'
        f'<p class="scope" id="scope-{table.key}"></p>'
        f"{_grid(f'rows-{table.key}', table.title, table.head, table.rows.get(EVERYTHING, []))}</div>"
    )


def _listing(listing: Listing) -> str:
    body = (
        _grid("", listing.title, listing.head, listing.rows, "listing")
        if listing.rows
        else f"<p>{escape(listing.nothing)}</p>"
    )
    return f'<div class="panel wide"><h3>{escape(listing.title)}</h3>{_note(listing.note)}{body}</div>'


def _note(note: str, kind: str = "note") -> str:
    return f'<p class="{kind}">{escape(note)}</p>' if note else ""


def _grid(key: str, title: str, head: Sequence[str], rows: Iterable[Sequence[str]], kind: str = "figures") -> str:
    name = f' id="{key}"' if key else ""
    heads = "".join(f'<th scope="col">{escape(text)}</th>' for text in head)
    body = "".join("<tr>" + "".join(_cell(place, text) for place, text in enumerate(row)) + "</tr>" for row in rows)
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(title)}: table">'
        f'<table class="{kind}"><thead><tr>{heads}</tr></thead><tbody{name}>{body}</tbody></table></div>'
    )


def _cell(place: int, text: str) -> str:
    if place == 0:
        return f'<th scope="row">{escape(text)}</th>'
    kind = ' class="long"' if len(text) > LONG else ""
    return f"<td{kind}>{escape(text)}</td>"


def _inline(text: str) -> str:
    """JSON that may stand within a script element: it says the same, and no element ends in it."""
    return text.replace("<", "\\u003c")
