"""Command lines that commands print are those that their readers can call."""

from __future__ import annotations

import shlex
import shutil
from pathlib import Path

import click
import pytest

from shared.catalog.judging import State
from tools import calling
from tools.backfill.command import backfill
from tools.backfill.survey import BackfillOptions
from tools.cli import cli


def again(*words: str, **changes: object) -> str:
    above = click.Context(cli, info_name="visual-search")
    command = click.Context(cli.commands["pictures"], above, "pictures")
    with backfill.make_context("backfill", list(words), command) as ctx:
        calling.keep_options(ctx)
        return calling.again(**changes)


FROM = {"after": "a"}
MANY = "--rate 2.5 --prefix p/ --yes --relabel --missing"


@pytest.mark.parametrize(
    ("words", "changes", "told"),
    [
        ("", FROM, " --after=a"),
        ("--after old", FROM, " --after=a"),
        ("", {"after": ""}, ""),
        (MANY, FROM, " --prefix=p/ --missing --relabel --after=a --rate=2.5 --yes"),
        ("--limit 10", {"after": "a", "limit": 6}, " --after=a --limit=6"),
        ("--json --profile 'my shop.toml'", {}, " '--profile=my shop.toml' --json"),
    ],
)
def test_a_command_that_goes_on_keeps_its_options(words: str, changes: dict[str, object], told: str) -> None:
    assert again(*shlex.split(words), **changes) == f"visual-search pictures backfill{told}"


@pytest.mark.parametrize("name", ["a b.jpg", "it's.jpg", "$(x).jpg", "größe/ä.jpg", "--all", 'a"b', "*;&"])
def test_any_name_survives_the_shell(name: str) -> None:
    assert shlex.split(again(after=name))[-1] == f"--after={name}"
    assert shlex.split(calling.line("parked", "explain", name))[-1] == name


def test_the_program_is_named_as_it_was_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = f"{tmp_path}/my bin/visual-search"
    assert calling.called(shutil.which("python3") or "") == "python3"
    assert calling.called(".venv/bin/visual-search") == ".venv/bin/visual-search"
    assert shlex.split(calling.called(own)) == [own]
    spaced = tmp_path / "visual search"
    spaced.touch(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert calling.called(str(spaced)) == "'visual search'"
    assert calling.called("/x/tools/__main__.py", "/x/python") == "/x/python -m tools"


def test_the_states_that_are_wanted_are_those_that_an_option_asks_for() -> None:
    missing = {State.BARE, State.PARTIAL, State.STALE}
    assert BackfillOptions().wanted() == BackfillOptions().wanted(creates=True) == frozenset()
    assert BackfillOptions(missing=True).wanted() == missing
    assert BackfillOptions(missing=True, relabel=True).wanted() == {*missing, State.OTHER}
    assert BackfillOptions(missing=True).wanted(creates=True) == {*missing, State.NO_RECORD}


def test_only_a_walk_from_end_to_end_is_whole() -> None:
    assert BackfillOptions(missing=True, relabel=True, rate=1, yes=True).whole
    parts = BackfillOptions("b"), BackfillOptions(prefix="p"), BackfillOptions(after="a")
    assert not any(each.whole for each in (*parts, BackfillOptions(limit=1)))
