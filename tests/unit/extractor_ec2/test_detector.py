"""Where the next window begins: at the whole snapshot, or on a standby at its lower bound."""

from datetime import UTC, datetime

import pytest

from extractor_ec2.detector import ChangelogDetector
from extractor_ec2.snapshot import Snapshot


@pytest.mark.parametrize(
    ("text", "is_standby", "position"),
    [
        ("754:760:754,756", False, "754:760:754,756"),
        # A standby shows no running transactions: 754 runs on the primary, though 754:756: does not list it.
        ("754:756:", True, "754:754:"),
    ],
)
def test_a_position_never_counts_a_running_transaction_as_seen(text, is_standby, position):
    snapshot = Snapshot(
        connection=None,
        exported="0-1",
        text=text,
        taken_at=datetime(2026, 4, 1, tzinfo=UTC),
        is_standby=is_standby,
        identity=None,
    )
    assert ChangelogDetector(snapshot).position() == position
