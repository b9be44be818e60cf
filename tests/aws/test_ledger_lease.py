"""Named leases: one holder at a time, and the session of one who vanished is told to the next."""

from datetime import UTC, datetime, timedelta

import pytest

from gem.contracts.errors import LeaseHeldError, LostRaceError
from gem.lease import Backend, Lease
from tests.aws.conftest import Aws

START = datetime(2026, 4, 1, tzinfo=UTC)
SESSION = Backend(1073840321, "2026-04-01 00:00:03.123456")


def lease(aws: Aws, seconds_later: int = 0) -> Lease:
    return Lease(aws.table, "warehouse", lease_seconds=60, clock=lambda: START + timedelta(seconds=seconds_later))


def test_a_lease_has_one_holder(aws: Aws) -> None:
    with lease(aws).held("a"):
        with pytest.raises(LeaseHeldError, match="lease#warehouse"):
            lease(aws, 59).claim("b")
        with Lease(aws.table, "cluster-launch", 60).held("b"):
            pass  # another name is another lease
    assert lease(aws).claim("b").abandoned is None


def test_who_takes_over_learns_the_abandoned_session(aws: Aws) -> None:
    first = lease(aws).claim("a")
    lease(aws).name_backend(first, SESSION, ["gem-0000000007"])
    second = lease(aws, 60).claim("b")
    assert second == (first.token + 1, SESSION, ["gem-0000000007"])


def test_a_lease_given_back_leaves_no_session_to_end(aws: Aws) -> None:
    with lease(aws).held("a") as claim:
        lease(aws).name_backend(claim, SESSION, ["gem-0000000007"])
    assert lease(aws).claim("b") == (2, None, [])


def test_what_failed_is_remembered_the_last_of_it_last_until_it_is_done(aws: Aws) -> None:
    with lease(aws).held("a") as claim:
        lease(aws).name_backend(claim, SESSION, ["7", "8"])
        claim.failed(["7", "8"])
        lease(aws).name_backend(claim, SESSION, ["7"])
    assert lease(aws).claim("b").unfinished == ["7", "8"]

    killed = lease(aws, 120).claim("killed")
    lease(aws, 120).name_backend(killed, SESSION, ["7"])
    with lease(aws, 180).held("c") as claim:
        assert claim.unfinished == ["8", "7"]
        lease(aws, 180).name_backend(claim, SESSION, ["9"])
        claim.done(["8", "9"])
    assert lease(aws, 181).claim("d").unfinished == ["7"]


def test_a_holder_that_failed_leaves_the_lease_free_and_its_session_to_the_next(aws: Aws) -> None:
    def lose_the_wire() -> None:
        with lease(aws).held("a") as claim:
            lease(aws).name_backend(claim, SESSION)
            raise ConnectionError("nobody knows whether the session lives on")

    with pytest.raises(ConnectionError):
        lose_the_wire()
    assert lease(aws).claim("b").abandoned == SESSION


def test_a_claim_whose_answer_was_lost_may_be_made_again_by_its_owner(aws: Aws) -> None:
    lost = lease(aws).claim("a")
    assert lease(aws, 1).claim("a").token == lost.token + 1


def test_a_holder_who_was_overtaken_can_neither_name_a_session_nor_free_the_lease(aws: Aws) -> None:
    slow = lease(aws).claim("slow")
    lease(aws, 61).claim("fast")
    with pytest.raises(LostRaceError):
        lease(aws, 62).name_backend(slow, SESSION)
    lease(aws, 62).release(slow)
    with pytest.raises(LeaseHeldError):
        lease(aws, 63).claim("third")
