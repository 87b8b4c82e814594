"""Exit codes, and the failures that commands end with."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import IntEnum
from importlib.util import find_spec

import click

from shared.errors import Misconfigured, Permanent, Transient
from shared.loading import installing

LEARNING = {"scipy": "scipy", "sklearn": "scikit-learn"}
"""The libraries that `measure teach` and `measure calibrate` reckon with, and their packages."""


class Exit(IntEnum):
    """The exit codes; 2 is also click's for wrong options, 75 is EX_TEMPFAIL of sysexits.h."""

    DONE = 0
    BAD_DATA = 1
    MISCONFIGURED = 2
    TRY_AGAIN = 75
    INTERRUPTED = 130


class Ended(Exception):
    """The end of a command, with a line for people and a code for scripts."""

    def __init__(self, code: Exit, message: str) -> None:
        super().__init__(message)
        self.code = code


_OF_FILES = {
    errno.EACCES,
    errno.EDQUOT,
    errno.EISDIR,
    errno.ENOENT,
    errno.ENOSPC,
    errno.ENOTDIR,
    errno.EPERM,
    errno.EROFS,
}
"""Errors of files and disks. A closed pipe is left to click."""

_FORESEEN = (Ended, Misconfigured, Transient, Permanent, KeyboardInterrupt, click.Abort)


@contextmanager
def ending_with_a_code() -> Iterator[None]:
    """End the command with a line on standard error and an exit code for every failure foreseen."""
    try:
        yield
    except _FORESEEN as error:
        code, message = _told(error)
        click.echo(message, err=True)
        raise click.exceptions.Exit(code) from error
    except OSError as error:
        if error.errno not in _OF_FILES:
            raise
        place = f"{click.format_filename(error.filename)}: " if error.filename else ""
        click.echo(f"{place}{error.strerror}", err=True)
        raise click.exceptions.Exit(Exit.MISCONFIGURED) from error


def _told(error: BaseException) -> tuple[Exit, str]:
    match error:
        case Ended():
            return error.code, str(error)
        case Misconfigured():
            return Exit.MISCONFIGURED, str(error)
        case Transient():
            return Exit.TRY_AGAIN, f"{error}\nTry again in a minute."
        case Permanent():
            return Exit.BAD_DATA, str(error)
        case click.Abort(__context__=EOFError()):
            return Exit.MISCONFIGURED, "Nobody answers here: add --yes to go on without being asked."
        case _:
            return Exit.INTERRUPTED, "Stopped."


def check_installed(packages: Mapping[str, str] = LEARNING, *, needs: str = "this command needs") -> None:
    """Say which packages to install for libraries before any work is done; raises `Ended`."""
    if missing := [package for library, package in packages.items() if find_spec(library) is None]:
        message = f"{needs} {' and '.join(missing)}; run: {installing(*missing)}"
        raise Ended(Exit.MISCONFIGURED, message)
