"""The low-water mark of a source: at or below it nothing more is loaded, so that loads need not remember for ever.

A mark is a promise that the load keeps: whatever comes at or below it is refused by name. So a mark that was moved too
far costs a batch that must be read again, and never a wrong row.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gem.contracts.errors import BelowMarkError
from gem.contracts.keys import BatchId
from gem.contracts.manifest import CuratedManifest
from gem.warehouse.connection import Connection, execute

NO_MARK = -1
"""Before a source has one; a batch_seq is 0 at least."""


@dataclass(frozen=True)
class Progress:
    """What is loaded of a source above its mark: each batch_seq, with whether its time for replays is over."""

    source_id: str
    mark: int
    loaded: dict[int, bool]

    @property
    def bound(self) -> int:
        """Above this the mark cannot go, whatever is waiting: the newest batch whose time for replays is over."""
        return max((seq for seq, is_over in self.loaded.items() if is_over), default=self.mark)

    def reaches(self, waiting: Collection[int]) -> int:
        """How far the mark may go: up to a loaded batch, past gaps, but past none that waits or may yet be replayed.

        A seq that is neither loaded nor waiting is a gap. It stays one: numbers are reserved in order, and the batch
        that the mark goes up to was loaded, some time ago, under a higher one.
        """
        stops = {*waiting, *(seq for seq, is_over in self.loaded.items() if not is_over)}
        return max((seq for seq in self.loaded if seq < min(stops, default=seq + 1)), default=self.mark)


def marks(connection: Connection) -> dict[str, int]:
    """The mark of every source that has one."""
    return {
        str(source): int(seq)
        for source, seq in execute(connection, "select source_id, batch_seq from ops.low_water_mark")
    }


def progress(connection: Connection, replay_days: int) -> list[Progress]:
    """Every source of the load log; a batch may be replayed for `replay_days` after an attempt of it was loaded."""
    rows = execute(connection, LOADED_ABOVE_MARK, [replay_days])
    known = marks(connection)
    return [
        Progress(
            source, known.get(source, NO_MARK), {int(seq): bool(is_over) for s, seq, is_over in rows if s == source}
        )
        for source in sorted({str(row[0]) for row in rows})
    ]


LOADED_ABOVE_MARK = """
select
    log.source_id,
    log.batch_seq,
    max(log.loaded_at) <= dateadd(day, -cast(%s as integer), getdate()) as is_over
from ops.load_log as log
left join ops.low_water_mark as mark
    on mark.source_id = log.source_id
where mark.batch_seq is null
    or log.batch_seq > mark.batch_seq
group by log.source_id, log.batch_seq
"""


def refuse_below_mark(connection: Connection, manifests: Sequence[CuratedManifest]) -> None:
    """Raise BelowMarkError for a batch that comes too late; to be asked with the load mutex held."""
    known = marks(connection)
    for manifest in manifests:
        mark = known.get(manifest.source_id, NO_MARK)
        if manifest.batch_seq <= mark:
            raise BelowMarkError(
                f"batch {manifest.batch_id} attempt {manifest.attempt} comes too late: the low-water mark of its source"
                f" is {BatchId(manifest.source_id, mark)}, and which of its roots are newer is remembered no more. "
                "Read them again instead: gem backfill --aggregate NAME --roots IDS"
            )
