"""How far the low-water mark of each source may go: what the warehouse has loaded, held against ledger and lake."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING

from gem.contracts.errors import ManifestError, TerminalError
from gem.contracts.frozen import Frozen
from gem.contracts.keys import BatchId, RawManifestKey
from gem.contracts.states import State
from gem.lake import raw_folders, written_at
from gem.ledger import BatchRecord, Ledger
from gem.warehouse.mark import Progress

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

UNSETTLED = tuple(state for state in State if state is not State.LOADED)


class SourceMark(Frozen):
    """The mark of a source (-1: none yet) and how far it may go now.

    `held_by` is the batch that keeps it from going further, with why; empty where only the days for replays do.
    """

    source_id: str
    mark: int
    reaches: int
    held_by: str


def source_marks(
    loaded: Sequence[Progress], ledger: Ledger, s3: "S3Client", bucket: str, given_up: Collection[str] = ()
) -> list[SourceMark]:
    """The mark of every source of the load log; work proportional to the batches above the marks.

    A batch waits while the ledger has it anywhere but LOADED, or its manifest lies in the lake and the load log lacks
    it: its event was lost, or the warehouse was restored. `given_up` names batches that wait in vain. Raises
    TerminalError for one that holds no mark, TransientError where ledger or lake cannot be read.
    """
    unsettled = [record for state in UNSETTLED for record in ledger.in_state(state)]
    waiting = {one.source_id: _waiting(one, unsettled, s3, bucket) for one in loaded}
    named = {str(BatchId(source, seq)) for source, several in waiting.items() for seq in several}
    if vain := set(given_up) - named:
        raise TerminalError(f"{', '.join(sorted(vain))}: no mark is held by it; held are {sorted(named) or 'none'}")
    return [_source_mark(one, waiting[one.source_id], given_up) for one in loaded]


def _source_mark(one: Progress, waiting: dict[int, str], given_up: Collection[str]) -> SourceMark:
    holding = {seq: why for seq, why in waiting.items() if str(BatchId(one.source_id, seq)) not in given_up}
    return SourceMark(
        source_id=one.source_id,
        mark=one.mark,
        reaches=one.reaches(holding),
        held_by=holding[min(holding)] if holding else "",
    )


def _waiting(one: Progress, unsettled: Sequence[BatchRecord], s3: "S3Client", bucket: str) -> dict[int, str]:
    """The batches that keep the mark from its bound, each with why."""
    found = {
        record.batch_seq: f"{record.batch_id}: {record.state} since {record.moved_at:%Y-%m-%d}"
        for record in unsettled
        if record.source_id == one.source_id and one.mark < record.batch_seq <= one.bound
    }
    for key in _raw_batches(one, s3, bucket):
        seq = key.batch_id.batch_seq
        if seq not in one.loaded and seq not in found and written_at(s3, bucket, str(key)):
            found[seq] = f"{key.batch_id}: in the lake, and not in the warehouse"
    return found


def _raw_batches(one: Progress, s3: "S3Client", bucket: str) -> Iterator[RawManifestKey]:
    """What has a folder in the lake, above the mark and up to its bound."""
    if one.bound == one.mark:
        return
    for folder in raw_folders(s3, bucket, one.source_id, one.mark):
        with suppress(ManifestError):
            key = RawManifestKey.parse(f"{folder}_manifest.json")
            if key.batch_id.batch_seq > one.bound:
                return
            yield key
