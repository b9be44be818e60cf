"""Who looks, whether the databases let the pipeline in, and whether the warehouse is at this release's schema."""

import json
from collections.abc import Iterator

from gem.aws import aws_errors
from gem.contracts.errors import GemError
from gem.doctor.findings import Finding, examined, ok, problem
from gem.doctor.stack import SETTLED, Stack
from gem.operations.stack import SCHEDULED
from gem.settings import ExtractorSettings, WarehouseSettings
from gem.sides import source_side
from gem.warehouse.connection import Connection, connect
from gem.warehouse.login import refused_to_loader
from gem.warehouse.migrate import pending

LOGIN = ("host", "port", "dbname", "username", "password")


def identity(stack: Stack) -> Iterator[Finding]:
    """Who looks; and the stack has come to rest, with every output that the commands need."""
    with aws_errors("STS"):
        yield ok("identity", "caller", stack.client("sts").get_caller_identity()["Arn"])
    faults = {}
    if stack.status not in SETTLED:
        faults[f"the stack is {stack.status}"] = "wait for it, or look at its events in CloudFormation"
    for output in sorted(set(SCHEDULED.values()) - stack.outputs.keys()):
        faults[f"the stack has no output {output}"] = "deploy this release's template.yaml"
    yield from examined("stack", stack.name, faults, stack.status)


def secrets(stack: Stack) -> Iterator[Finding]:
    """Each log-in is JSON and complete."""
    for output in ("SourceSecretName", "WarehouseSecretName"):
        name = stack.output(output)
        with aws_errors(f"secret {name}"):
            text = stack.client("secretsmanager").get_secret_value(SecretId=name)["SecretString"]
        yield from examined("secrets", name, _secret_faults(name, text), "well-formed")


def source_login(stack: Stack) -> Iterator[Finding]:
    """The extractor's log-in opens the source."""
    name = stack.output("SourceSecretName")
    settings = ExtractorSettings(source_dsn=None, source_secret_id=name, lake_bucket=stack.output("LakeBucketName"))
    try:
        with source_side(settings, stack.client("secretsmanager")) as ask:
            ask("select 1")
    except GemError as error:
        yield _no_login(name, error)
    else:
        yield ok("log-in", name, "the source lets it in")


def warehouse(stack: Stack, *, ssl: bool) -> Iterator[Finding]:
    """The loader's log-in opens the warehouse and may load; every migration of this release is applied."""
    name = stack.output("WarehouseSecretName")
    settings = WarehouseSettings(
        lake_bucket=stack.output("LakeBucketName"),
        warehouse_secret_id=name,
        copy_role_arn=stack.output("CopyRoleArn"),
        warehouse_ssl=ssl,
    )
    try:
        connection = connect(settings, stack.client("secretsmanager"))
    except GemError as error:
        yield _no_login(name, error)
        return
    try:
        yield ok("log-in", name, "the warehouse lets it in")
        yield from _ready(connection, name)
    finally:
        connection.close()


def _ready(connection: Connection, name: str) -> Iterator[Finding]:
    waiting = [script.name for script in pending(connection)]
    said = f"{len(waiting)} scripts of this release were never applied, the first {waiting[0]}" if waiting else ""
    faults = {said: "gem warehouse migrate"} if waiting else {}
    yield from examined("warehouse", "schema", faults, "at this release's newest migration")
    if not waiting:
        refused = refused_to_loader(connection)
        yield from examined("warehouse", name, {refused: "gem warehouse secure"} if refused else {}, "may load")


def _secret_faults(name: str, text: str) -> dict[str, str]:
    """Never with a value of the secret."""
    advice = f"aws secretsmanager put-secret-value --secret-id {name}, with {', '.join(LOGIN)} as JSON"
    try:
        held = json.loads(text)
    except ValueError:
        return {"it holds no JSON": advice}
    missing = [key for key in LOGIN if not (isinstance(held, dict) and held.get(key))]
    return {f"it lacks {', '.join(missing)}": advice} if missing else {}


def _no_login(name: str, error: GemError) -> Finding:
    advice = "set the password that the database knows, or look from within the VPC; --no-databases leaves this out"
    return problem("log-in", name, str(error), advice)
