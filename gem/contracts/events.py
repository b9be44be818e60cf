"""The few fields that the pipeline reads of S3 and EMR events, whatever else AWS puts there."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class Tolerant(BaseModel):
    """AWS grows its events, so what we do not read is ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class S3Bucket(Tolerant):
    """The bucket of an event."""

    name: str


class S3Object(Tolerant):
    """The object of an event; EventBridge gives its key as it is, not URL-encoded."""

    key: str
    size: int = 0
    etag: str = ""


class ObjectCreatedDetail(Tolerant):
    """What was created where."""

    bucket: S3Bucket
    object: S3Object


class ObjectCreated(Tolerant):
    """Amazon S3's "Object Created" through EventBridge."""

    detail: ObjectCreatedDetail


class StepDetail(Tolerant):
    """The step of an event."""

    name: str
    state: str
    step_id: Annotated[str, Field(alias="stepId")]
    cluster_id: Annotated[str, Field(alias="clusterId")]
    message: str = ""


class StepStatusChange(Tolerant):
    """Amazon EMR's "EMR Step Status Change" through EventBridge."""

    detail: StepDetail
