"""docs/costs.md: the cost of a month and of a million rows, from inputs.toml and nothing else; pure."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

HOURS = 730
"""Of a month, as AWS reckons."""
GB = 1024**3
PAGE = "docs/costs.md"


@dataclass(frozen=True)
class Month:
    """What happens in a month, and the inputs by which it is paid."""

    batches: float
    raw_rows: float
    cluster_always: bool
    inputs: Mapping[str, Any]

    def __getattr__(self, group: str) -> Any:
        """A group of inputs: `month.prices["log_gb"]`."""
        return self.inputs[group]

    @property
    def step_seconds(self) -> float:
        """Of all steps."""
        rate = self.measured["raw_rows_second"]
        return float(self.batches * self.measured["step_start_seconds"] + self.raw_rows / rate)

    @property
    def cluster_hours(self) -> float:
        """Of the cluster: all of the month, or for each batch its start, its step, and the time until it is ended."""
        if self.cluster_always:
            return HOURS
        until_ended = self.stack["cluster_idle_seconds"] + self.stack["tick_seconds"]
        around = self.assumed["cluster_start_seconds"] + until_ended
        return float((self.batches * around + self.step_seconds) / 3600)

    @property
    def gigabytes(self) -> float:
        """That the month adds to the lake."""
        return float(self.raw_rows * (self.assumed["raw_bytes_row"] + self.assumed["curated_bytes_row"]) / GB)


@dataclass(frozen=True)
class Item:
    """A line of the sheet: what is paid, how it is computed, and that computation."""

    name: str
    formula: str
    dollars: Callable[[Month], float]


ITEMS = (
    Item(
        "EMR cluster",
        "hours x instances x (EC2 + EMR); a batch: start + step + idle time + a tick",
        lambda m: (
            m.cluster_hours
            * m.stack["cluster_instances"]
            * (m.prices["ec2_m6i_xlarge_hour"] + m.prices["emr_m6i_xlarge_hour"])
        ),
    ),
    Item(
        "Redshift Serverless",
        "loads x seconds x RPU; queries of people come on top",
        lambda m: (
            m.batches
            * m.assumed["load_seconds"]
            / 3600
            * m.stack["warehouse_rpu"]
            * m.prices["redshift_serverless_rpu_hour"]
        ),
    ),
    Item("Extractor's host", "730 h x m6i.large", lambda m: HOURS * m.prices["ec2_m6i_large_hour"]),
    Item(
        "Interface endpoints",
        "endpoints x zones x 730 h; none in a VPC that has them",
        lambda m: m.stack["interface_endpoints"] * m.stack["zones"] * HOURS * m.prices["interface_endpoint_hour"],
    ),
    Item(
        "Storage, of the month's rows",
        "GB x (S3 + Redshift); adds up from month to month",
        lambda m: m.gigabytes * (m.prices["s3_standard_gb_month"] + m.prices["redshift_storage_gb_month"]),
    ),
    Item(
        "S3 writes",
        "batches x objects",
        lambda m: m.batches * m.assumed["objects_batch"] / 1000 * m.prices["s3_put_thousand"],
    ),
    Item(
        "Lambda",
        "GB s of batches and of the reconciler's ticks",
        lambda m: (
            (m.batches * m.assumed["lambda_gb_seconds_batch"] + m.assumed["idle_lambda_gb_seconds"])
            * m.prices["lambda_gb_second"]
        ),
    ),
    Item(
        "Queues",
        "requests of the mappings, which poll whether or not there is work",
        lambda m: m.assumed["idle_million_requests"] * m.prices["sqs_million_requests"],
    ),
    Item(
        "Ledger",
        "batches x writes",
        lambda m: m.batches * m.assumed["ledger_writes_batch"] / 1e6 * m.prices["dynamodb_million_writes"],
    ),
    Item(
        "Keys, secrets, alarms",
        "by piece",
        lambda m: (
            m.stack["keys"] * m.prices["kms_key_month"]
            + m.stack["secrets"] * m.prices["secret_month"]
            + m.stack["alarms"] * m.prices["alarm_month"]
        ),
    ),
    Item("Logs", "batches x GB", lambda m: m.batches * m.assumed["log_gb_batch"] * m.prices["log_gb"]),
)
HEAD = """# Costs

Generated from [inputs.toml](../gem/costs/inputs.toml) by `gem contracts generate`: change it there.

**These are estimates by list prices as the authors knew them on {as_known}** ({region}, US
dollars, on demand, without tax). Nobody looked them up again: hold them against the price lists before you decide by
them. Run times are those that [architecture](architecture.md) states as measured, on two cores of one machine, never on
EMR or Redshift; what no machine here can measure stands under `assumed`.
"""


def declared_inputs() -> dict[str, Any]:
    """The inputs, as declared."""
    return tomllib.loads((files("gem.costs") / "inputs.toml").read_text(encoding="utf-8"))


def months(inputs: Mapping[str, Any]) -> dict[str, Month]:
    """The scenarios by name."""
    return {
        each["name"]: Month(each["batches"], each["raw_rows"], each["cluster_always"], inputs)
        for each in inputs["scenarios"]
    }


def million_rows(inputs: Mapping[str, Any]) -> Month:
    """A million raw rows in one batch, on a cluster that starts for it."""
    return Month(1, 1_000_000, False, inputs)


def cost_page(inputs: Mapping[str, Any]) -> str:
    """The whole page."""
    columns = months(inputs)
    prices = inputs["prices"]
    scenarios = [f"- **{each['name']}**: {each['what']}" for each in inputs["scenarios"]]
    return "\n".join(
        [
            HEAD.format(as_known=prices["as_known"], region=prices["region"]),
            "## A month\n",
            *scenarios,
            "",
            *_month_table(columns),
            "",
            *_million_rows(inputs),
            "",
            "## Inputs\n",
            *_input_table(inputs),
            "",
        ]
    )


def _month_table(columns: Mapping[str, Month]) -> list[str]:
    rows = [
        f"| {item.name} | {item.formula} | {' | '.join(_money(item.dollars(month)) for month in columns.values())} |"
        for item in ITEMS
    ]
    totals = " | ".join(f"**{_money(sum(item.dollars(month) for item in ITEMS))}**" for month in columns.values())
    head = f"| | how it is computed | {' | '.join(columns)} |"
    return [head, "|---|---|" + "--:|" * len(columns), *rows, f"| **together** | | {totals} |"]


def _million_rows(inputs: Mapping[str, Any]) -> list[str]:
    once = million_rows(inputs)
    idle = Month(0, 0, False, inputs)
    extra = {item.name: item.dollars(once) - item.dollars(idle) for item in ITEMS}
    shared = once.step_seconds / 3600 / once.cluster_hours
    parts = ", ".join(f"{name} {_money(dollars)}" for name, dollars in extra.items() if dollars >= 0.005)
    return [
        "## A million raw rows\n",
        "In one batch, on a cluster that starts for it and then waits for more until the reconciler ends it:",
        f"**{_money(sum(extra.values()))}** ({parts}).",
        f"Its step is {once.step_seconds:.0f} s, {shared:.0%} of the cluster's time; where that runs anyway, EMR is "
        f"{_money(extra['EMR cluster'] * shared)} of it.",
    ]


def _input_table(inputs: Mapping[str, Any]) -> list[str]:
    groups = ("prices", "measured", "assumed", "stack")
    rows = [f"| {group} | `{name}` | {value} |" for group in groups for name, value in inputs[group].items()]
    return ["| group | input | value |", "|---|---|--:|", *rows]


def _money(dollars: float) -> str:
    return f"${dollars:,.2f}"
