"""The extractor's words for the parameters of a backfill, and that its document allows them."""

import re
from typing import Any

import pytest
from samtranslator.yaml_helper import yaml_parse

from dags.provider.backfill import words_of
from gem.contracts.errors import TerminalError
from gem.contracts.source.aggregates import AGGREGATES
from local_aws.parts import TEMPLATE

NOTHING: dict[str, Any] = {"first": None, "last": None, "roots": [], "all": False, "max_rows": None}
DOCUMENT = yaml_parse(TEMPLATE.read_text())["Resources"]["ExtractorDocument"]["Properties"]["Content"]
ALLOWED = DOCUMENT["parameters"]["words"]["allowedPattern"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"aggregate": "contract", "first": 0, "last": 5}, "backfill --aggregate contract --from 0 --to 5"),
        ({"aggregate": "contract", "roots": [3, 1]}, "backfill --aggregate contract --roots 3,1"),
        ({"aggregate": "bid", "all": True, "max_rows": 10}, "backfill --aggregate bid --all --max-rows 10"),
        ({"aggregate": "state_ref"}, "backfill --aggregate state_ref"),
    ],
)
def test_parameters_become_words_that_the_document_allows(given: dict[str, Any], words: str) -> None:
    assert words_of(NOTHING | given) == words
    assert re.fullmatch(ALLOWED, words)
    assert re.fullmatch(ALLOWED, f"{words} --dry-run")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"aggregate": "contract"}, "say which roots"),
        ({"aggregate": "contract", "first": 5, "last": 1}, "from 5 is above to 1"),
        ({"aggregate": "contract", "all": True, "roots": [1]}, "all is every root"),
        ({"aggregate": "state_ref", "roots": [1]}, "travels whole"),
        ({"aggregate": "nothing", "all": True}, "no aggregate 'nothing': name one of"),
    ],
)
def test_a_mixture_that_means_nothing_is_refused(given: dict[str, Any], error: str) -> None:
    with pytest.raises(TerminalError, match=error):
        words_of(NOTHING | given)


@pytest.mark.parametrize("aggregate", [each.name for each in AGGREGATES])
def test_every_aggregate_may_be_named(aggregate: str) -> None:
    assert re.fullmatch(ALLOWED, f"backfill --aggregate {aggregate} --roots 1")


@pytest.mark.parametrize(
    "words", ["extract; id", "extract\nid", "backfill --aggregate a --roots $(id)", "resync --yes", ""]
)
def test_nothing_else_is_allowed(words: str) -> None:
    assert re.fullmatch(ALLOWED, words) is None
