"""template.yaml held against the checks that its users run: checkov and SAM's own; cfn-lint is in `make check`."""

import shutil
import subprocess
from pathlib import Path

import pytest
from samtranslator.yaml_helper import yaml_parse

from tests.environments import ROOT, programs

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

TEMPLATE = ROOT / "template.yaml"


def checkov(template: Path) -> subprocess.CompletedProcess[str]:
    command = [programs("checkov") / "checkov", "--framework", "cloudformation", "--compact", "--quiet"]
    words = [*command, "--skip-download", "--file", template]
    return subprocess.run(words, capture_output=True, text=True, check=False)


def test_checkov_finds_nothing_but_what_is_passed_by() -> None:
    done = checkov(TEMPLATE)
    assert done.returncode == 0, done.stdout
    assert "Failed checks: 0" in done.stdout


def test_what_is_passed_by_has_a_reason() -> None:
    resources = yaml_parse(TEMPLATE.read_text())["Resources"]
    skips = [each for r in resources.values() for each in r.get("Metadata", {}).get("checkov", {}).get("skip", ())]
    assert skips
    assert all(len(each["comment"]) > 20 for each in skips)


def test_checkov_sees_a_bucket_that_anybody_may_read(tmp_path: Path) -> None:
    text = TEMPLATE.read_text()
    assert text.count("        BlockPublicPolicy: true\n") == 1
    (tmp_path / "template.yaml").write_text(text.replace("        BlockPublicPolicy: true\n", ""))
    done = checkov(tmp_path / "template.yaml")
    assert done.returncode != 0
    assert "LakeBucket" in done.stdout


def test_sam_finds_it_valid(tmp_path: Path) -> None:
    shutil.copy2(TEMPLATE, tmp_path)
    words = [programs("sam") / "sam", "validate", "--lint", "--region", "ap-south-1"]
    environment = {"SAM_CLI_TELEMETRY": "0", "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "is a valid SAM Template" in done.stdout
