"""The call of a command that runs: the words it was called with, and the words to call it or another with."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from click.core import ParameterSource

NAME = "visual-search"
_OPTIONS = "tools.calling"


def called(argv: str = sys.argv[0], python: str = sys.executable) -> str:
    """The name of the program as it was called, ready for a shell."""
    name = Path(argv).name
    if name == "__main__.py":
        return f"{shlex.quote(python)} -m tools"
    return shlex.quote(name if shutil.which(name) == argv else argv)


def keep_options(ctx: click.Context) -> None:
    """Remember all parameters of the command, and take away the two that its function is not given."""
    ctx.meta[_OPTIONS] = dict(ctx.params)
    del ctx.params["profile"], ctx.params["wants_json"]


def wants_json() -> bool:
    """True where the command was asked for JSON."""
    return bool(_options().get("wants_json"))


def profile() -> Path | None:
    """The profile that was named on the command line."""
    found: Path | None = _options().get("profile")
    return found


def line(*words: str) -> str:
    """The command line of another command, with the profile that this one was called with."""
    ctx = click.get_current_context(silent=True)
    named = [f"--profile={profile()}"] if ctx and _is_given(ctx, "profile") else []
    return f"{_program()} {shlex.join([*words, *named])}"


def again(**changes: object) -> str:
    """The command line of this command with other values of these parameters; an empty one is left out."""
    ctx = click.get_current_context()
    words = [word for param in ctx.command.params for word in _words(ctx, param, changes)]
    return f"{ctx.command_path} {shlex.join(words)}".rstrip()


def _options() -> Mapping[str, Any]:
    ctx = click.get_current_context(silent=True)
    return ctx.meta.get(_OPTIONS, {}) if ctx else {}


def _program() -> str:
    ctx = click.get_current_context(silent=True)
    return (ctx and ctx.find_root().info_name) or NAME


def _words(ctx: click.Context, param: click.Parameter, changes: Mapping[str, object]) -> Iterator[str]:
    name = param.name or ""
    value = changes.get(name, _options().get(name) if _is_given(ctx, name) else None)
    for each in value if isinstance(value, tuple) else [value]:
        if not each:
            continue
        if isinstance(param, click.Argument):
            yield str(each)
        else:
            yield param.opts[0] if each is True else f"{param.opts[0]}={_written(each)}"


def _is_given(ctx: click.Context, name: str) -> bool:
    """True for what stands on the command line: a default or a variable is there the next time, too."""
    return ctx.get_parameter_source(name) is ParameterSource.COMMANDLINE


def _written(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
