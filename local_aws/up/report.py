"""What a person sees of a cloud that is up: its parts, where they answer, and what to type next."""

from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from local_aws.up.commands import Up
from local_aws.up.home import Home
from local_aws.up.status import CloudStatus, PartStatus, Stage

COLOURS = {Stage.READY: "green", Stage.RESTARTING: "yellow", Stage.STARTING: "yellow", Stage.WAITING: "dim"}
NEXT = (
    ("source {env}", "for this shell: it finds gem, and gem, aws, psql and dbt speak to this cloud"),
    ("gem extract", "publish what changed at the source; events carry it to the warehouse"),
    ("gem status", "batches, hop by hop"),
    ('gem sql "select count(*) from mart.fact_order_line"', "ask the warehouse"),
    ("gem source evolve", "let the source change; then extract again"),
    ("gem reconcile", "hold source and warehouse against each other, to the row"),
    ("gem up --status", "the parts, and what became of them"),
    ("gem down", "stop; data stay for the next gem up"),
)


class Report:
    """Prints to stdout."""

    def __init__(self) -> None:
        self._out = Console(highlight=False, soft_wrap=True)

    def up(self, result: Up) -> None:
        """All that one needs to use the cloud."""
        self._out.print(_parts(result.home, result.status))
        for name, value in _logins(result.home):
            self._out.print(Text(f"{name:<12}"), Text(value), sep="")
        for note in result.notes:
            self._out.print(Text(f"Note: {note}."))
        self._out.print("\nNext:")
        typed = [words.format(env=_short(result.home)) for words, _ in NEXT]
        width = max(map(len, typed))
        for words, (_, meaning) in zip(typed, NEXT, strict=True):
            self._out.print(Text(f"  {words:<{width}}"), Text(f"# {meaning}", "dim"))

    def status(self, home: Home, status: CloudStatus) -> None:
        """The parts, and why one does not come up."""
        self._out.print(_parts(home, status))
        for part in status.crash_loops:
            self._out.print(
                Text(f"{part.name} ended {part.failures} times in a row ({part.last_end}): see {part.log}", "red")
            )

    def say(self, text: str) -> None:
        """One line."""
        self._out.print(Text(text))


def _parts(home: Home, status: CloudStatus) -> Table:
    table = Table(title=f"Local cloud in {home.work_dir}", title_justify="left")
    for name in ("part", "state"):
        table.add_column(name, no_wrap=True)
    table.add_column("restarts", justify="right")
    for name in ("since (UTC)", "where"):
        table.add_column(name, no_wrap=True)
    for part in status.parts:
        state = "crash loop" if part.is_crash_loop else str(part.stage)
        colour = "red" if part.is_crash_loop else COLOURS[part.stage]
        where = _where(home, part)
        table.add_row(part.name, Text(state, colour), str(part.restarts), f"{part.since:%F %T}", where)
    return table


def _where(home: Home, part: PartStatus) -> str:
    config = home.config
    places = {
        "postgres": f"127.0.0.1:{config.postgres_port}",
        "aws": home.endpoint_url,
        "redshift": f"{config.host}:{config.redshift_port}",
    }
    return places.get(part.name, "polls its queues")


def _logins(home: Home) -> list[tuple[str, str]]:
    return [
        ("source", home.source.dsn),
        ("warehouse", home.warehouse.dsn),
        ("environment", f"{home.env_file} (holds the passwords; only you may read it)"),
        ("sam local", f"{home.sam_env_file} (sam local invoke FUNCTION --env-vars)"),
        ("logs", f"{home.work_dir}: logs/, functions/, steps/"),
    ]


def _short(home: Home) -> str:
    here = Path.cwd()
    return str(home.env_file.relative_to(here)) if home.env_file.is_relative_to(here) else str(home.env_file)
