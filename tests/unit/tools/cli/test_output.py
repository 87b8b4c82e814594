from __future__ import annotations

import pytest

from tools.output import counted, facts, readable_bytes, table, watched


@pytest.mark.parametrize(
    ("shown", "text"),
    [
        *((readable_bytes(0), "0 B"), (readable_bytes(999), "999 B"), (readable_bytes(1_000), "1.0 kB")),
        *((readable_bytes(3_456_000), "3.5 MB"), (readable_bytes(7 * 10**15), "7000.0 TB")),
        *((counted(0, "hit"), "0 hits"), (counted(1, "hit"), "1 hit"), (counted(2_000, "hit"), "2,000 hits")),
    ],
)
def test_numbers_read_well(shown: str, text: str) -> None:
    assert shown == text


def test_names_are_printed_as_they_are_and_folded_not_cut(capsys: pytest.CaptureFixture[str]) -> None:
    long = "z" * 300
    facts("Title", [("name", "[bold]x[/] :smile: größe"), ("empty", ""), ("picture", long)])
    table(("a", "b"), [("[red]1", "2"), (long, "")])
    out = capsys.readouterr().out
    assert "[bold]x[/] :smile: größe" in out
    assert "[red]1" in out
    assert out.count("z") == 2 * len(long)
    assert all(line == line.rstrip() for line in out.splitlines())


def test_watching_passes_everything_on_and_tells_now_and_then() -> None:
    told: list[int] = []
    assert list(watched(range(1_250), told.append)) == list(range(1_250))
    assert told == [500, 1_000]
