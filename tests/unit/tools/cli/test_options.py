from __future__ import annotations

import shlex

import pytest

from shared.catalog.judging import State
from tools.backfill.survey import BackfillOptions


@pytest.mark.parametrize(
    ("options", "after", "done", "command"),
    [
        (BackfillOptions(), "products/1/a.jpg", 4, "uv run tools backfill --after=products/1/a.jpg"),
        (BackfillOptions(after="old"), "new", 4, "uv run tools backfill --after=new"),
        (BackfillOptions(), "", 0, "uv run tools backfill"),
        (
            BackfillOptions(prefix="p/", missing=True, relabel=True, rate=2.5, yes=True),
            "p/1.jpg",
            1,
            ("uv run tools backfill --prefix=p/ --after=p/1.jpg --rate=2.5 --missing --relabel --yes"),
        ),
        (BackfillOptions(limit=10), "a", 4, "uv run tools backfill --after=a --limit=6"),
        (BackfillOptions(limit=10), "a", 10, "uv run tools backfill --after=a --limit=10"),
    ],
)
def test_the_command_that_goes_on_does_the_rest(
    options: BackfillOptions, after: str, done: int, command: str
) -> None:
    assert options.command(after, done) == command


@pytest.mark.parametrize("name", ["a b.jpg", "it's.jpg", "$(x).jpg", "größe/ä.jpg", "--all", 'a"b', "*;&"])
def test_any_name_survives_the_shell(name: str) -> None:
    assert shlex.split(BackfillOptions().command(name))[-1] == f"--after={name}"


def test_the_states_that_are_wanted_are_those_that_an_option_asks_for() -> None:
    missing = {State.BARE, State.PARTIAL, State.STALE}
    assert BackfillOptions().wanted() == BackfillOptions().wanted(creates=True) == frozenset()
    assert BackfillOptions(missing=True).wanted() == missing
    assert BackfillOptions(missing=True, relabel=True).wanted() == {*missing, State.OTHER}
    assert BackfillOptions(missing=True).wanted(creates=True) == {*missing, State.NO_RECORD}


@pytest.mark.parametrize(
    "options",
    [
        BackfillOptions(bucket="b"),
        BackfillOptions(prefix="p"),
        BackfillOptions(after="a"),
        BackfillOptions(limit=1),
    ],
)
def test_only_a_walk_from_end_to_end_is_whole(options: BackfillOptions) -> None:
    assert BackfillOptions(missing=True, relabel=True, rate=1, yes=True).whole
    assert not options.whole
