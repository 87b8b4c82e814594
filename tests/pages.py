"""The pages of the project, and the code on them, to be read and run."""

from __future__ import annotations

import os
import pty
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath

from devstack.environment import REPOSITORY
from tests.programs import Done, ran
from tests.tracked import tracked

HISTORY = ("CHANGELOG.md", "docs/decisions/")
"""These tell of commands that there once were."""
PAGES = [page for page in tracked("*.md") if not page.startswith(HISTORY)]
SYSTEM = "/usr/bin:/bin"
PROMISE = 'export PATH="$PWD/.venv/bin:$PATH"'
SHELL = ("console", "sh", "bash")

_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"(?:^|\s+)#\s.*$", re.MULTILINE)
_CALL = re.compile(
    r"(?:^|&&|[|;]|\$\(|\{ )\s*(?:\w+=[^\s$(]*\s+)*([\w./-]+)(?=[\s)]|$) ?((?:[^&|;)$]|\$(?!\())*)"
)


@dataclass(frozen=True)
class Block:
    """A block of code, where its page has it."""

    page: str
    line: int
    language: str
    code: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"

    @property
    def statements(self) -> list[str]:
        """Its commands without comments, each on a line of its own."""
        return [line for line in _COMMENT.sub("", self.code).replace("\\\n", " ").splitlines() if line]


def text(page: str) -> str:
    """What the page says."""
    return (REPOSITORY / page).read_text(encoding="utf-8")


def blocks(page: str, *languages: str) -> Iterator[Block]:
    """The page's blocks of these languages, in order."""
    whole = text(page)
    for found in _BLOCK.finditer(whole):
        if found[2] in languages:
            yield Block(page, whole.count("\n", 0, found.start()) + 1, found[2], found[3])


def code(page: str, language: str) -> list[str]:
    """The code of these blocks."""
    return [block.code for block in blocks(page, language)]


def sentences(page: str) -> str:
    """The page without its blocks."""
    return _BLOCK.sub("", text(page))


def inline(page: str) -> list[str]:
    """The page's code within sentences, which may go on in the next line."""
    return [" ".join(found.split()) for found in re.findall(r"`([^`]+)`", sentences(page))]


def calls(statement: str) -> list[tuple[str, str]]:
    """The names of the programs that a statement starts, each with its arguments."""
    return [(PurePath(name).name, words.strip()) for name, words in _CALL.findall(statement)]


def promised(page: str) -> list[str]:
    """The line that a page has for the path, if it has one."""
    return [PROMISE] if PROMISE in text(page) else []


def run(script: str, folder: Path, path: str = SYSTEM, answer: str = "y", **variables: str) -> Done:
    """A reader's shell in a terminal, where every question gets the same answer."""
    keyboard, terminal = pty.openpty()
    os.write(keyboard, f"{answer}\n".encode() * 9)
    env = {"PATH": path, "HOME": str(folder), **variables}
    with os.fdopen(terminal) as typed, os.fdopen(keyboard):
        return ran("bash", "-euo", "pipefail", "-c", script, env=env, cwd=folder, stdin=typed)


COMMANDS = [block for page in PAGES for block in blocks(page, *SHELL)]
"""Everything that a reader is to run."""
