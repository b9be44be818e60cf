"""The Spark session: what the correctness of a batch needs of it; sizes and cluster settings are the submitter's."""

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


def spark_session() -> SparkSession:
    """The running session, or a new one, with the settings that correctness needs; the caller stops it."""
    spark = SparkSession.builder.appName("gem-curate").getOrCreate()
    for key, value in CORRECTNESS.items():
        spark.conf.set(key, value)
    return spark
