"""The tables at the end of a demo, for terminals of eighty columns and more."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from gem.contracts.mart.code_lists import CODE_LISTS
from gem.contracts.mart.tables import CURATED_TABLES
from gem.contracts.mart_spec import NOT_STATED_KEY, UNKNOWN_KEY
from gem.contracts.measures.spec import Unit
from gem.figures import format_change, format_figure, group_indian, rupees
from gem.reconcile import BUCKET_DIGITS, TableReport
from local_aws.demo_result import REPORT, Arrival, DemoResult, Hop
from local_aws.questions import SellerVersion
from local_aws.source.evolve import Change

GIGABYTE = 10**9
WIDE = 160
"""From this width on there is room for what a measure means."""
HOPS = ("start", "source", "extract", "event", "submit", "curate", "load", "ask", "reconcile", "report", "export")
IST = timedelta(hours=5, minutes=30)
SPARK_STARTS = "Spark starts anew for each batch, as a step on a cluster does: most of what the second takes."
STAND_INS = (UNKNOWN_KEY, NOT_STATED_KEY)
AGREES, DIFFERS = Text("✓ agrees", "green"), Text("✗ differs", "bold red")


def tables(result: DemoResult, width: int) -> Iterator[RenderableType]:
    """Everything that a run shows, from its hops to its verdict."""
    yield _hop_table(result)
    yield change_table(result.changes)
    yield _star_table(result)
    yield _answer_table(result, width)
    if result.grown_seller:
        yield _seller_table(result.grown_seller)
    yield _buyer_table(result.arrivals[-1])
    yield _verdict(result)


def _table(title: str, *columns: str, caption: str | None = None) -> Table:
    """An empty table whose columns hold figures, but for the first."""
    table = Table(
        title=title,
        caption=caption,
        title_justify="left",
        caption_justify="left",
        title_style="bold",
        box=box.SIMPLE_HEAD,
        pad_edge=False,
    )
    for place, name in enumerate(columns):
        table.add_column(name, justify="left" if place == 0 else "right", no_wrap=place > 0)
    return table


def _hop_table(result: DemoResult) -> Table:
    table = _table("Through every hop, twice", "\nhop", caption=SPARK_STARTS)
    table.add_column("\nwhat happens", style="dim", no_wrap=True)
    for arrival in result.arrivals:
        table.add_column(f"{arrival.title}\nrows", justify="right", no_wrap=True)
        table.add_column("\nseconds", justify="right", no_wrap=True)
    by_name = [{hop.name: hop for hop in arrival.hops} for arrival in result.arrivals]
    for name in HOPS:
        found = [hops.get(name) for hops in by_name]
        words = next((hop.description for hop in found if hop), "")
        table.add_row(name, words, *(cell for hop in found for cell in _hop_cells(hop)))
    table.add_section()
    totals = [sum(hop.seconds for hop in arrival.hops) for arrival in result.arrivals]
    table.add_row("total", "", *(cell for total in totals for cell in ("", f"{total:.1f}")))
    return table


def _hop_cells(hop: Hop | None) -> tuple[str, str]:
    if hop is None:
        return "", ""
    return (group_indian(hop.rows) if hop.rows is not None else ""), f"{hop.seconds:.1f}"


def change_table(changes: list[Change]) -> Table:
    """One line for each subject of a change, which is its kind's first word."""
    table = Table(title="What changed at the source", title_justify="left", title_style="bold", box=box.SIMPLE_HEAD)
    table.pad_edge = False
    table.add_column("")
    table.add_column("what happened to them")
    for name in ("inserted", "updated", "deleted"):
        table.add_column(name, justify="right", no_wrap=True)
    happened = [change for change in changes if change.count]
    for subject in dict.fromkeys(_subject(change) for change in happened):
        own = [change for change in happened if _subject(change) == subject]
        words = ", ".join(f"{group_indian(change.count)} {change.kind.partition(' ')[2]}" for change in own)
        table.add_row(subject, words, *map(_figure, _written(own)))
    table.add_section()
    table.add_row("rows", "", *map(_figure, _written(happened)))
    return table


def _subject(change: Change) -> str:
    return change.kind.partition(" ")[0]


def _written(changes: list[Change]) -> tuple[int, int, int]:
    inserted, updated, deleted = (
        sum(getattr(change, name) for change in changes) for name in ("inserted", "updated", "deleted")
    )
    return inserted, updated, deleted


def _figure(number: int) -> str:
    return group_indian(number) if number else ""


def _star_table(result: DemoResult) -> Table:
    table = _table(
        "The star schema, held against the source",
        "\ntable",
        "rows\nfirst",
        "rows\nnow",
        "at the\nsource",
        "sums of\nmoney",
        "\nverdict",
        caption=_compared_how(result),
    )
    reports = {report.table: report for report in result.reconciled}
    first, last = (arrival.answers["rows"] for arrival in (result.arrivals[0], result.arrivals[-1]))
    for name in _shown(result):
        compared = _compared(reports[name]) if name in reports else ("", "", "computed")
        table.add_row(name, group_indian(first[name]), group_indian(last[name]), *compared)
    return table


def _shown(result: DemoResult) -> list[str]:
    """The tables that loads fill and that hold, or should hold, more than the members for what is unknown."""
    at_source = {report.table: report.source_rows for report in result.reconciled}
    rows = result.arrivals[-1].answers["rows"]
    return [
        table.name
        for table in CURATED_TABLES
        if rows[table.name] > (len(STAND_INS) if table.is_dimension else 0) or at_source.get(table.name)
    ]


def _compared(report: TableReport) -> tuple[str, str, Text]:
    equal = sum(left == right for left, right in report.sums.values())
    sums = f"{equal} of {len(report.sums)}" if report.sums else ""
    return group_indian(report.source_rows), sums, DIFFERS if report.differing_buckets else AGREES


def _compared_how(result: DemoResult) -> str:
    kept = sum(report.kept_rows for report in result.reconciled)
    empty = len(CURATED_TABLES) - len(_shown(result))
    without = f"\nNot shown: {empty} tables of which the source says nothing." if empty else ""
    gone = f"\nGone at the source and kept by the warehouse: {kept} members of dimensions." if kept else ""
    return (
        f"Compared by row hashes in {16**BUCKET_DIGITS:,} buckets; of a dimension its current versions.\n"
        f"A dimension has a row for each version, and two for what is unknown or not stated.{gone}{without}\n"
        "Computed: a row is made of several rows of the source, and none is its copy.\n"
        f"Beside them stand the calendar and {len(CODE_LISTS)} code lists, which no load changes."
    )


def _answer_table(result: DemoResult, width: int) -> Table:
    first, last = result.arrivals[0], result.arrivals[-1]
    table = _table("What the warehouse answers", "measure", first.title, "now", "moved")
    if width >= WIDE:
        table.add_column("meaning", style="dim")
    before = {answer.name: answer.value for answer in first.answers["answers"]}
    for answer in last.answers["answers"]:
        was = before[answer.name]
        figures = (format_figure(was, answer.unit), format_figure(answer.value, answer.unit))
        meaning = (answer.description,) if width >= WIDE else ()
        table.add_row(answer.name, *figures, format_change(was, answer.value, answer.unit), *meaning)
    return table


def _seller_table(versions: list[SellerVersion]) -> Table:
    """Each version with the orders that were placed while it held."""
    title = f"History stays: {versions[-1].seller_name} has outgrown its class"
    table = _table(title, "class", "from", "to", "orders", "net GMV", "count as")
    for version in versions:
        table.add_row(
            version.size or "unknown",
            "" if version is versions[0] else _indian_day(version.valid_from),
            "" if version.is_current else _indian_day(version.valid_to),
            group_indian(version.orders),
            rupees(version.net_gmv),
            Text("MSE", "green") if version.is_mse else "not MSE",
        )
    return table


def _indian_day(instant: datetime) -> str:
    return f"{instant + IST:%Y-%m-%d}"


def _buyer_table(arrival: Arrival) -> Table:
    table = _table("Top buyers by net GMV", "buyer", "net GMV")
    for name, value in arrival.answers["top_buyers"]:
        table.add_row(name, format_figure(value, Unit.RUPEES))
    return table


def _verdict(result: DemoResult) -> Text:
    unresolved = sum(result.arrivals[-1].answers["unresolved"].values())
    keys = "every known key found its row" if not unresolved else f"{group_indian(unresolved)} keys are unresolved"
    memory = result.peak_memory_bytes
    peak = "" if memory is None else f", {Decimal(memory) / GIGABYTE:.1f} GB of memory at the peak"
    verdict = Text()
    if result.agrees:
        verdict.append("✓ Source and warehouse agree to the row", "bold green")
    else:
        verdict.append("✗ Source and warehouse DIFFER", "bold red")
    verdict.append(f"; {keys}.\n{result.seconds:.0f} s in all{peak}.\n")
    verdict.append(f"Everything that was started is stopped again. Logs and files: {result.work_dir}\n")
    verdict.append(f"The report, for any browser: {result.work_dir}/{REPORT}", "bold")
    return verdict
