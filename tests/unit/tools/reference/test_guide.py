"""The operations guide names only what there is."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from tests.guide import GUIDE
from tests.pages import code, text
from tests.programs import ran
from tools.reference import module
from tools.reference.costs import EVENT, SEARCH, TICK, Work

ROOT = Path(__file__).parents[4]
PAGES = GUIDE + text("docs/encoders.md")
TERRAFORM = "\n".join(path.read_text() for path in sorted((ROOT / "terraform").glob("*.tf")))
MODULE = module.read(ROOT / "terraform")
ENTRIES = [entry for variable in MODULE.variables for entry in (variable.entry, *variable.attributes)]
DEFAULTS = {entry.name: entry.default for entry in ENTRIES}


CURL = """
case "$*" in *"\\"$REFUSED\\""*) exit 22;; esac
echo '{"key": "made"}'
"""
KEEPING = """
echo "$3 $(cat)"
"""
GRANTING = """
case "$*" in
"config get project") echo my-shop-421317;;
"projects describe my-shop-421317"*) echo 123456789012;;
*) echo "$*";;
esac
case "$*" in *"$REFUSED"*) exit 1;; esac
"""


def told(folder: Path, begin: str, refused: str, more: str = "", **programs: str) -> list[str]:
    """What the recipe that begins so prints where those programs stand in."""
    for name, script in programs.items():
        (folder / name).write_text(f"#!/bin/sh{script}")
        (folder / name).chmod(0o755)
    [recipe] = [block for block in code("docs/operations.md", "console") if begin in block]
    env = {"PATH": f"{folder}:{os.environ['PATH']}", "REFUSED": refused}
    done = ran("bash", "-c", recipe + more, env=env)
    assert done.stderr == ""
    return done.stdout.splitlines()


KEPT = {
    "nobody": ["enrich", "search", "backfill"],
    "enrich": [],
    "backfill": ["enrich", "search"],
    "operator": ["enrich", "search", "backfill"],
}


@pytest.mark.parametrize("refused", KEPT)
def test_the_recipe_for_keys_keeps_those_made_before_the_first_error(refused: str, tmp_path: Path) -> None:
    programs = {"curl": CURL, "gcloud": KEEPING}
    printed = told(tmp_path, "export APP=", refused, 'printf "%s" "$ALGOLIA_API_KEY"', **programs)
    kept = [f"algolia-{name}-key made" for name in KEPT[refused]]
    assert printed == kept + (["made"] if refused == "nobody" else [])


def test_the_recipe_for_agents_makes_each_one_and_then_grants_its_role_until_the_first_error(
    tmp_path: Path,
) -> None:
    _, *asked = told(tmp_path, "agent()", "nothing", gcloud=GRANTING)
    granted = re.findall(r"@(gcp-sa-\w+)\.iam", (ROOT / "terraform/agents.tf").read_text())
    assert granted
    assert set(granted) <= {member for line in asked for member in re.findall(r"@([\w-]+)\.iam", line)}
    for made, given in zip(asked[::2], asked[1::2], strict=True):
        [service] = re.findall(r"identity create --service=(\w+)\.googleapis\.com$", made)
        assert given.startswith("projects add-iam-policy-binding my-shop-421317 ")
        assert f"--role=roles/{service}.serviceAgent" in given
        assert "--member=serviceAccount:service-123456789012@" in given
    ended = told(tmp_path, "agent()", "create", gcloud=GRANTING)
    assert len(ended) == len(["enable", "create"])


def test_every_alarm_has_a_section_and_every_section_an_alarm() -> None:
    text = "".join((ROOT / "terraform" / name).read_text() for name in ("alarms.tf", "monitoring.tf"))
    alarms = re.findall(r'^\s+title\s+= "(.+)"$', text, re.MULTILINE)
    alarms += re.findall(r'display_name\s+= "\$\{var\.name\}: ([^"$]+)"$', text, re.MULTILINE)
    assert sorted(alarms) == sorted(re.findall(r"^### (.+)$", GUIDE, re.MULTILINE))


def test_every_variable_it_names_is_one_of_the_module() -> None:
    roots = "|".join(variable.entry.name for variable in MODULE.variables if variable.attributes)
    named = set(re.findall(rf"`((?:{roots})\.[a-z_.]+)`", PAGES)) - {"bundles.auto.tfvars.json"}
    assert len(named) > 10
    assert named <= DEFAULTS.keys()


def test_what_it_asks_terraform_for_is_there() -> None:
    outputs = set(re.findall(r"output -(?:raw|json) (\w+)", GUIDE))
    assert outputs
    assert outputs <= {output.name for output in MODULE.outputs}
    for kind, name in re.findall(r"\b(google_\w+)\.(\w+)", GUIDE):
        assert f'resource "{kind}" "{name}"' in TERRAFORM
    for name in re.findall(r"-target=module\.(\w+)", GUIDE):
        assert f'module "{name}"' in TERRAFORM


@pytest.mark.parametrize(("name", "work"), [("search", SEARCH), ("enrich", EVENT), ("enrich", TICK)])
def test_costs_are_those_of_instances_as_the_module_makes_them(name: str, work: Work) -> None:
    assert DEFAULTS[f"{name}.cpu"] == f"{work.cpu:g}"
    assert DEFAULTS[f"{name}.memory"] == f'"{work.memory:g}Gi"'
