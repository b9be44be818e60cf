"""Where the next window begins: at the whole snapshot, or on a standby at its lower bound."""

from datetime import UTC, datetime

import pytest

from extractor_ec2 import detector
from extractor_ec2.detector import ChangelogDetector
from extractor_ec2.snapshot import Snapshot
from gem.contracts.errors import TerminalError, TransientError
from gem.contracts.source.aggregates import AGGREGATE_BY_NAME


@pytest.mark.parametrize(
    ("text", "is_standby", "position"),
    [
        ("754:760:754,756", False, "754:760:754,756"),
        # A standby shows no running transactions: 754 runs on the primary, though 754:756: does not list it.
        ("754:756:", True, "754:754:"),
    ],
)
def test_a_position_never_counts_a_running_transaction_as_seen(text, is_standby, position):
    assert ChangelogDetector(snapshot(text, is_standby)).position() == position


@pytest.mark.parametrize("older", ["753:760:", "754:759:754"])
@pytest.mark.parametrize(
    ("is_standby", "error", "advice"),
    [(True, TransientError, "this standby lags behind"), (False, TerminalError, "put back in time.*gem resync")],
)
def test_a_snapshot_older_than_the_last_window_is_refused(monkeypatch, older, is_standby, error, advice):
    for look in ("missing_triggers", "bypasses"):
        monkeypatch.setattr(detector, look, lambda *_: [])
    with pytest.raises(error, match=f"seller: snapshot {older} is older than 754:760:754,756.*{advice}"):
        ChangelogDetector(snapshot(older, is_standby)).refuse(AGGREGATE_BY_NAME["seller"], "754:760:754,756")


def snapshot(text, is_standby):
    return Snapshot(
        connection=None,
        exported="0-1",
        text=text,
        taken_at=datetime(2026, 4, 1, tzinfo=UTC),
        is_standby=is_standby,
        identity=None,
    )
