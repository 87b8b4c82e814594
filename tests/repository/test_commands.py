"""Every command on every page is one that there is, down to its options."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path

import click
import pytest

from devstack.environment import REPOSITORY
from tests import pages
from tests.programs import ran
from tools.cli import cli

OURS = "visual-search"
TARGETS = re.findall(r"^([a-z]+):", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
FILES = (
    *("shop.tfvars", "products_export.csv", "head.json"),
    *("clip.onnx", "clip.onnx.json", "my-encoder.onnx", "my-encoder.onnx.json"),
)
FOLDERS = ("pictures", "photos", "shop", "not-sold")
STATEMENTS = [statement for block in pages.COMMANDS for statement in block.statements]
SENTENCES = [words for page in pages.PAGES for words in pages.inline(page)]


def calls(program: str, lines: Iterable[str]) -> list[str]:
    """What stands behind the program's name, once each."""
    return sorted({words for line in lines for name, words in pages.calls(line) if name == program and words})


@pytest.mark.parametrize("words", calls(OURS, STATEMENTS))
def test_a_command_of_ours_takes_these_words(
    words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in FILES:
        Path(name).touch()
    for name in FOLDERS:
        Path(name).mkdir()
    command, rest = parsed(words)
    with suppress(click.exceptions.Exit):  # of --help
        command.make_context(command.name, rest)


@pytest.mark.parametrize("words", calls(OURS, SENTENCES))
def test_a_command_of_ours_in_a_sentence_has_these_options(words: str) -> None:
    command, rest = parsed(words)
    options = {name for each in command.params for name in each.opts}
    assert {word.partition("=")[0] for word in rest if word.startswith("--")} <= {*options, "--help"}


def parsed(words: str) -> tuple[click.Command, list[str]]:
    command: click.Command = cli
    rest = shlex.split(words)
    while rest and rest[0] != "--help" and isinstance(command, click.Group):
        command = command.commands[rest.pop(0)]
    return command, rest


def test_a_command_that_there_is_not_would_be_found() -> None:
    command, rest = parsed("pictures backfill --color red")
    with pytest.raises(click.UsageError):
        command.make_context(command.name, rest)


def test_everything_to_make_is_a_target() -> None:
    words = [word for call in calls("make", STATEMENTS + SENTENCES) for word in shlex.split(call)]
    targets = {word for word in words if "=" not in word}
    assert len(targets) > 10
    assert targets <= set(TARGETS)


@pytest.mark.parametrize("words", calls("python", STATEMENTS + SENTENCES))
def test_a_module_to_run_is_there(words: str) -> None:
    option, name, *_ = words.split()
    assert option == "-m"
    found = find_spec(name)
    assert found
    assert not found.submodule_search_locations or find_spec(f"{name}.__main__")


@pytest.mark.parametrize("block", pages.COMMANDS, ids=str)
def test_a_shell_can_read_it(block: pages.Block) -> None:
    done = ran("bash", "-n", "-c", block.code)
    assert (done.returncode, done.stderr) == (0, "")


def test_what_is_to_be_run_is_marked_as_such() -> None:
    known = set(map(first, pages.COMMANDS))
    assert [str(block) for block in unmarked() if first(block) in known] == []


def unmarked() -> Iterator[pages.Block]:
    for page in pages.PAGES:
        yield from pages.blocks(page, "", "text", "shell")
        for indented in re.findall(r"^ {4,}(\S.*)$", pages.sentences(page), re.MULTILINE):
            yield pages.Block(page, 0, "", indented)


def first(block: pages.Block) -> str:
    """The program that it starts first."""
    return next((name for name, _ in pages.calls(block.code)), "")


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not installed")
def test_blocks_can_be_pasted_into_zsh_with_their_comments() -> None:
    [option] = [words for words in pages.inline("README.md") if words.startswith("setopt ")]
    pasted = f'{option}\nexport KEY=mine # Algolia\'s; of the shop\necho "got $KEY"\n'
    done = subprocess.run(
        ["zsh", "-f", "-i"], input=pasted, capture_output=True, text=True, timeout=20, check=False
    )
    assert "got mine" in done.stdout, done.stderr
