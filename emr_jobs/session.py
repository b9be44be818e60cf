"""The Spark session: what the correctness of a batch needs of it; sizes and cluster settings are the submitter's."""

from collections.abc import Collection

from pyspark.sql import SparkSession

CORRECTNESS: dict[str, str] = {
    # Instants are UTC everywhere; business days are derived explicitly in IST.
    "spark.sql.session.timeZone": "UTC",
    # An overflow or a bad cast stops the batch; without ANSI it would become a silent NULL.
    "spark.sql.ansi.enabled": "true",
    # INT96 is the timestamp that Redshift's COPY is known to read.
    "spark.sql.parquet.outputTimestampType": "INT96",
    # Proleptic Gregorian on both sides, so that days before 1900 keep their value.
    "spark.sql.parquet.int96RebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.int96RebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInWrite": "CORRECTED",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.parquet.compression.codec": "snappy",
    # A file that vanished or broke is an error, never fewer rows.
    "spark.sql.files.ignoreMissingFiles": "false",
    "spark.sql.files.ignoreCorruptFiles": "false",
}

ROWS_PER_PARTITION = 100_000
"""Of one aggregate: what a core sorts and joins in memory."""
BY_ROOT: dict[str, str] = {
    # Rows that lie by their root need no other place for a join or a group by root and member...
    "spark.sql.requireAllClusterKeysForCoPartition": "false",
    # ...nor a copy of one side on every executor, which would be guessed from the size of files.
    "spark.sql.autoBroadcastJoinThreshold": "-1",
    # Partitions are counted from the manifest; sizes of stages would be learnt by running each as a job by itself.
    "spark.sql.adaptive.enabled": "false",
}
"""How every batch is planned."""
SMALL_BATCH_ROWS = 100_000
SMALL_BATCH: dict[str, str] = {
    # Most of a small batch's time went into compiling some thousand generated classes that each ran once: to interpret
    # the expressions of a hundred thousand rows takes less than to compile them.
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
}
"""How a batch of few rows is run; a larger one as it was submitted."""

PAGE_SIZE = "4m"
"""What a sort or a group takes of memory at once: by default 64 MB, whatever there is to sort, and the twenty sorts and
groups of a contract's lifecycle together want more than a core has."""


def spark_session() -> SparkSession:
    """The running session, or a new one, with the settings that correctness needs; the caller stops it."""
    spark = SparkSession.builder.appName("gem-curate").config("spark.buffer.pageSize", PAGE_SIZE).getOrCreate()
    for key, value in CORRECTNESS.items():
        spark.conf.set(key, value)
    return spark


def partitions_for(rows: int) -> int:
    """Into how many partitions so many rows of an aggregate are laid."""
    return max(1, -(-rows // ROWS_PER_PARTITION))


def fit_to(spark: SparkSession, rows_of_aggregates: Collection[int]) -> None:
    """Plan what follows for a batch of so many rows, so that small batches do not pay for what large ones need."""
    partitions = partitions_for(max(rows_of_aggregates, default=0))
    for key, planned in {**BY_ROOT, "spark.sql.shuffle.partitions": str(partitions)}.items():
        spark.conf.set(key, planned)
    rows = sum(rows_of_aggregates)
    submitted = dict(spark.sparkContext.getConf().getAll())
    for key, small in SMALL_BATCH.items():
        value = small if rows < SMALL_BATCH_ROWS else submitted.get(key)
        if value is None:
            spark.conf.unset(key)
        else:
            spark.conf.set(key, value)
