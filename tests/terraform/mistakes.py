"""Deliberate mistakes to plant in a copy of the module, and what catches each; `planted` has their tables."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple


class Mistake(NamedTuple):
    """A change of one block of a file, and the words with which `caught_by` catches it."""

    caught_by: str
    name: str
    file: str
    block: str
    """`locals`, or the address of a resource, module, output or variable."""
    old: str
    """What is there: a pattern that must be found once."""
    new: str
    says: str


def _read(table: Path) -> tuple[Mistake, ...]:
    by_rule = tomllib.loads(table.read_text("utf-8"))
    return tuple(Mistake(rule, name, *row) for rule, named in by_rule.items() for name, row in named.items())


PLANTED = {table.stem: _read(table) for table in sorted(Path(__file__).with_name("planted").glob("*.toml"))}


def plant(tree: Path, mistakes: Iterable[Mistake]) -> None:
    """Make all these mistakes; each must find its place."""
    for each in mistakes:
        file = tree / each.file
        text = file.read_text("utf-8")
        blocks = re.findall(rf"^{_head(each.block)} \{{\n.*?^\}}\n", text, re.DOTALL | re.MULTILINE)
        found = [block for block in blocks if re.search(each.old, block, _flags(each))]
        assert len(found) == 1, f"{each.name}: {each.old} is in {len(found)} blocks of {each.file}"
        changed, times = re.subn(each.old, each.new, found[0], flags=_flags(each))
        assert times == 1, f"{each.name}: {each.old} is there {times} times"
        file.write_text(text.replace(found[0], changed), encoding="utf-8")


def _head(block: str) -> str:
    """The line with which the block begins, as a pattern without its brace."""
    kind, _, name = block.partition(".")
    if kind in ("module", "output", "variable"):
        return f'{kind} "{name}"'
    return f'resource "{kind}" "{name}"' if name else kind


def _flags(mistake: Mistake) -> re.RegexFlag:
    return re.DOTALL if ".*?" in mistake.old else re.NOFLAG
