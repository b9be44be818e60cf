"""The mistakes that the comparison with the oracle must show can still be made."""

import importlib

import pytest

from tests.story.mistakes import MISTAKES, planted


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_changes_code_while_it_is_planted(name: str) -> None:
    mistake, _ = MISTAKES[name]
    functions = [each for each in vars(importlib.import_module(mistake.module)).values() if hasattr(each, "__code__")]
    right = [function.__code__ for function in functions]
    with planted(mistake):
        assert [function.__code__ for function in functions] != right
    assert [function.__code__ for function in functions] == right
