"""Asks a warehouse for everything that the preview shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal

from gem.contracts.measures.registry import MEASURE_BY_KEY, MEASURES
from gem.figures import format_figure, in_full
from gem.powerbi.comparing import BY_WAREHOUSE
from gem.powerbi.pages import PAGES, Axis, Page, Shape
from gem.report.asking import ALL, IST_DAY, Answer, asked
from gem.report.dates import NEWEST_CONTRACT, warning
from gem.report.ledger_view import LedgerView
from gem.report.operators import operators_page
from gem.report.planning import Question
from gem.report.quality import freshness_listing, listing
from gem.report.ranking import SIZES, names_in_order
from gem.report.views import PageView, Report, Table, card, chart, in_india, table
from gem.warehouse.connection import Connection, execute
from gem.warehouse.templates.totals import compared

QUERY_GROUP = "set query_group to 'gem_report'"
"""By which WLM finds the report's queries."""
FRESHNESS_VIEW = "v_freshness"
"""Shown as the operators' page has it: by its rows alone a table that did not change would look old."""
LOADED = """
select loaded.source_id, loaded.batch_id, loaded.snapshot_at
from ops.load_log as loaded
join (select source_id, max(batch_seq) as batch_seq from ops.load_log group by source_id) as newest
    on newest.source_id = loaded.source_id
    and newest.batch_seq = loaded.batch_seq
order by loaded.source_id
"""
STATES = "select state_code, state_name from mart.dim_state where state_name is not null"
RANKING = MEASURE_BY_KEY["net_gmv"]
"""By which the members that are shown are chosen."""
Answers = dict[tuple[str, Axis | None], list[Answer]]


def collect(
    connection: Connection, day: date | None = None, ledger: LedgerView | None = None, notice: str = ""
) -> Report:
    """Every page as of the Indian day, today without; `ledger` is what the ledger says, None where nobody asked it.

    The notice stands on every page. All is read in the connection's transaction: the figures are of one state of the
    warehouse.
    """
    made_at = datetime.now(UTC)
    now = made_at.replace(tzinfo=None)
    execute(connection, QUERY_GROUP)
    day = day or execute(connection, IST_DAY)[0][0]
    answers = asked(connection, _questions(), day)
    _name(answers, Axis.BUYER_STATE, dict(execute(connection, STATES)))
    _name(answers, Axis.SIZE, {size.upper(): size for size in SIZES})
    loaded = dict.fromkeys((str(source), str(batch), in_india(at)) for source, batch, at in execute(connection, LOADED))
    pages = [_page(connection, page, answers, day, now) for page in PAGES]
    pages.append(operators_page(connection, ledger, now))
    everything = [answer for own in answers.values() for answer in own]
    return Report(
        made_at=made_at,
        day=f"{day:%d %b %Y}",
        loaded=tuple(loaded),
        years=tuple(sorted({each.year for each in everything} - {ALL})),
        ministries=names_in_order({each.ministry for each in everything} - {ALL}),
        pages=tuple(pages),
        notice=notice,
        warning=warning(newest_contract(connection), day),
    )


def newest_contract(connection: Connection) -> date | None:
    """The day of the newest contract, None without one."""
    newest: date | None = execute(connection, NEWEST_CONTRACT)[0][0]
    return newest


def _name(answers: Answers, of: Axis, names: dict[str, str]) -> None:
    """Members are called by their names, not by the codes that the warehouse has."""
    for (_, axis), own in answers.items():
        if axis is of:
            own[:] = [replace(each, member=names.get(each.member, each.member)) for each in own]


def _questions() -> list[Question]:
    """What the pages ask; measures that are no headline are asked in all, for the page of reconciliation."""
    headlines = {key for page in PAGES for key in page.cards}
    parts = {key for page in PAGES for visual in page.visuals if visual.by is None for key in visual.measures}
    found = [Question(measure, None, measure.key in headlines | parts) for measure in MEASURES]
    # What ranks is asked before what is shown: an answer by every filter takes the place of one by none.
    axes = dict.fromkeys(visual.axis_of_members for page in PAGES for visual in page.visuals)
    found += [Question(RANKING, axis, is_filtered=False) for axis in axes if axis]
    for page in PAGES:
        found += [Question(m, v.by) for v in page.visuals for m in v.declared]
    return found


def _page(connection: Connection, page: Page, answers: Answers, day: date, now: datetime) -> PageView:
    charts, tables = [], []
    for number, visual in enumerate(page.visuals):
        key = f"{page.key}-{number}"
        own = [(measure, answers[measure.key, visual.by]) for measure in visual.declared]
        by_value = answers.get((RANKING.key, visual.by), [])
        if visual.shape is Shape.TABLE:
            tables.append(table(key, visual, own, by_value))
        else:
            charts.append(chart(key, visual, own, by_value))
    if page.is_comparing:
        tables.append(_totals(answers, day))
    cards = tuple(card(measure, answers[measure.key, None], day) for measure in page.measures)
    listings = tuple(
        freshness_listing(connection, now) if view == FRESHNESS_VIEW else listing(connection, view)
        for view in page.listings
    )
    return PageView(page.key, page.title, page.question, cards, tuple(charts), tuple(tables), listings)


def _totals(answers: Answers, day: date) -> Table:
    """Every measure in all by SQL, as Power BI has it beside what the model says."""
    found = {measure.key: _in_all(answers[measure.key, None]) for measure in compared()}
    rows = [
        [
            f"{measure.folder}: {measure.name}",
            format_figure(found[measure.key], measure.unit),
            in_full(found[measure.key], measure.unit),
            f"{day:%d %b %Y}" if measure.as_of_rule else "—",
        ]
        for measure in compared()
    ]
    return Table(
        "reconciliation-totals",
        "Every measure in all: the totals that Power BI shows beside the model's",
        ("Measure", "In short", BY_WAREHOUSE, "As of"),
        {f"{ALL}|{ALL}": rows},
        by_year=False,
        by_ministry=False,
    )


def _in_all(answers: Sequence[Answer]) -> Decimal | None:
    return next((each.value for each in answers if (each.year, each.ministry) == (ALL, ALL)), None)
