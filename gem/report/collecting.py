"""Asks a warehouse for everything that the preview shows."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from gem.contracts.measures.registry import MEASURES
from gem.figures import format_figure, in_full
from gem.powerbi.comparing import BY_WAREHOUSE
from gem.powerbi.names import words
from gem.powerbi.pages import PAGES, Axis, Page, Shape
from gem.powerbi.tables import table_of_view
from gem.report.asking import ALL, IST_DAY, Answer, asked
from gem.report.dates import NEWEST_CONTRACT, warning
from gem.report.ledger_view import LedgerView
from gem.report.operators import operators_page
from gem.report.planning import Question
from gem.report.views import Listing, PageView, Report, Table, card, chart, in_india, table
from gem.warehouse.connection import Connection, execute
from gem.warehouse.templates.totals import compared

QUERY_GROUP = "set query_group to 'gem_report'"
"""By which WLM finds the report's queries."""
MOST_ROWS = 200
"""Rows of a listing that are shown."""
LOADED = """
select loaded.source_id, loaded.batch_id, loaded.snapshot_at
from ops.load_log as loaded
join (select source_id, max(batch_seq) as batch_seq from ops.load_log group by source_id) as newest
    on newest.source_id = loaded.source_id
    and newest.batch_seq = loaded.batch_seq
order by loaded.source_id
"""
STATES = "select state_code, state_name from mart.dim_state where state_name is not null"
Answers = dict[tuple[str, Axis | None], list[Answer]]


def collect(
    connection: Connection, day: date | None = None, ledger: LedgerView | None = None, notice: str = ""
) -> Report:
    """Every page as of the Indian day, today without; `ledger` is what the ledger says, None where nobody asked it.

    The notice stands on every page. All is read in the connection's transaction: the figures are of one state of the
    warehouse.
    """
    made_at = datetime.now(UTC)
    execute(connection, QUERY_GROUP)
    day = day or execute(connection, IST_DAY)[0][0]
    answers = asked(connection, _questions(), day)
    _name_states(answers, dict(execute(connection, STATES)))
    loaded = dict.fromkeys((str(source), str(batch), in_india(at)) for source, batch, at in execute(connection, LOADED))
    pages = [_page(connection, page, answers, day) for page in PAGES]
    pages.append(operators_page(connection, ledger, made_at.replace(tzinfo=None)))
    everything = [answer for own in answers.values() for answer in own]
    return Report(
        made_at=made_at,
        day=f"{day:%d %b %Y}",
        loaded=tuple(loaded),
        years=tuple(sorted({each.year for each in everything} - {ALL})),
        ministries=tuple(sorted({each.ministry for each in everything} - {ALL})),
        pages=tuple(pages),
        notice=notice,
        warning=warning(newest_contract(connection), day),
    )


def newest_contract(connection: Connection) -> date | None:
    """The day of the newest contract, None without one."""
    newest: date | None = execute(connection, NEWEST_CONTRACT)[0][0]
    return newest


def _name_states(answers: Answers, names: dict[str, str]) -> None:
    """States are called by their names, not by the codes by which buyers have them."""
    for (_, axis), own in answers.items():
        if axis is Axis.BUYER_STATE:
            own[:] = [replace(each, member=names.get(each.member, each.member)) for each in own]


def _questions() -> list[Question]:
    """What the pages ask; measures that are no headline are asked in all, for the page of reconciliation."""
    headlines = {key for page in PAGES for key in page.cards}
    parts = {key for page in PAGES for visual in page.visuals if visual.by is None for key in visual.measures}
    found = [Question(measure, None, measure.key in headlines | parts) for measure in MEASURES]
    for page in PAGES:
        found += [Question(m, v.by) for v in page.visuals for m in v.declared]
    return found


def _page(connection: Connection, page: Page, answers: Answers, day: date) -> PageView:
    charts, tables = [], []
    for number, visual in enumerate(page.visuals):
        key = f"{page.key}-{number}"
        own = [(measure, answers[measure.key, visual.by]) for measure in visual.declared]
        if visual.shape is Shape.TABLE:
            tables.append(table(key, visual, own))
        else:
            charts.append(chart(key, visual, own))
    if page.is_comparing:
        tables.append(_totals(answers, day))
    cards = tuple(card(measure, answers[measure.key, None], day) for measure in page.measures)
    listings = tuple(_listing(connection, view) for view in page.listings)
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


def _listing(connection: Connection, view: str) -> Listing:
    columns = [column for column in table_of_view(view).columns if not column.is_hidden]
    names = ", ".join(column.source for column in columns)
    order = "snapshot_at desc, 2"
    query = f"select {names} from bi.{view} order by {order} limit {MOST_ROWS + 1}"  # noqa: S608  (declared names)
    rows = execute(connection, query)
    note = f"the newest {MOST_ROWS} rows" if len(rows) > MOST_ROWS else ""
    shown = tuple(tuple(_cell(cell) for cell in row) for row in rows[:MOST_ROWS])
    return Listing(words(view.removeprefix("v_")), tuple(column.name for column in columns), shown, note)


def _cell(value: Any) -> str:
    if value is None:
        return "—"
    return in_india(value) if isinstance(value, datetime) else str(value)
