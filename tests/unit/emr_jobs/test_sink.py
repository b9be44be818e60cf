"""Where the rows go is said on the command line of the step, as gem.cluster writes it."""

import argparse

import pytest

from emr_jobs.sink import add_sink_arguments, sink_settings
from gem.cluster import step_arguments
from gem.contracts.errors import TerminalError
from gem.contracts.keys import Attempt, BatchId
from gem.settings import Sink, SubmitSettings

SETTINGS = SubmitSettings(
    ledger_table="ledger",
    lake_bucket="lake",
    artifact_bucket="artifacts",
    cluster_name="gem",
    cluster_launch_parameter="/gem/cluster-launch",
    sink=Sink.REDSHIFT,
    warehouse_secret_id="gem/warehouse",
    copy_role_arn="arn:aws:iam::123456789012:role/copy",
    warehouse_ssl=False,
)


def parsed(words: tuple[str, ...]) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--manifest")
    parser.add_argument("--attempt")
    add_sink_arguments(parser)
    return parser.parse_args(words[words.index("--manifest") :])


def test_what_the_submitter_says_is_what_the_driver_understands() -> None:
    settings = sink_settings(parsed(step_arguments(SETTINGS, Attempt(BatchId("gem", 7), 1))))
    assert settings is not None
    assert (settings.lake_bucket, settings.warehouse_secret_id, settings.copy_role_arn, settings.warehouse_ssl) == (
        "lake",
        "gem/warehouse",
        "arn:aws:iam::123456789012:role/copy",
        False,
    )


def test_without_a_word_the_rows_stay_on_s3() -> None:
    default = SETTINGS.model_copy(update={"sink": Sink.S3})
    words = step_arguments(default, Attempt(BatchId("gem", 7), 1))
    assert "--sink" not in words
    assert sink_settings(parsed(words)) is None


def test_a_sink_that_cannot_be_reached_is_refused_at_once() -> None:
    with pytest.raises(TerminalError, match="--warehouse-secret-id and --copy-role-arn"):
        sink_settings(parsed(("--manifest", "s3://lake/raw/x", "--sink", "redshift")))
    with pytest.raises(ValueError, match="sink redshift needs"):
        SubmitSettings(**{**SETTINGS.model_dump(), "copy_role_arn": None})
