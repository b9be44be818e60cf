"""A worker's loop: an error is said with its traceback, and the next turn comes."""

import threading

import pytest

from local_aws import loop


def test_a_turn_that_raises_is_logged_and_the_next_one_comes(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loop, "ERROR_SECONDS", 0)
    stopping, turns = threading.Event(), []

    def turn() -> float:
        turns.append(1)
        if len(turns) == 3:
            stopping.set()
        if len(turns) == 1:
            raise ZeroDivisionError("a bug of ours")
        return 0

    loop.run_until(stopping, turn, "the scheduler")
    assert len(turns) == 3
    assert "the scheduler: a turn failed" in caplog.text
    assert "ZeroDivisionError: a bug of ours" in caplog.text


def test_an_error_while_the_world_is_being_stopped_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    stopping = threading.Event()

    def turn() -> float:
        stopping.set()
        raise ConnectionError("the server is gone")

    loop.run_until(stopping, turn, "polling")
    assert caplog.text == ""
