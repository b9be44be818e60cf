"""Ends clusters that nobody needs: in a network without a way to the internet EMR cannot tell that one is idle."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from gem.cluster import Cluster
from gem.contracts.errors import GemError
from gem.contracts.states import State
from gem.ledger import Ledger, utc_now
from lambdas.runtime import LOGGER

STEP_AWAITED = (State.EXTRACTED, State.SUBMITTED)


@dataclass(frozen=True)
class IdleClusters:
    """Clusters of the stack, of any release, that wait longer than `idle_for`.

    A cluster that the ledger names for a batch whose step is planned or awaited is not idle. A step that is added all
    the same between our look and the end is not lost: EMR refuses it, and the message comes again; or EMR cancels it,
    and the batch goes the way of any step that left no verdict.
    """

    cluster: Cluster
    ledger: Ledger
    idle_for: timedelta
    clock: Callable[[], datetime] = utc_now

    def end(self) -> int:
        """How many were ended. What an error of EMR or of the ledger leaves alive waits for the next tick."""
        try:
            found = list(self._idle())
        except GemError as error:
            LOGGER.warning("idle clusters may go on: %s", error)
            return 0
        return sum(self._ended(cluster_id) for cluster_id in found)

    def _ended(self, cluster_id: str) -> bool:
        try:
            self.cluster.end(cluster_id)
        except GemError as error:
            LOGGER.warning("idle cluster %s goes on: %s", cluster_id, error)
            return False
        return True

    def _idle(self) -> Iterator[str]:
        limit = self.clock() - self.idle_for
        idle = [cluster_id for cluster_id, since in self.cluster.idle_since() if since <= limit]
        if not idle:
            return
        awaited = {record.cluster_id for state in STEP_AWAITED for record in self.ledger.in_state(state)}
        yield from (cluster_id for cluster_id in idle if cluster_id not in awaited)
