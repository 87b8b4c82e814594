"""`visual-search profile`: what is set and where, Terraform's output taken over, and its input checked."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import click
from pydantic import TypeAdapter

from shared.environment import known
from tools import calling
from tools.commands import Group
from tools.exits import Ended, Exit
from tools.files import FILE
from tools.output import Row, counted, note, say, table, tell
from tools.profile import file
from tools.profile.tfvars import advice, misspelt

_OUTPUT = "operator_env"
_MAX_OUTPUT = 1_000_000
_IN_BUNDLE = "files/"
_COLUMNS = ("name", "value", "from")


@click.group(cls=Group)
def profile() -> None:
    """Keep the variables of all commands in a file.

    The file, visual-search.toml, has lines such as ALGOLIA_INDEX = "products". Commands find it in the folder
    that they are called in, or in one above; --profile or VISUAL_SEARCH_PROFILE names another. Variables of
    the environment win. A key need not be in it: export it, or name the variable that holds it, as in
    ALGOLIA_API_KEY = { environment = "MY_KEY" }.
    """


@profile.command()
def show() -> None:
    """Show every variable that is set, and where it was set. Keys are hidden."""
    path = file.find(calling.profile())
    written = file.read(path) if path else {}
    names = sorted(name for name in {*known(), *written} if os.environ.get(name, "").strip())
    rows: list[Row] = [(name, _value(name), _place(name, written)) for name in names]
    found = [dict(zip(_COLUMNS, row, strict=True)) for row in rows]
    tell(partial(_show, path, rows), lambda: {"profile": path and str(path), "variables": found})


def _value(name: str) -> str:
    return "(hidden)" if file.is_secret(name) else os.environ[name]


def _place(name: str, written: Mapping[str, str]) -> str:
    if os.environ[name] == written.get(name):
        return "the profile"
    return "this checkout" if os.environ[name] == file.defaults().get(name) else "the environment"


def _show(path: Path | None, rows: list[Row]) -> None:
    if rows:
        table(_COLUMNS, rows)
    if path:
        say(f"The profile is {path}")
    else:
        made = f"terraform -chdir=terraform output -json | {calling.line('profile', 'import', '-')}"
        say(f"No {file.NAME} is here or in a folder above. To make one: {made}")


@profile.command("import", makes_profile=True, example="terraform -chdir=terraform output -json | {} -")
@click.argument("source", type=click.File("rb"), metavar="FILE")
def import_(source: BinaryIO) -> None:
    """Take over what a deployment says of itself.

    FILE is what `terraform output -json` prints, - for standard input. Its variables are set in the profile,
    which is made if there is none; others there stay as they are.
    """
    values = _deployed(source.read(_MAX_OUTPUT + 1))
    path = file.set_in_profile(values)
    kept = sorted(file.read(path).keys() - values.keys())
    tell(partial(_imported, values, kept), lambda: {"profile": str(path), "set": [*values], "kept": kept})


def _deployed(content: bytes) -> dict[str, str]:
    """The variables among all outputs, of the module itself or of one that passes on all of the module's."""
    try:
        outputs = json.loads(content) if len(content) <= _MAX_OUTPUT else {}
        values = {name: output["value"] for name, output in outputs.items()}
        passed_on = (each for each in values.values() if isinstance(each, dict) and _OUTPUT in each)
        found = TypeAdapter(dict[str, str]).validate_python(next(passed_on, values)[_OUTPUT])
        file.check_names(found, f"the output {_OUTPUT}")
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        wanted = f"FILE has no output {_OUTPUT}: give what `terraform -chdir=terraform output -json` prints"
        raise Ended(Exit.MISCONFIGURED, f"{wanted} after `apply`.") from error
    return found


def _imported(values: dict[str, str], kept: list[str]) -> None:
    if kept:
        say(f"Kept as they were: {', '.join(kept)}.")
    for name, value in values.items():
        if value.startswith(_IN_BUNDLE):
            note(f"{name} is a file in the functions' bundles: write where you have it on your disk.")
    if not os.environ.get("ALGOLIA_API_KEY"):
        note(
            'It has no key: export ALGOLIA_API_KEY, or write ALGOLIA_API_KEY = { environment = "VARIABLE" }.'
        )


@profile.command("check-tfvars", example="shop.tfvars")
@click.argument("path", type=FILE, metavar="FILE")
def check_tfvars(path: Path) -> None:
    """Name what Terraform would leave out of FILE without an error: misspelt variables and attributes.

    Needs the checkout with the Terraform module.
    """
    faults: dict[str, Any] = dict(misspelt(path))
    tell(lambda: _show_faults(path, faults), lambda: {"file": str(path), "misspelt": faults})
    if faults:
        raise Ended(Exit.BAD_DATA, f"Terraform would not use {counted(len(faults), 'line')} of {path}.")


def _show_faults(path: Path, faults: dict[str, str]) -> None:
    for name, meant in faults.items():
        say(f"{name}: {advice(meant)}")
    if not faults:
        say(f"{path}: every name is one of the module.")
