"""A step's arguments run here as they stand, but for where they run."""

from pathlib import Path

from local_aws.spark import spark_environment, spark_submit

STEP = ["--deploy-mode", "cluster", "--master=yarn", "--py-files", "s3://a/p.zip", "s3://a/curate.py", "--attempt", "1"]


def test_only_the_place_of_a_step_is_changed() -> None:
    command = spark_submit("http://127.0.0.1:1", STEP)
    assert command[0].endswith("pyspark/bin/spark-submit")
    assert command[1:3] == ["--master", "local[*]"]
    assert command[-5:] == ["--py-files", "s3://a/p.zip", "s3://a/curate.py", "--attempt", "1"]
    assert not {"cluster", "--master=yarn", "--deploy-mode"} & set(command)


def test_s3_is_the_local_one_and_its_jars_are_there() -> None:
    command = spark_submit("http://127.0.0.1:1", STEP)
    assert "spark.hadoop.fs.s3a.endpoint=http://127.0.0.1:1" in command
    jars = command[command.index("--driver-class-path") + 1].split(":")
    assert len(jars) == 2
    assert all(Path(jar).is_file() for jar in jars)


def test_a_step_needs_no_java_of_the_machine_and_leaves_its_files_in_its_folder(tmp_path: Path) -> None:
    environment = spark_environment({"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}, tmp_path)
    assert (Path(environment["JAVA_HOME"]) / "bin" / "java").is_file()
    assert environment["SPARK_LOCAL_DIRS"] == environment["TMPDIR"] == environment["HOME"] == str(tmp_path)
    assert environment["AWS_ENDPOINT_URL"] == "http://127.0.0.1:1"
