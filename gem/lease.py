"""Named leases beside the batches in the ledger's table: one loader, one launcher of clusters."""

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from gem.aws import aws_errors
from gem.contracts.errors import LeaseHeldError, LostRaceError
from gem.fencing import claim_item
from gem.ledger import utc_now

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import Table


class Backend(NamedTuple):
    """A session of the warehouse: process ids are used again, so a moment of its life belongs to its name."""

    pid: int
    alive_at: str


class Claim(NamedTuple):
    """A lease that is held."""

    token: int
    """Increases with every claim."""
    abandoned: Backend | None
    """The session of a holder that failed, or whose lease ran out: it may live on; end it before doing anything."""
    unfinished: list[str]
    """What loads of any earlier holder did not finish, what failed last at the end; kept until it is done."""

    def failed(self, work: Collection[str]) -> None:
        """Puts the work behind all else that is unfinished."""
        self.done(work)
        self.unfinished.extend(work)

    def done(self, work: Collection[str]) -> None:
        """Strikes the work out: it was finished, or needs nobody any more."""
        self.unfinished[:] = [name for name in self.unfinished if name not in work]


class Lease:
    """`lease#<name>`, an item of the ledger's table; it has no state, so no index of batches shows it."""

    def __init__(self, table: "Table", name: str, lease_seconds: int, clock: Callable[[], datetime] = utc_now) -> None:
        self._table = table
        self._key = {"batch_id": f"lease#{name}"}
        self._lease_seconds = lease_seconds
        self._clock = clock

    def claim(self, owner: str) -> Claim:
        """The lease for `owner`; LeaseHeldError while another holds it.

        The owner may ask twice, since an answer may be lost.
        """
        try:
            item = claim_item(
                self._table,
                self._key["batch_id"],
                owner,
                now=self._clock(),
                lease_seconds=self._lease_seconds,
                must_exist=False,
            )
        except LostRaceError as error:
            raise LeaseHeldError(f"{self._key['batch_id']}: somebody else holds it") from error
        backend = (
            Backend(int(str(item["backend_pid"])), str(item["backend_alive_at"])) if "backend_pid" in item else None
        )
        unfinished = json.loads(str(item.get("unfinished", "[]")))
        return Claim(int(str(item["token"])), backend, unfinished)

    def name_backend(self, claim: Claim, backend: Backend, work: Sequence[str] = ()) -> None:
        """Puts down which session works under the claim, and on what; LostRaceError where the claim was taken over.

        The work counts as what failed last, behind all that is unfinished: should the holder be killed, nobody else
        would say so.
        """
        others = [name for name in claim.unfinished if name not in work]
        self._write(
            claim,
            "set backend_pid = :pid, backend_alive_at = :alive_at, unfinished = :unfinished",
            {":pid": backend.pid, ":alive_at": backend.alive_at, ":unfinished": json.dumps([*others, *work])},
        )

    def release(self, claim: Claim) -> None:
        """Gives the lease back with what is unfinished now; without effect where somebody has taken it over."""
        self._free(
            claim,
            "set unfinished = :unfinished remove lease_until, lease_owner, backend_pid, backend_alive_at",
            {":unfinished": json.dumps(claim.unfinished)},
        )

    def give_up(self, claim: Claim) -> None:
        """Gives the lease back, but leaves session and work to the next holder: nobody knows what became of them."""
        self._free(claim, "remove lease_until, lease_owner", {})

    @contextmanager
    def held(self, owner: str) -> Iterator[Claim]:
        """The lease for the length of a `with` block; given up where that raises."""
        claim = self.claim(owner)
        try:
            yield claim
        except BaseException:
            self.give_up(claim)
            raise
        self.release(claim)

    def _free(self, claim: Claim, update: str, values: dict[str, int | str]) -> None:
        try:
            self._write(claim, update, values)
        except LostRaceError:
            return

    def _write(self, claim: Claim, update: str, values: dict[str, int | str]) -> None:
        with aws_errors(f"{self._key['batch_id']}: token {claim.token}"):
            self._table.update_item(
                Key=self._key,
                UpdateExpression=update,
                ConditionExpression="#token = :token",
                ExpressionAttributeNames={"#token": "token"},
                ExpressionAttributeValues={":token": claim.token, **values},
            )
