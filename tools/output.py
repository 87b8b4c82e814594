"""Output of commands: tables and examples for people, JSON for scripts, progress on standard error."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

import click
from rich.box import SIMPLE
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tools import calling

_PLAIN_WIDTH = 100
_SECONDS_PER_LINE = 5.0
_UNITS = ("B", "kB", "MB", "GB", "TB")
_THOUSAND = 1_000
_TOLD_EVERY = 500

T = TypeVar("T")

Row = tuple[str, ...]
Told = Callable[[int], None]
"""Is told how many are done so far."""

ShowProgress = Callable[[str, int], AbstractContextManager[Told]]
"""Shows how so many pieces of work go on, as `progress` does."""

FEW = 3


def console(*, stderr: bool = False) -> Console:
    """Output of a fixed width where there is no terminal to ask; names are printed as they are."""
    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not found.is_terminal:
        found.width = _PLAIN_WIDTH
    return found


def say(text: str = "") -> None:
    """Print a line that is never broken, so that it can be copied.

    Of a file's name that is no UTF-8, each odd byte becomes an escape, which JSON's readers turn back.
    """
    click.echo(text.encode("utf-8", "backslashreplace").decode())


def note(text: str) -> None:
    """Print a line about the work, not its result, to standard error."""
    click.echo(text, err=True)


def table(columns: Iterable[str], rows: Iterable[Row]) -> None:
    """Print rows below headings."""
    shown = Table(*columns, box=SIMPLE, pad_edge=False)
    for row in rows:
        shown.add_row(*row)
    _print(shown)


def facts(title: str, rows: Iterable[Row]) -> None:
    """Print a title and what is known, a name at the left of each line."""
    shown = Table.grid(padding=(0, 2))
    for row in rows:
        shown.add_row("", *row)
    say(title)
    _print(shown)


def _print(shown: Table) -> None:
    """Print whole words, however long, without the spaces that fill up each line; then an empty line."""
    for column in shown.columns:
        column.overflow = "fold"
    screen = console()
    with screen.capture() as captured:
        screen.print(shown)
    lines = [line.rstrip() for line in captured.get().splitlines()]
    say("\n".join(lines).strip("\n"))
    say()


def tell(show: Callable[[], None], document: Callable[[], object]) -> None:
    """Print the result of a command: for people, or with --json as one JSON document."""
    if calling.wants_json():
        say(json.dumps(document(), ensure_ascii=False, indent=2))
    else:
        show()


def counted(count: int, noun: str) -> str:
    """`1, "picture"` -> `1 picture`, `2_000, "picture"` -> `2,000 pictures`."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def readable_bytes(count: int) -> str:
    """`3_400_000` -> `3.4 MB`, in powers of a thousand as Cloud Storage counts."""
    size, unit = float(count), 0
    while size >= _THOUSAND and unit < len(_UNITS) - 1:
        size, unit = size / _THOUSAND, unit + 1
    return f"{size:.1f} {_UNITS[unit]}" if unit else f"{count} B"


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Told]:
    """Show how work goes on: a bar on a terminal, else a line every few seconds; on standard error."""
    screen = console(stderr=True)
    if not screen.is_terminal:
        yield _Lines(what, total)
        return
    count = TextColumn("{task.completed:,.0f}" + (" of {task.total:,.0f}" if total is not None else ""))
    columns = (TextColumn("{task.description}"), BarColumn(), count, TimeElapsedColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.update(task, completed=done)


def watched(items: Iterable[T], told: Told) -> Iterator[T]:
    """The same items; `told` hears of every `_TOLD_EVERY`-th."""
    for number, item in enumerate(items, 1):
        if number % _TOLD_EVERY == 0:
            told(number)
        yield item


class _Lines:
    """Progress for a log."""

    def __init__(self, what: str, total: int | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._what = what
        self._total = "" if total is None else f" of {total:,}"
        self._clock = clock
        self._next = clock() + _SECONDS_PER_LINE

    def __call__(self, done: int) -> None:
        if self._clock() >= self._next:
            note(f"{self._what} {done:,}{self._total}")
            self._next = self._clock() + _SECONDS_PER_LINE


@dataclass(slots=True)
class Examples:
    """A count, and the first few names; where a name needs a word about it, that stands in brackets."""

    count: int = 0
    first: list[tuple[str, Sequence[str]]] = field(default_factory=list)

    def add(self, name: str, about: Sequence[str] = ()) -> None:
        """Count one more."""
        self.count += 1
        if len(self.first) < FEW:
            self.first.append((name, about))

    @property
    def text(self) -> str:
        """`such as A (labels), B`; empty without any."""
        words = (f"{name} ({', '.join(about)})" if about else name for name, about in self.first)
        return f"such as {', '.join(words)}" if self.first else ""

    def as_json(self, noun: str, about: str = "") -> dict[str, Any]:
        """The same for scripts: the count under `noun`, and with `about` each name's words under that."""
        return {
            noun: self.count,
            "examples": [
                {"objectID": name, about: list(words)} if about else name for name, words in self.first
            ],
        }
