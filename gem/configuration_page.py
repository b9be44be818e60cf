"""docs/configuration.md: every GEM_* variable, made of the settings that declare it; pure."""

from enum import Enum, StrEnum

from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings

from gem.settings import (
    ExtractorSettings,
    IdempotencySettings,
    LakeSettings,
    LedgerSettings,
    OperatorSettings,
    PruneSettings,
    ReconcileSettings,
    SubmitSettings,
    VerdictSettings,
    WarehouseSettings,
)

PAGE = "docs/configuration.md"
HEADER = """\
<!-- Generated from gem.settings by `gem contracts generate`; do not edit. -->
# Configuration

Every runtime reads its settings once, from the environment, and refuses to start without what must be set: the message
names each variable, never its value. Passwords stand in Secrets Manager; a variable holds the secret's name. AWS is
reached as the SDKs are used to (`AWS_DEFAULT_REGION`, `AWS_PROFILE`, `AWS_ENDPOINT_URL`, a role).

| runtime | who sets its variables |
|---|---|
| functions | [template.yaml](../template.yaml), from its parameters |
| extractor | [install.sh](../extractor_ec2/install.sh), in `/etc/gem` of its host |
| commands | `eval "$(gem env --stack STACK)"`; for a local cloud, `source .gem/up/env.sh` |
| DAGs | no variables but the connection `gem_default`: [Airflow](airflow.md) |

`gem doctor` also takes `GEM_STACK`, the stack's name, in place of `--stack`.

| variable | default | meaning | read by |
|---|---|---|---|
"""
MUST_BE_SET = "must be set"


class Runtime(StrEnum):
    """Who reads settings from the environment."""

    FUNCTIONS = "functions"
    EXTRACTOR = "extractor"
    COMMANDS = "commands"


READ_BY: dict[type[BaseSettings], tuple[Runtime, ...]] = {
    LakeSettings: (Runtime.COMMANDS,),
    LedgerSettings: (Runtime.FUNCTIONS, Runtime.COMMANDS),
    WarehouseSettings: (Runtime.FUNCTIONS, Runtime.COMMANDS),
    PruneSettings: (Runtime.COMMANDS,),
    SubmitSettings: (Runtime.FUNCTIONS,),
    VerdictSettings: (Runtime.FUNCTIONS,),
    OperatorSettings: (Runtime.COMMANDS,),
    IdempotencySettings: (Runtime.FUNCTIONS,),
    ReconcileSettings: (Runtime.FUNCTIONS,),
    ExtractorSettings: (Runtime.EXTRACTOR, Runtime.COMMANDS),
}


def configuration_page() -> str:
    """Every variable by name, with its default, its meaning and who reads it."""
    names = sorted({name for kind in READ_BY for name in kind.model_fields})
    return HEADER + "".join(_row(name) for name in names)


def _row(name: str) -> str:
    """The line of one variable, which several runtimes may read."""
    kinds = [kind for kind in READ_BY if name in kind.model_fields]
    fields = [kind.model_fields[name] for kind in kinds]
    readers = [runtime for runtime in Runtime if any(runtime in READ_BY[kind] for kind in kinds)]
    meaning = next(field.description for field in fields if field.description)
    return f"| `GEM_{name.upper()}` | {_default(fields)} | {' '.join(meaning.split())} | {', '.join(readers)} |\n"


def _default(fields: list[FieldInfo]) -> str:
    """What holds without it; who cannot do without decides."""
    if any(field.is_required() for field in fields):
        return MUST_BE_SET
    default = fields[0].default
    if default is None:
        return "none"
    text = str(default.value if isinstance(default, Enum) else default)
    return f"`{text.lower() if isinstance(default, bool) else text}`"
