"""The model goes red for the classic mistakes of pruning, as it does for those of loading (test_mistakes)."""

from dataclasses import dataclass

import pytest

import gem.warehouse.load
import gem.warehouse.prune
from gem.warehouse.scripts import Script, scripts
from tests.model.history import FIRST, FOURTH, SECOND, SECOND_REPLAYED, THIRD, Batch
from tests.model.lab import Contents
from tests.model.oracle import expected_mart
from tests.model.states import Model, in_order, mart

pytestmark = pytest.mark.slow

Step = Batch | int
"""A batch is loaded; a number is the mark to which memory is pruned."""


@dataclass(frozen=True)
class Mistake:
    """`text` of a script of sql/prune becomes `wrong`; what the steps lead to must then differ from the oracle."""

    name: str
    script: str
    text: str
    wrong: str
    steps: tuple[Step, ...]


MISTAKES = (
    Mistake(
        "roots above the mark are forgotten",
        "root_version",
        "\n    and root_version.batch_seq <= moved_mark.batch_seq",
        "",
        (FIRST, THIRD, 1, SECOND),
    ),
    Mistake(
        "deleted roots are forgotten at once",
        "root_version",
        "root_version.batch_seq <= moved_mark.batch_seq",
        "(root_version.batch_seq <= moved_mark.batch_seq or root_version.is_deleted)",
        (FIRST, THIRD, 1, SECOND),
    ),
    Mistake(
        "rows of an SCD1 dimension above the mark are forgotten",
        "dim_state_version",
        "\n    and dim_state_version.batch_seq <= moved_mark.batch_seq",
        "",
        (FIRST, SECOND_REPLAYED, 1, SECOND),
    ),
    Mistake(
        "of equal observations only the first is kept, though a later one says when the next takes over",
        "dim_category_version",
        "    and latest_place > 1",
        "",
        (FIRST, SECOND, 2, THIRD),
    ),
    Mistake(
        "of equal observations only the latest is kept",
        "dim_category_version",
        "where place > 1\n    and latest_place > 1",
        "where latest_place > 1",
        (FIRST, SECOND, 2, THIRD),
    ),
    Mistake(
        "observations are collapsed across others that lie between them",
        "dim_seller_version",
        "partition by source_id, seller_id, run_no",
        "partition by source_id, seller_id",
        (FIRST, SECOND, THIRD, 3, FOURTH),
    ),
)


def after(model: Model, steps: tuple[Step, ...]) -> Contents:
    database = model.lab.copy()
    for step in steps:
        if isinstance(step, Batch):
            model.lab.load(database, model.manifest[step])
        else:
            model.lab.prune(database, step)
    contents = model.lab.contents(database)
    model.lab.drop(database)
    return contents


def agrees(contents: Contents, steps: tuple[Step, ...]) -> bool:
    return mart(contents) == in_order(expected_mart([step for step in steps if isinstance(step, Batch)]))


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_planted_mistake_of_pruning_shows(model: Model, monkeypatch: pytest.MonkeyPatch, mistake: Mistake) -> None:
    monkeypatch.setattr(gem.warehouse.prune, "scripts", lambda folder: [planted(s, mistake) for s in scripts(folder)])
    assert not agrees(after(model, mistake.steps), mistake.steps)


def planted(script: Script, mistake: Mistake) -> Script:
    if script.name != f"prune/{mistake.script}.sql":
        return script
    assert any(mistake.text in text for text in script.statements), "the SQL has changed: plant anew"
    return script._replace(statements=tuple(text.replace(mistake.text, mistake.wrong) for text in script.statements))


MOVED_TOO_FAR = (SECOND, THIRD, 3, FIRST)


def test_a_mark_that_has_passed_a_missing_batch_shows(model: Model) -> None:
    contents = after(model, MOVED_TOO_FAR)
    assert not agrees(contents, MOVED_TOO_FAR)
    assert agrees(contents, (SECOND, THIRD)), "what came too late has changed nothing"


def test_a_load_that_does_not_look_at_the_mark_brings_a_deleted_root_back(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gem.warehouse.load, "refuse_below_mark", lambda *_: None)
    contents = after(model, MOVED_TOO_FAR)
    assert not agrees(contents, MOVED_TOO_FAR)
    assert 10 in {row["bid_id"] for row in contents["mart.fact_bid"]}, "THIRD has deleted it"
