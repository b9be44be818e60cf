"""What a person is told of settings that are missing or wrong."""

import pytest

from gem.contracts.errors import TerminalError
from gem.settings import ExtractorSettings, LakeSettings, LedgerSettings, WarehouseSettings, from_environment


@pytest.fixture(autouse=True)
def _nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for kind in (ExtractorSettings, LedgerSettings, WarehouseSettings):
        for name in kind.model_fields:
            monkeypatch.delenv(f"GEM_{name.upper()}", raising=False)


def test_all_that_a_command_lacks_is_named_at_once_with_what_sets_it() -> None:
    with pytest.raises(TerminalError) as raised:
        from_environment(LakeSettings, WarehouseSettings, LedgerSettings)
    said, _, advice = str(raised.value).partition(". ")
    assert said == (
        "settings: GEM_LAKE_BUCKET is not set; GEM_WAREHOUSE_SECRET_ID is not set; GEM_COPY_ROLE_ARN is not set; "
        "GEM_LEDGER_TABLE is not set"
    )
    assert advice.startswith('eval "$(gem env --stack')
    assert "env.sh" in advice


def test_what_others_lack_is_an_error_where_the_first_is_complete(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEM_LAKE_BUCKET", "lake")
    assert from_environment(LakeSettings).lake_bucket == "lake"
    with pytest.raises(TerminalError, match="GEM_LEDGER_TABLE is not set"):
        from_environment(LakeSettings, LedgerSettings)


def test_a_wrong_value_is_not_repeated_and_no_environment_would_set_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GEM_LAKE_BUCKET", "lake")
    monkeypatch.setenv("GEM_SOURCE_DSN", "mysql://gem:pa55word@127.0.0.1/gem")
    with pytest.raises(TerminalError, match="settings: GEM_SOURCE_DSN: ") as raised:
        from_environment(ExtractorSettings)
    assert "pa55word" not in str(raised.value)
    assert "gem env" not in str(raised.value)
