"""What a scheduler must know of the pipeline beside its stores: the extractor's host, and where alerts go."""

from pydantic_settings import BaseSettings, SettingsConfigDict

from gem.settings import SourceId


class ScheduleSettings(BaseSettings):
    """Fields of the connection's extra; see GemHook."""

    model_config = SettingsConfigDict(env_prefix="GEM_", frozen=True, extra="ignore")

    source_id: SourceId = "gem"
    lake_bucket: str
    extractor_document: str = "gem-extractor"
    extractor_instance_id: str
    """The managed node on which the extractor's commands run."""
    export_role_arn: str | None = None
    """The role that UNLOAD assumes, which may write under exports/; that of COPY without."""
    alert_topic_arn: str | None = None
    powerbi_dataset_id: str | None = None
    """The dataset to refresh after the daily load; none is refreshed without."""
    powerbi_group_id: str | None = None
