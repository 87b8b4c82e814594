"""`bundle`: one file for each function, ready for Terraform."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import click

from devstack.environment import MODEL, REPOSITORY
from shared.labeling.registry import ENCODERS, RECOGNIZERS
from shared.settings.labeling import NO_ENCODER, LabelingSettings
from tools.bundle.contents import FUNCTIONS, BundleSource, Choice, Contents, named, zipped
from tools.bundle.requirements import exported, find_uv
from tools.commands import Command
from tools.exits import Ended, Exit
from tools.files import FILE, write_atomically, write_folder
from tools.output import note, readable_bytes, say, tell

VARIABLES = "bundles.auto.tfvars.json"

_FOLDER = click.Path(file_okay=False, path_type=Path)
_DEFAULTS = {name: LabelingSettings.model_fields[name].default for name in ("recognizer", "encoder")}


@click.command(cls=Command, example="--encoder none")
@click.option("--out", type=_FOLDER, default="build", show_default=True, metavar="DIR", help="Write here.")
@click.option(
    "--recognizer",
    type=click.Choice(tuple(RECOGNIZERS)),
    default=_DEFAULTS["recognizer"],
    show_default=True,
    help="The value of RECOGNIZER.",
)
@click.option(
    "--encoder",
    type=click.Choice((*ENCODERS, NO_ENCODER)),
    default=_DEFAULTS["encoder"],
    show_default=True,
    help="The value of ENCODER.",
)
@click.option(
    "--file",
    "files",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="Pack this too, as files/NAME; repeatable.",
)
@click.pass_obj
def bundle(
    source: BundleSource | None, /, *, out: Path, recognizer: str, encoder: str, files: tuple[Path, ...]
) -> None:
    """Pack the two functions for Terraform.

    Writes enrich-DIGEST.zip and search-DIGEST.zip, where the digest changes with what is inside and with
    nothing else, and bundles.auto.tfvars.json, which names them to Terraform; bundles-DIGEST.tfvars.json is
    the same file for this build. Older ones stay, so that there is something to roll back to. The folder
    backfill-DIGEST holds what the image of a nightly job is built from. Needs no account.

    A model, a head or a projection of your own goes in with --file: ONNX_MODEL, EMBEDDED_HEAD or
    ENCODER_PROJECTION is then files/NAME.
    """
    choice = Choice(recognizer, encoder)
    source = replace(source or BundleSource(REPOSITORY, MODEL), files=files)
    _check(choice, source)
    packed = _packed(choice, source)
    out = out.resolve()
    paths = {function: out / named(function, archive, ".zip") for function, archive in packed.items()}
    image = _write_image(out, source.image(choice))
    document = _variables(paths, choice)
    variables, kept = out / VARIABLES, out / named("bundles", _identity(paths, choice), ".tfvars.json")
    archives = {paths[function]: archive for function, archive in packed.items()}
    _write({**archives, kept: document, variables: document})
    places = {"variables": str(variables), "kept": str(kept), "image": str(image)}
    tell(partial(_show, paths), lambda: {**_bundles(paths, choice), **places})
    note(f"Give them to Terraform with: -var-file={shlex.quote(str(variables))}")
    line = f"docker build --platform linux/amd64 --tag IMAGE {shlex.quote(str(image))}"
    note(f"Build a nightly job's image with: {line}")


def _show(paths: Mapping[str, Path]) -> None:
    for path in paths.values():
        say(f"{path} ({readable_bytes(path.stat().st_size)})")


def _check(choice: Choice, source: BundleSource) -> None:
    """Say what is missing before anything is read; raises `Ended`."""
    if not (source.repository / "uv.lock").is_file():
        problem = "bundle packs a checkout of the project, and this program is not in one"
        raise Ended(Exit.MISCONFIGURED, f"{problem}: call .venv/bin/visual-search in a checkout")
    names = [path.name for path in source.files]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise Ended(Exit.MISCONFIGURED, f"--file was given twice with the name {min(doubled)}: rename one")
    if choice.model and not source.model.is_file():
        raise Ended(Exit.MISCONFIGURED, f"{source.model} is missing: run make setup")
    for provider in choice.providers:
        if missing := provider.unpacked(names):
            raise Ended(Exit.MISCONFIGURED, f"{provider.name}: {missing}")


def _packed(choice: Choice, source: BundleSource) -> Mapping[str, bytes]:
    uv, packed = find_uv(source.repository), {}
    for function in FUNCTIONS:
        requirements = exported(uv, source.repository, (function, *choice.groups))
        packed[function] = zipped(source.contents(function, choice, requirements))
    return packed


def _variables(paths: Mapping[str, Path], choice: Choice) -> bytes:
    document = {"bundles": _bundles(paths, choice)}
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def _identity(paths: Mapping[str, Path], choice: Choice) -> bytes:
    """All that tells a build from another, wherever it lies."""
    return "\n".join([*(path.name for path in paths.values()), choice.recognizer, choice.encoder]).encode()


def _bundles(paths: Mapping[str, Path], choice: Choice) -> dict[str, str]:
    files = {function: str(path) for function, path in paths.items()}
    return {**files, "recognizer": choice.recognizer, "encoder": choice.encoder}


def _write_image(out: Path, contents: Contents) -> Path:
    folder = out / named("backfill", zipped(contents))
    try:
        write_folder(folder, contents)
    except OSError as error:
        raise Ended(Exit.MISCONFIGURED, f"cannot write {folder} ({error.strerror})") from error
    return folder


def _write(files: Mapping[Path, bytes]) -> None:
    try:
        for path, content in files.items():
            write_atomically(path, content)
    except OSError as error:
        raise Ended(Exit.MISCONFIGURED, f"cannot write {path} ({error.strerror})") from error
