"""Commands and groups of them: what all have in common stands here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import click

from tools import calling
from tools.exits import ending_with_a_code
from tools.profile.file import VARIABLE, in_force

_FILE = click.Path(dir_okay=False, allow_dash=False, path_type=Path)


def _common() -> list[click.Parameter]:
    return [
        click.Option(
            ["--profile"],
            type=_FILE,
            metavar="FILE",
            envvar=VARIABLE,
            help="Read variables from this file, else from visual-search.toml in this folder or above it.",
        ),
        click.Option(["--json", "wants_json"], is_flag=True, help="Print one JSON document instead."),
    ]


class Command(click.Command):
    """A command with `--profile`, `--json`, and an example in its help, that ends with a line and a code.

    In an example {} stands for the command, which comes first where it is left out.
    """

    def __init__(self, name: str | None, *, example: str = "", **attributes: Any) -> None:  # noqa: ANN401 click's
        super().__init__(name, **attributes)
        self.params += _common()
        self._example = example

    def invoke(self, ctx: click.Context) -> object:
        """Run it with the variables of the profile."""
        calling.keep_options(ctx)
        with ending_with_a_code(), in_force(calling.profile()):
            return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example."""
        example = self._example if "{}" in self._example else f"{{}} {self._example}".rstrip()
        formatter.write_paragraph()
        formatter.write_text(f"Example: {example.format(ctx.command_path)}")


class Group(click.Group):
    """A group of commands, which knows where a command is that was looked for in the wrong one."""

    command_class = Command
    group_class = type

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; raises `UsageError` that names those which may be meant."""
        try:
            return super().resolve_command(ctx, args)
        except click.NoSuchCommand as error:
            root = ctx.find_root()
            names = list(_names(root.command, ()))
            meant = [name for name in names if args[0] in name] or [
                name for name in names if get_close_matches(args[0], name[-1:], 1, 0.7)
            ]
            asked = " or ".join(f"{root.command_path} {' '.join(name)}" for name in meant[:3])
            if not asked:
                raise
            raise click.UsageError(f"{error.message} Did you mean {asked}?", ctx) from error


def _names(command: click.Command, above: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The words of the command, and of all below it."""
    if above:
        yield tuple(above)
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _names(below, (*above, name))
