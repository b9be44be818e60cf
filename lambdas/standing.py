"""How far behind the pipeline is, told at every tick: the metrics that the alarms of template.yaml look at."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from gem.contracts.states import State
from gem.freshness import freshness
from gem.lake import folders, quiet_sign
from gem.ledger import BatchRecord, Ledger

if TYPE_CHECKING:
    from mypy_boto3_s3.client import S3Client

ON_THEIR_WAY = (State.EXTRACTED, State.SUBMITTED, State.CURATED)
WAITING_FOR_A_PERSON = (State.FAILED, State.QUARANTINED)


@dataclass(frozen=True)
class Standing:
    """The worst of all sources; it only reads."""

    ledger: Ledger
    s3: "S3Client"
    bucket: str

    def metrics(self, now: datetime) -> dict[str, float]:
        """Name → seconds, or batches where the name says so; TransientError where ledger or lake cannot be read.

        What nobody can say is left out, as an age where nothing was ever loaded: the alarms take that for a breach.
        """
        sources = [prefix.split("/")[1] for prefix in folders(self.s3, self.bucket, "raw/")]
        known = {
            "OldestUnloadedSeconds": [now, *(record.created_at for record in self._in(ON_THEIR_WAY))],
            "StaleSeconds": [
                shown.at for source in sources if (shown := freshness(self.ledger, self.s3, self.bucket, source))
            ],
            "SilentSeconds": [heard for source in sources if (heard := self._heard(source))],
        }
        ages = {name: (now - min(times)).total_seconds() for name, times in known.items() if times}
        return {**ages, "StoppedBatches": len(list(self._in(WAITING_FOR_A_PERSON)))}

    def _in(self, states: Iterable[State]) -> Iterator[BatchRecord]:
        return (record for state in states for record in self.ledger.in_state(state))

    def _shown(self, source: str) -> datetime | None:
        known = freshness(self.ledger, self.s3, self.bucket, source)
        return known.at if known else None

    def _heard(self, source: str) -> datetime | None:
        """When the extractor last published a batch of the source, or said that nothing had changed."""
        quiet = quiet_sign(self.s3, self.bucket, source)
        newest = (record for state in State for record in self.ledger.newest(state, 1, source))
        heard = [*(record.created_at for record in newest), *([quiet.looked_at] if quiet else [])]
        return max(heard, default=None)
