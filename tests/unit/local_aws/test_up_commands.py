"""`gem up --fresh` deletes one folder's data, and nothing that somebody is using."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from local_aws.display import Display
from local_aws.errors import LocalCloudError
from local_aws.filling import Seed
from local_aws.folder import make_ours
from local_aws.source.tender_files import TenderFileError
from local_aws.up import cli_event, cli_source, commands
from local_aws.up.home import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A folder with the data of a cloud that is down."""
    make_ours(tmp_path)
    for name in ("aws", "postgres", "steps"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "data").touch()
    (tmp_path / "up.json").touch()
    return Home(tmp_path)


def test_everything_is_forgotten_but_that_the_folder_is_ours(home: Home) -> None:
    commands.forget(home)
    assert [path.name for path in home.work_dir.iterdir()] == ["lock"]


def test_nothing_is_deleted_while_somebody_brings_the_cloud_up(home: Home) -> None:
    with home.lock("up"), pytest.raises(LocalCloudError, match="another `gem up` is bringing up the cloud"):
        commands.forget(home)
    assert (home.postgres / "data").exists()


def test_a_deletion_that_is_killed_leaves_no_warehouse_beside_a_new_lake(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its roots would be newer than every batch to come, whose numbers begin again."""
    deleted = []

    def killed(path: Path) -> None:
        if deleted:
            raise KeyboardInterrupt
        deleted.append(path)

    monkeypatch.setattr(shutil, "rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        commands.forget(home)
    assert deleted == [home.postgres]


def test_tenders_that_are_missing_are_named_before_anything_is_started(home: Home, tmp_path: Path) -> None:
    (tmp_path / "public").mkdir()
    (tmp_path / "public" / "awards.csv").touch()
    wishes = commands.Wishes(Seed(tmp_path / "public", 0, 1), {}, {}, functions=True, host=None)
    with pytest.raises(TenderFileError, match=r"public lacks tenders\.csv, bid_participation\.csv \("):
        commands.up(home, wishes, Display(quiet=True))
    assert not (home.work_dir / "logs").exists()


def test_a_command_about_a_cloud_that_nobody_began_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = CliRunner().invoke(cli_event.app, ["OnRawManifestFunction"])
    assert str(answer.exception) == "no local cloud in .gem/up: type `gem up`"


@pytest.mark.parametrize("command", ["evolve", "plant"])
def test_a_dsn_that_is_none_is_an_error_of_ours(command: str) -> None:
    answer = CliRunner().invoke(cli_source.app, [command, "--dsn", "nonsense"])
    assert isinstance(answer.exception, LocalCloudError)
    assert str(answer.exception).startswith("the source cannot be reached: ")


def test_a_folder_with_the_files_of_others_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").touch()
    with pytest.raises(LocalCloudError, match=r"holds thesis\.txt, which are no local cloud's"):
        commands.forget(Home(tmp_path))
    assert (tmp_path / "thesis.txt").exists()
