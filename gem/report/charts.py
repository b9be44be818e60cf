"""The charts as Vega-Lite specifications: the same for the page, for SVG and for PNG; pure."""

import json
from datetime import datetime
from math import ceil
from typing import Any

from gem.powerbi.pages import Axis, Shape
from gem.powerbi.theme import COLOURS, INK, LINE, MUTED, PANEL
from gem.report.asking import ALL
from gem.report.views import Chart, Point

SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
VEGA_LITE = "6.1"
FONT = "system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif"
INDIAN_NUMBERS = {
    "decimal": ".",
    "thousands": ",",
    "grouping": [3, 2, 2, 2, 2, 2, 2, 2, 2, 2],
    "currency": ["₹", ""],
}
MOST_MOMENTS = 4
ROW_HEIGHT, LINE_HEIGHT, WIDTH = 26, 240, 560
LABEL_LIMIT = 230
APART = {"labelOverlap": "greedy", "labelSeparation": 10}
"""Figures of an axis that would run into one another are left out."""
FIRST_NAME = "split(datum.label, ' / ')[0]"
MINISTRY_NAME = "replace(split(split(datum.label, ' / ')[0], ' (')[0], 'Ministry of ', '')"
ROOM_FOR_FIGURES = 104
"""Pixels beside the longest bar, for its figure."""
BEYOND = "1e15"
"""More than any figure: what keeps its place stands behind all that is ordered by figures."""


def specification(chart: Chart) -> dict[str, Any]:
    """A chart over the rows of its choice, not filled yet: the signals `year` and `ministry` are "*" for all."""
    place = f"indexof({json.dumps(chart.order)}, datum.member)"
    return {
        "$schema": SCHEMA,
        "description": f"{chart.title}: {chart.unit}",
        "width": "container",
        "height": LINE_HEIGHT if chart.shape is Shape.LINE else {"step": ROW_HEIGHT},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "padding": {"left": 0, "top": 4, "right": 24 if chart.shape is Shape.LINE else ROOM_FOR_FIGURES, "bottom": 6},
        "params": [{"name": "year", "value": ALL}, {"name": "ministry", "value": ALL}],
        "data": {"name": "rows", "values": []},
        "transform": [
            {"filter": f"{_year_test(chart)} && {_test('ministry', chart.by_ministry)}"},
            # A figure stands right of its bar, of one below zero right of zero.
            {"calculate": "max(datum.value, 0)", "as": "end"},
            {"calculate": f"{place} < 0 ? datum.value : -{BEYOND} - {place}", "as": "order"},
        ],
        **(_line(chart) if chart.shape is Shape.LINE else _bars(chart)),
    }


def still(chart: Chart, notice: str = "") -> dict[str, Any]:
    """The same with a width of its own, for a picture that no page holds: the notice stands below its title."""
    data = {"name": "rows", "values": [_row(point) for point in chart.points]}
    title = {"text": chart.title, **({"subtitle": notice} if notice else {})}
    return {**specification(chart), "data": data, "width": WIDTH, "title": title, "config": LIGHT}


def packed(chart: Chart) -> dict[str, Any]:
    """The chart's points for the page: places of member, year and ministry among `names`, then value and text."""
    texts = (text for point in chart.points for text in (point.member, point.year, point.ministry))
    places = {name: place for place, name in enumerate(dict.fromkeys(texts))}
    rows = [[places[p.member], places[p.year], places[p.ministry], p.value, p.text] for p in chart.points]
    labels = {point.member: point.label for point in chart.points}
    return {
        "spec": specification(chart),
        "names": list(places),
        "labels": [labels.get(name, name) for name in places],
        "points": rows,
    }


def _row(point: Point) -> dict[str, Any]:
    return {
        "member": point.member,
        "label": point.label,
        "year": point.year,
        "ministry": point.ministry,
        "value": point.value,
        "text": point.text,
    }


def _test(name: str, is_chosen: bool) -> str:
    return f"datum.{name} == {name}" if is_chosen else f"datum.{name} == '{ALL}'"


def _year_test(chart: Chart) -> str:
    """Months stand with the year that they are of; what the choice of a year does not reach stands with all."""
    if chart.axis is Axis.MONTH:
        return f"(year == '{ALL}' || datum.year == year)"
    return _test("year", chart.by_year)


def _quantity(chart: Chart) -> dict[str, Any]:
    return {
        "field": "value",
        "type": "quantitative",
        "axis": {
            "title": chart.unit or None,
            "format": chart.format,
            "tickCount": 5,
            **APART,
        },
    }


TOOLTIP = [{"field": "label", "title": "Of"}, {"field": "text", "title": "Figure"}]


def _line(chart: Chart) -> dict[str, Any]:
    """Over months, or over moments that are written as India's clocks show them: never over those of the reader."""
    time = "%b %Y" if chart.axis is Axis.MONTH else "%d %b, %H:%M"
    x = {
        "field": "member",
        "type": "temporal",
        "scale": {"type": "utc"},
        "axis": {"title": None, "format": time, "labelOverlap": True, "tickCount": 6, **_moments(chart)},
    }
    return {
        "mark": {"type": "line", "point": {"filled": True, "size": 40}, "strokeWidth": 2},
        "encoding": {"x": x, "y": _quantity(chart), "tooltip": TOOLTIP},
    }


def _moments(chart: Chart) -> dict[str, Any]:
    """Of moments the ticks are some of them, as even ones would stand in one minute together."""
    moments = [point.member for point in chart.points]
    if chart.axis is Axis.MONTH or not moments:
        return {}
    chosen = moments[:: ceil(len(moments) / MOST_MOMENTS)]
    return {"values": [int(datetime.fromisoformat(moment).timestamp() * 1000) for moment in chosen]}


def _bars(chart: Chart) -> dict[str, Any]:
    """Bars with their figures written beside them, so that no colour or length alone says them."""
    order = None if chart.axis is None else {"field": "order", "op": "max", "order": "descending"}
    member = {
        "field": "member",
        "type": "nominal",
        "sort": order,
        # Of a name in two languages the first stands at the bar, of a ministry without what all begin with; its tip
        # and its table have all of it.
        "axis": {
            "title": None,
            "labelLimit": LABEL_LIMIT,
            "labelExpr": MINISTRY_NAME if chart.axis is Axis.MINISTRY else FIRST_NAME,
            "ticks": False,
            "domain": False,
        },
    }
    return {
        "encoding": {"y": member, "x": {**_quantity(chart), "scale": {"nice": True}}, "tooltip": TOOLTIP},
        "layer": [
            {"mark": {"type": "bar", "cornerRadiusEnd": 2, "height": {"band": 0.7}}},
            {
                "mark": {"type": "text", "align": "left", "dx": 4},
                "encoding": {"text": {"field": "text"}, "x": {"field": "end", "type": "quantitative"}},
            },
        ],
    }


def _config(ink: str, muted: str, line: str, panel: str, accent: str) -> dict[str, Any]:
    return {
        "background": panel,
        "font": FONT,
        "title": {"color": ink, "anchor": "start", "fontSize": 14},
        "axis": {
            "labelColor": ink,
            "titleColor": muted,
            "titleFontWeight": "normal",
            "gridColor": line,
            "domainColor": line,
            "tickColor": line,
            "labelFontSize": 12,
            "titleFontSize": 12,
        },
        "view": {"stroke": None},
        "text": {"color": ink, "fontSize": 12},
        "bar": {"color": accent},
        "line": {"color": accent},
        "point": {"color": accent},
    }


LIGHT = _config(INK, MUTED, LINE, PANEL, COLOURS[0])
THEMED = _config("var(--ink)", "var(--muted)", "var(--line)", "var(--panel)", "var(--accent)")
"""The colours that the page's style has: they change with its theme and on paper, and no picture is drawn anew."""
