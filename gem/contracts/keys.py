"""Every S3 key and step name of the pipeline: each class both formats itself and parses itself."""

import re
from dataclasses import dataclass
from typing import Self

from gem.contracts.errors import ManifestError

_SOURCE_ID = r"[a-z][a-z0-9_]{0,31}"
_SEQ_DIGITS = 10
CLUSTER_NAME = r"[a-z][a-z0-9-]{1,15}"
"""As template.yaml takes it for `Prefix`."""


def _match(pattern: str, text: str, what: str) -> re.Match[str]:
    match = re.fullmatch(pattern, text, flags=re.ASCII)
    if match is None:
        raise ManifestError(f"{text!r} is no {what}")
    return match


@dataclass(frozen=True, order=True)
class BatchId:
    """`<source_id>-<batch_seq, ten digits>`: names one batch of one source; sorts by seq within a source."""

    source_id: str
    batch_seq: int

    PATTERN = rf"(?P<source_id>{_SOURCE_ID})-(?P<batch_seq>\d{{{_SEQ_DIGITS}}})"

    def __str__(self) -> str:
        return f"{self.source_id}-{self.batch_seq:0{_SEQ_DIGITS}d}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Raises ManifestError where the text is no batch id."""
        match = _match(cls.PATTERN, text, "batch id (<source_id>-<ten digits>)")
        return cls(source_id=match["source_id"], batch_seq=int(match["batch_seq"]))


@dataclass(frozen=True)
class RawManifestKey:
    """`raw/<source_id>/<batch_id>/_manifest.json`: the last object of a batch, and the only event."""

    batch_id: BatchId

    def __str__(self) -> str:
        return f"{self.prefix}_manifest.json"

    @property
    def prefix(self) -> str:
        """The folder under which every part of the batch lies."""
        return f"raw/{self.batch_id.source_id}/{self.batch_id}/"

    def holds(self, key: str) -> bool:
        """Whether the key is a plain name below this folder: one that no reader takes for a pattern or a way out."""
        name = key.removeprefix(self.prefix)
        return name != key and re.fullmatch(r"([\w=-][\w.=-]*/)*[A-Za-z0-9][\w.=-]*", name, flags=re.ASCII) is not None

    @classmethod
    def parse(cls, key: str) -> Self:
        """Raises ManifestError where the key is no raw manifest's, or its folder is another source's."""
        match = _match(
            rf"raw/(?P<folder>{_SOURCE_ID})/(?P<batch_id>{BatchId.PATTERN})/_manifest\.json", key, "raw manifest key"
        )
        if match["folder"] != match["source_id"]:
            raise ManifestError(f"{key!r}: the folder of source {match['folder']!r} holds a batch of another source")
        return cls(batch_id=BatchId.parse(match["batch_id"]))


@dataclass(frozen=True)
class RawPartKey:
    """`raw/<source_id>/<batch_id>/<table>/part-00000.parquet`; changed roots are under `_roots/<aggregate>/`."""

    batch_id: BatchId
    table: str
    number: int
    holds_roots: bool = False

    def __str__(self) -> str:
        folder = f"_roots/{self.table}" if self.holds_roots else self.table
        return f"{RawManifestKey(self.batch_id).prefix}{folder}/part-{self.number:05d}.parquet"


@dataclass(frozen=True, order=True)
class Attempt:
    """One try at curating one batch; a later attempt of a batch replaces an earlier one."""

    batch_id: BatchId
    number: int

    @property
    def _folder(self) -> str:
        return f"batch={self.batch_id}/attempt={self.number}/"

    def curated_prefix(self, mart_table: str) -> str:
        """The folder of one curated table."""
        return f"curated/{mart_table}/{self._folder}"

    def rejected_prefix(self, source_table: str) -> str:
        """The folder of one source table's rejected rows."""
        return f"rejected/{source_table}/{self._folder}"

    @property
    def curated_manifest_key(self) -> str:
        """The last object that an attempt writes."""
        return f"curated/_manifest/{self._folder}manifest.json"

    @property
    def copy_manifest_prefix(self) -> str:
        """Where the load writes Redshift's own COPY manifests."""
        return f"curated/_copy_manifest/{self._folder}"

    @property
    def step_name(self) -> str:
        """`gem/<batch_id>/<attempt>`: how people and messages name it."""
        return self.step_name_on("gem")

    def step_name_on(self, cluster_name: str) -> str:
        """`<cluster>/<batch_id>/<attempt>`: the EMR step's name, by which a step and its events are found again."""
        return f"{cluster_name}/{self.batch_id}/{self.number}"

    @classmethod
    def parse_step_name(cls, name: str) -> Self:
        """Raises ManifestError where the name is not a step of ours."""
        match = _match(
            rf"{CLUSTER_NAME}/(?P<batch_id>{BatchId.PATTERN})/(?P<number>[1-9]\d{{0,3}})", name, "step name of ours"
        )
        return cls(batch_id=BatchId.parse(match["batch_id"]), number=int(match["number"]))

    @classmethod
    def parse_curated_manifest_key(cls, key: str) -> Self:
        """Raises ManifestError where the key is no curated manifest's."""
        match = _match(
            rf"curated/_manifest/batch=(?P<batch_id>{BatchId.PATTERN})/attempt=(?P<number>[1-9]\d{{0,3}})/manifest\.json",
            key,
            "curated manifest key",
        )
        return cls(batch_id=BatchId.parse(match["batch_id"]), number=int(match["number"]))


def state_key(source_id: str) -> str:
    """The extractor's state object of a source, replaced by If-Match only."""
    return f"state/{source_id}.json"


def quiet_key(source_id: str) -> str:
    """The extractor's sign of life of a source in which nothing had changed."""
    return f"state/{source_id}/quiet.json"


@dataclass(frozen=True)
class S3Uri:
    """`s3://bucket/key`."""

    bucket: str
    key: str

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"

    @classmethod
    def parse(cls, uri: str) -> Self:
        """Raises ManifestError where the text is no S3 URI."""
        match = _match(r"s3://(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])/(?P<key>.+)", uri, "s3:// URI")
        return cls(bucket=match["bucket"], key=match["key"])
