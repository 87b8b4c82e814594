"""Files written as a whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

import click

from tools.exits import Ended, Exit

FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
NEW_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)


def writable(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
    """Return an option's file; raises `BadParameter`, before the work and not after it, for no folder."""
    if file and not (file.parent.is_dir() and os.access(file.parent, os.W_OK)):
        raise click.BadParameter(f"there is no folder {file.parent} to write to")
    return file


def beside(model: Path) -> Path:
    """Return the place of a model's declaration."""
    return model.with_name(f"{model.name}.json")


def writable_with_declaration(ctx: click.Context, option: click.Parameter, file: Path) -> Path:
    """The same as `writable`, for a model whose declaration is written beside it."""
    if beside(file).is_dir():
        raise click.BadParameter(f"{beside(file)} is a folder, and the declaration is written there")
    writable(ctx, option, file)
    return file


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file and its folder; a reader sees the old content or the new, never a part."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        partial.write_bytes(content)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def write_result(path: Path, content: bytes) -> None:
    """Write the outcome of a command; raises `Ended` where that cannot be done."""
    try:
        write_atomically(path, content)
    except OSError as error:
        raise Ended(Exit.MISCONFIGURED, f"cannot write {path} ({error.strerror})") from error


def write_folder(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write a folder of these files, as a whole or not at all; one that is there stays."""
    if folder.is_dir():
        return
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=f".{folder.name}.") as partial:
        new = Path(partial) / folder.name
        for name, content in contents.items():
            (new / name).parent.mkdir(parents=True, exist_ok=True)
            (new / name).write_bytes(content)
        new.rename(folder)


def replace_text(file: Path, text: str) -> None:
    """Replace the file as a whole; a new one can be read by its owner only, and a link stays a link.

    Raises `OSError`, which changes nothing, for a device too.
    """
    target = file.resolve()
    if target.exists() and not target.is_file():
        raise OSError(errno.EINVAL, "is no regular file")
    number, path = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(number, "w", encoding="utf-8", newline="") as changed:
            changed.write(text)
        if target.exists():
            shutil.copymode(target, path)
        Path(path).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(path).unlink()
        raise
