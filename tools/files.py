"""Files written as a whole or not at all."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import tempfile
from pathlib import Path

import click


def writable(_: click.Context, __: click.Parameter, file: Path | None) -> Path | None:
    """Return an option's file; raises `BadParameter`, before the work and not after it, for no folder."""
    if file and not (file.parent.is_dir() and os.access(file.parent, os.W_OK)):
        raise click.BadParameter(f"there is no folder {file.parent} to write to")
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


def set_variable(file: Path, name: str, value: str) -> None:
    """Set it in place of an older line, or at the end; everything else stays as it is, to the byte.

    The file is replaced as a whole, a new one can be read by its owner only, and a link stays a link. Raises
    `OSError`, which changes nothing.
    """
    target = file.resolve()
    before = target.read_bytes() if target.exists() else b""
    number, path = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(number, "wb") as changed:
            changed.write(_with_line(before, name.encode(), value.encode()))
        if target.exists():
            shutil.copymode(target, path)
        Path(path).replace(target)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(path).unlink()
        raise


def _with_line(content: bytes, name: bytes, value: bytes) -> bytes:
    """Of several older lines the first is replaced and the others go: readers disagree which one counts."""
    older = re.compile(rb"^(?P<lead>[ \t]*(?:export[ \t]+)?)" + re.escape(name) + rb"[ \t]*=.*")
    ends = b"\r\n" if b"\r\n" in content else b"\n"
    lines, is_set = [], False
    for line in content.split(b"\n"):
        matched = older.match(line)
        if not matched:
            lines.append(line)
        elif not is_set:
            end = b"\r" if line.endswith(b"\r") else b""
            lines.append(matched["lead"] + name + b"=" + value + end)
            is_set = True
    joined = b"\n".join(lines)
    if is_set:
        return joined
    gap = b"" if not joined or joined.endswith(b"\n") else ends
    return joined + gap + name + b"=" + value + ends
