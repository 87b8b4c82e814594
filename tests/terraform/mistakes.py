"""Deliberate mistakes, planted in a copy of the module, and what catches each."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Mistake:
    """A change of one block of a file, and the words with which it is caught."""

    name: str
    file: str
    block: str
    """The line with which the block begins, without its brace."""
    old: str
    """What is there: a pattern that must be found once."""
    new: str
    says: str
    caught_by: str = "validate"
    """`validate`, or the name of the rule."""


def plant(tree: Path, mistakes: Iterable[Mistake]) -> None:
    """Make all these mistakes; each must find its place."""
    for each in mistakes:
        file = tree / each.file
        text = file.read_text("utf-8")
        blocks = re.findall(rf"^{re.escape(each.block)} \{{\n.*?^\}}\n", text, re.DOTALL | re.MULTILINE)
        found = [block for block in blocks if re.search(each.old, block, _flags(each))]
        assert len(found) == 1, f"{each.name}: {each.old} is in {len(found)} blocks of {each.file}"
        changed, times = re.subn(each.old, each.new, found[0], flags=_flags(each))
        assert times == 1, f"{each.name}: {each.old} is there {times} times"
        file.write_text(text.replace(found[0], changed), encoding="utf-8")


def _flags(mistake: Mistake) -> re.RegexFlag:
    return re.DOTALL if ".*?" in mistake.old else re.NOFLAG
