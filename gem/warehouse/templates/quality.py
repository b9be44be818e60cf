"""What the warehouse keeps of a batch's quality: its open rejects, and the views in which both are read."""

# ruff: noqa: S608 - the names come from the declarations, never from data

from gem.contracts.root_tables import REJECTED_ROOTS
from gem.warehouse.templates.expressions import HEADER, lines, names, same, step
from gem.warehouse.templates.stage import BATCH_COLUMNS, stage_checks, stage_steps

OPEN = "ops.rejected_root"
QUALITY_VIEW, OPEN_REJECTS_VIEW = "v_quality", "v_open_rejects"
QUALITY_VIEWS = (QUALITY_VIEW, OPEN_REJECTS_VIEW)
_ROOT = ["source_id", "aggregate", "root_id"]


def rejected_root_script() -> str:
    """The steps of rejected roots: one stays open until a newer version of the root is known, whichever comes first."""
    columns = [*names(REJECTED_ROOTS.curated_columns), *BATCH_COLUMNS]
    stage = f"stage_{REJECTED_ROOTS.name}"
    remember = (
        f"insert into {OPEN} (\n{lines(columns)}\n)\nselect\n{lines(f'{stage}.{name}' for name in columns)}\n"
        f"from {stage}\nleft join ops.root_version as known\n    on {same(_ROOT, 'known', stage)}\n"
        f"    and {_later('known', stage)}\nwhere known.root_id is null"
    )
    close = (
        f"delete from {OPEN}\nusing touched_root\nwhere {same(_ROOT, 'touched_root', 'rejected_root')}\n"
        f"    and {_later('touched_root', 'rejected_root')}"
    )
    steps = [
        *stage_steps(REJECTED_ROOTS),
        stage_checks(REJECTED_ROOTS),
        step("remember", remember),
        step("close", close),
    ]
    return "\n".join(steps)


def _later(row: str, than: str) -> str:
    """The condition that a row is of a later batch, or of a later attempt of the same."""
    return (
        f"(\n        {row}.batch_seq > {than}.batch_seq\n"
        f"        or ({row}.batch_seq = {than}.batch_seq and {row}.attempt > {than}.attempt)\n    )"
    )


def quality_views() -> dict[str, str]:
    """The two views, by the path of their script from the repository's root; pure."""
    return {
        f"sql/views/{QUALITY_VIEW}.sql": _view(
            QUALITY_VIEW,
            "What was rejected from each loaded batch and what warns in it: one reason or column of one table.",
            [
                ("log.source_id", "varchar(32)", "source_id"),
                ("log.batch_seq", "bigint", "batch_seq"),
                ("quality.batch_id", "varchar(64)", "batch_id"),
                ("quality.attempt", "integer", "attempt"),
                ("log.snapshot_at", "timestamp", "snapshot_at"),
                ("quality.table_name", "varchar(128)", "table_name"),
                ("quality.kind", "varchar(8)", "kind"),
                ("quality.reason", "varchar(64)", "reason"),
                ("quality.row_count", "bigint", "row_count"),
            ],
            "ops.quality as quality\njoin ops.load_log as log\n    on "
            + same(["batch_id", "attempt"], "log", "quality"),
        ),
        f"sql/views/{OPEN_REJECTS_VIEW}.sql": _view(
            OPEN_REJECTS_VIEW,
            "Roots whose newest version was rejected: what is in the warehouse of them is older, or nothing.",
            [
                ("rejected.source_id", "varchar(32)", "source_id"),
                ("rejected.aggregate", "varchar(64)", "aggregate"),
                ("rejected.root_id", "bigint", "root_id"),
                ("rejected.source_table", "varchar(64)", "source_table"),
                ("rejected.reason", "varchar(64)", "reason"),
                ("rejected.rejected_rows", "bigint", "rejected_rows"),
                ("log.batch_id", "varchar(64)", "batch_id"),
                ("log.attempt", "integer", "attempt"),
                ("log.snapshot_at", "timestamp", "snapshot_at"),
                ("rejected.first_batch_seq", "bigint", "first_batch_seq"),
            ],
            _newest_rejects()
            + "\njoin ops.load_log as log\n    on "
            + same(["source_id", *BATCH_COLUMNS], "log", "rejected")
            + "\nwhere rejected.recency = 1",
        ),
    }


def _newest_rejects() -> str:
    """A root may be rejected again and again: its newest reasons count, and since which batch it stands open."""
    root = f"partition by {', '.join(_ROOT)}"
    return (
        f"(\n    select\n        rejected_root.*,\n"
        f"        rank() over ({root} order by batch_seq desc, attempt desc) as recency,\n"
        f"        min(batch_seq) over ({root}) as first_batch_seq\n    from {OPEN}\n) as rejected"
    )


def _view(name: str, comment: str, columns: list[tuple[str, str, str]], relation: str) -> str:
    cast = lines(f"cast({value} as {type_}) as {alias}" for value, type_, alias in columns)
    return (
        f"{HEADER}-- {comment}\ndrop view if exists bi.{name};\n\n"
        f"create view bi.{name} as\nselect\n{cast}\nfrom {relation};\n"
    )
