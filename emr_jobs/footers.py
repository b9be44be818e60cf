"""Parquet footers: the rows and columns of a part as the file itself states them."""

import re
from typing import NamedTuple

from py4j.protocol import Py4JJavaError
from pyspark.sql import SparkSession

from gem.contracts.errors import PartError

# Two spaces: a column of the file itself, not a field within one.
_COLUMN = re.compile(r"^ {2}\w+ (?P<physical>\S+) (?P<name>\S+?)(?: \((?P<logical>.*)\))?(?: = \d+)?;$", re.MULTILINE)
_SPARK_TYPES = {
    ("int64", None): "bigint",
    ("int64", "INTEGER(64,true)"): "bigint",
    ("int32", None): "int",
    ("int32", "INTEGER(32,true)"): "int",
    ("boolean", None): "boolean",
    ("binary", "STRING"): "string",
    ("int32", "DATE"): "date",
    ("int64", "TIMESTAMP(MICROS,true)"): "timestamp",
    ("int96", None): "timestamp",
}


class Footer(NamedTuple):
    """What a Parquet file says of itself; types as Spark spells them, or as the file does where it cannot."""

    rows: int
    columns: dict[str, str]


def read_footer(spark: SparkSession, uri: str) -> Footer:
    """The footer of one file: a few small requests and no Spark job. PartError where it is no Parquet file.

    PySpark has no call for this, so it asks the Parquet library that Spark itself reads with.
    """
    jvm, context = spark.sparkContext._jvm, spark.sparkContext._jsc
    assert jvm is not None  # noqa: S101 - a running session has its JVM; this is for the type checker
    path = jvm.org.apache.hadoop.fs.Path(uri)
    try:
        file = jvm.org.apache.parquet.hadoop.util.HadoopInputFile.fromPath(path, context.hadoopConfiguration())
        reader = jvm.org.apache.parquet.hadoop.ParquetFileReader.open(file)
    except Py4JJavaError as error:
        reason = str(error.java_exception.getMessage())
        if "is not a Parquet file" not in reason:
            raise
        raise PartError(f"{uri}: cannot be read: {reason}; extract the batch again") from error
    try:
        return Footer(reader.getRecordCount(), columns_of(reader.getFileMetaData().getSchema().toString()))
    finally:
        reader.close()


def columns_of(message: str) -> dict[str, str]:
    """Name to type of every column in a Parquet message as its library prints it."""
    return {m["name"]: _spark_type(m["physical"], m["logical"]) for m in _COLUMN.finditer(message)}


def _spark_type(physical: str, logical: str | None) -> str:
    if logical is not None and logical.startswith("DECIMAL("):
        return logical.lower()
    return _SPARK_TYPES.get((physical, logical), f"{physical} {logical or ''}".strip())
