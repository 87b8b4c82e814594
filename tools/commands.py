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

_WHOLE = 1_000
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

    In an example {} stands for the command, which comes first where it is left out. With `makes_profile` the
    profile that is named need not be there yet.
    """

    def __init__(
        self,
        name: str | None,
        *,
        example: str = "",
        makes_profile: bool = False,
        **attributes: Any,  # noqa: ANN401 click's
    ) -> None:
        super().__init__(name, **attributes)
        self.params += _common()
        self._example = example
        self._makes_profile = makes_profile

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; raises `BadParameter` for those that would count as others, or as none."""
        given = {} if ctx.resilient_parsing else self.make_parser(ctx).parse_args(list(args))[0]
        for param in self.params:
            values = given.get(param.name or "")
            for value in values if isinstance(values, list) else [values]:
                if isinstance(value, str) and (fault := _fault(param.type, value)):
                    raise click.BadParameter(fault, ctx, param)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        """Run it with the variables of the profile."""
        calling.keep_options(ctx)
        with ending_with_a_code(), in_force(calling.profile(), may_be_new=self._makes_profile):
            return super().invoke(ctx)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the example."""
        example = self._example if "{}" in self._example else f"{{}} {self._example}".rstrip()
        formatter.write_paragraph()
        formatter.write_text(f"Example: {example.format(ctx.command_path)}")


def _fault(kind: click.ParamType[Any], value: str) -> str:
    """Say what is wrong with a value, such as an unset variable of a shell; empty where nothing is."""
    if not value:
        return "it is empty."
    if isinstance(kind, click.FloatRange) and value.strip("+- ").lower() == "nan":
        return "it is no number."
    if not isinstance(kind, click.Path | click.File) and value.encode(errors="replace").decode() != value:
        return "it is not UTF-8."
    return ""


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

    def format_commands(self, _: click.Context, formatter: click.HelpFormatter) -> None:
        """Write what each command does, as a whole sentence."""
        with formatter.section("Commands"):
            rows = [(name, each.get_short_help_str(_WHOLE)) for name, each in sorted(self.commands.items())]
            formatter.write_dl(rows)


def _names(command: click.Command, above: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The words of the command, and of all below it."""
    if above:
        yield tuple(above)
    if isinstance(command, click.Group):
        for name, below in command.commands.items():
            yield from _names(below, (*above, name))
