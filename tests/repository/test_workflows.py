"""The forge's files run what the checkout has, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from fnmatch import fnmatch
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml

from devstack.environment import REPOSITORY
from tests.tracked import tracked

FORGE = REPOSITORY / ".github"
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in sorted(FORGE.glob("workflows/*.yml"))}
UPDATES = yaml.safe_load((FORGE / "dependabot.yml").read_text())["updates"]
TARGETS = set(re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(), re.MULTILINE))
LOCKS = {
    "uv": "uv.lock",
    "pip": "requirements.txt",
    "npm": "package-lock.json",
    "docker": "Dockerfile",
}


def jobs() -> Iterator[Mapping[str, Any]]:
    for workflow in WORKFLOWS.values():
        yield from workflow["jobs"].values()


def steps() -> Iterator[tuple[Mapping[str, Any], Mapping[str, Any]]]:
    for job in jobs():
        yield from ((job, step) for step in job.get("steps", ()))


def commands() -> Iterator[str]:
    """Every command in every combination of its matrix."""
    for job, step in steps():
        matrix = job.get("strategy", {}).get("matrix", {})
        for values in product(*matrix.values()) if "run" in step else ():
            command = step["run"]
            for name, value in zip(matrix, values, strict=True):
                command = command.replace(f"${{{{ matrix.{name} }}}}", value)
            yield command.strip()


def test_each_command_is_a_target_of_the_makefile() -> None:
    run = [re.fullmatch(r"make ([a-z]+)( [A-Z]+=\S+)*", command) for command in commands()]
    assert run
    assert all(run), list(commands())
    assert {found[1] for found in run if found} <= TARGETS


def test_they_call_what_the_checks_of_the_checkout_call() -> None:
    own = set(re.findall(r"^make ([a-z]+)$", (REPOSITORY / ".ci/run").read_text(), re.MULTILINE))
    assert own
    assert own | {"live", "release"} == {command.split()[1] for command in commands()}


def test_no_expression_of_the_forge_is_put_into_a_command() -> None:
    assert [command for command in commands() if "${{" in command] == []


def test_an_action_is_pinned_to_its_major_version() -> None:
    used = [step["uses"] for _, step in steps() if "uses" in step]
    assert used
    assert [name for name in used if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+", name)] == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_workflow_may_only_read_and_ends_in_time(name: str) -> None:
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    assert workflow["concurrency"]["group"]
    assert all("timeout-minutes" in job or "uses" in job for job in workflow["jobs"].values())


def test_a_job_that_may_write_runs_nothing_of_the_checkout() -> None:
    writing = [job for job in jobs() if "write" in job.get("permissions", {}).values()]
    assert writing
    for job in writing:
        assert not any("run" in step or "checkout" in step["uses"] for step in job["steps"])


def folders(update: Mapping[str, Any]) -> list[str]:
    return [folder.strip("/") for folder in update.get("directories") or [update["directory"]]]


@pytest.mark.parametrize("update", UPDATES, ids=lambda update: update["package-ecosystem"])
def test_updates_come_weekly_and_in_groups(update: Mapping[str, Any]) -> None:
    assert update["schedule"] == {"interval": "weekly"}
    assert update["groups"]


@pytest.mark.parametrize("kind", LOCKS)
def test_every_lock_is_updated(kind: str) -> None:
    [update] = [each for each in UPDATES if each["package-ecosystem"] == kind]
    there = {Path(path).parent.as_posix() for path in tracked(LOCKS[kind], f"*/{LOCKS[kind]}")}
    assert {folder or "." for folder in folders(update)} == there


def test_every_module_of_terraform_has_its_providers_updated() -> None:
    update = next(each for each in UPDATES if each["package-ecosystem"] == "terraform")
    texts = {path: (REPOSITORY / path).read_text() for path in tracked("terraform/*.tf")}
    needing = {Path(path).parent.as_posix() for path, text in texts.items() if "required_providers" in text}
    assert [
        folder for folder in needing if not any(fnmatch(folder, pattern) for pattern in folders(update))
    ] == []
