from __future__ import annotations

import pytest

from tools.output import counted, facts, readable_bytes, table, watched


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (3_456_000, "3.5 MB"), (7 * 10**15, "7000.0 TB")],
)
def test_bytes_read_well(count: int, text: str) -> None:
    assert readable_bytes(count) == text


@pytest.mark.parametrize(("count", "text"), [(0, "0 pictures"), (1, "1 picture"), (2_000, "2,000 pictures")])
def test_counts_agree_with_their_noun(count: int, text: str) -> None:
    assert counted(count, "picture") == text


def test_names_are_printed_as_they_are_and_lines_end_with_their_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts("Title", [("name", "[bold]x[/] :smile: größe"), ("empty", "")])
    table(("a", "b"), [("[red]1", "2")])
    out = capsys.readouterr().out
    assert "[bold]x[/] :smile: größe" in out
    assert "[red]1" in out
    assert all(line == line.rstrip() for line in out.splitlines())


def test_a_name_longer_than_a_line_is_folded_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    name = "x" * 300
    table(("picture",), [(name,)])
    facts("Title", [("picture", name)])
    assert capsys.readouterr().out.count("x") == 2 * len(name)


def test_watching_passes_everything_on_and_tells_now_and_then() -> None:
    told: list[int] = []
    assert list(watched(range(1_250), told.append)) == list(range(1_250))
    assert told == [500, 1_000]
