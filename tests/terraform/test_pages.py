"""The pages' calls of Terraform, from the first deployment to the last, run as they stand there."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from devstack.environment import REPOSITORY
from tests import pages
from tests.terraform.harness import MODULE, Terraform, copied

GUIDE = "docs/operations.md"
WRAPPER = """#!/bin/sh
case "$2" in init) unset TF_REATTACH_PROVIDERS;; esac
exec {program} "$@"
"""
BUNDLE = "visual-search bundle --out build"
PAGES = {block.page for block in pages.COMMANDS if "terraform -chdir" in block.code}


def calls(page: str) -> str:
    """The statements that set a variable, start Terraform, or bundle; what is repeated only once."""
    found = (line for block in pages.blocks(page, *pages.SHELL) for line in block.statements)
    ours = (
        line for line in found if line.startswith("export ") or BUNDLE in line or "terraform -chdir=" in line
    )
    return "\n".join(dict.fromkeys(ours))


def scripts() -> dict[str, str]:
    """By page: its calls, unless they are a part of another page's."""
    found = {page: calls(page) for page in sorted(PAGES)}
    return {
        page: "\n".join([*pages.promised(page), each])
        for page, each in found.items()
        if not any(each in other for other in found.values() if other != each)
    }


@pytest.fixture
def checkout(tmp_path: Path, run: Terraform) -> Path:
    """A checkout with the module, a shop's configuration, and the former bundles."""
    copied(MODULE, tmp_path / "terraform")
    (tmp_path / ".venv").symlink_to(REPOSITORY / ".venv")
    (tmp_path / "shop.tfvars").write_text(pages.code(GUIDE, "hcl")[0], encoding="utf-8")
    (tmp_path / "bin").mkdir()
    (tmp_path / "build").mkdir()
    zips = {name: str(tmp_path / f"build/{name}-4d5e6f0a1b2c.zip") for name in ("enrich", "search")}
    for path in zips.values():
        Path(path).write_bytes(b"PK")
    former = {"bundles": {**zips, "recognizer": "google-vision", "encoder": "embedded"}}
    (tmp_path / "build/bundles-0a1b2c3d4e5f.tfvars.json").write_text(json.dumps(former), encoding="utf-8")
    program = tmp_path / "bin/terraform"
    program.write_text(WRAPPER.format(program=shlex.join(run.program)), encoding="utf-8")
    program.chmod(0o755)
    return tmp_path


@pytest.mark.parametrize("script", scripts().values(), ids=scripts())
def test_terraform_takes_them_one_after_the_other(script: str, checkout: Path, run: Terraform) -> None:
    variables = {**run.variables, "TF_REATTACH_PROVIDERS": run.standins}
    del variables["TF_INPUT"], variables["HOME"]
    path = f"{checkout / 'bin'}:{variables.pop('PATH')}"
    done = pages.run(script, checkout, path, "yes", **variables)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Apply complete!" in done.stdout
