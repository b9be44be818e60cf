"""The Power BI project: every file of it by its path, made of the declarations alone; pure."""

import json
from typing import Any
from uuid import uuid5

from gem.powerbi.dictionary import dictionary_page
from gem.powerbi.pbir import report_files
from gem.powerbi.sources import Variant
from gem.powerbi.theme import THEME_NAME, theme_text
from gem.powerbi.tmdl import NAMESPACE, model_files

SCHEMAS = "https://developer.microsoft.com/json-schemas/fabric/"
NAMES = {Variant.IMPORT: "GeM", Variant.DIRECT_QUERY: "GeM-DirectQuery", Variant.FILES: "GeM-Files"}
FOLDERS = {
    Variant.IMPORT: "powerbi",
    Variant.DIRECT_QUERY: "powerbi/directquery",
    Variant.FILES: "powerbi/files",
}
"""Where each project stands in the repository."""
IGNORED = "**/.pbi/localSettings.json\n**/.pbi/cache.abf\n"


def project_files(variant: Variant = Variant.IMPORT) -> dict[str, str]:
    """A whole project, by path from its folder: the shortcut that one opens, the semantic model and the report."""
    name = NAMES[variant]
    model, report = f"{name}.SemanticModel", f"{name}.Report"
    return {
        ".gitignore": IGNORED,
        f"{name}.pbip": _json(
            "pbip/pbipProperties/1.0.0",
            {
                "version": "1.0",
                "artifacts": [{"report": {"path": report}}],
                "settings": {"enableAutoRecovery": True},
            },
        ),
        f"{model}/.platform": _platform("SemanticModel", name),
        f"{model}/definition.pbism": _json(
            "item/semanticModel/definitionProperties/1.0.0", {"version": "4.2", "settings": {}}
        ),
        **{f"{model}/definition/{path}": text for path, text in model_files(variant).items()},
        f"{report}/.platform": _platform("Report", name),
        f"{report}/definition.pbir": _json(
            "item/report/definitionProperties/2.0.0",
            {"version": "4.0", "datasetReference": {"byPath": {"path": f"../{model}"}}},
        ),
        f"{report}/StaticResources/RegisteredResources/{THEME_NAME}": theme_text(),
        **{f"{report}/definition/{path}": text for path, text in report_files().items()},
    }


def committed_files() -> dict[str, str]:
    """The projects that stand in the repository, and the page about them, by path from its root."""
    projects = {
        f"{FOLDERS[variant]}/{path}": text for variant in Variant for path, text in project_files(variant).items()
    }
    return projects | {"docs/measures.md": dictionary_page()}


def _platform(kind: str, name: str) -> str:
    return _json(
        "gitIntegration/platformProperties/2.0.0",
        {
            "metadata": {"type": kind, "displayName": name},
            "config": {"version": "2.0", "logicalId": str(uuid5(NAMESPACE, f"{name}/{kind}"))},
        },
    )


def _json(schema: str, content: dict[str, Any]) -> str:
    document = {"$schema": f"{SCHEMAS}{schema}/schema.json", **content}
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
