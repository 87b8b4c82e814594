from __future__ import annotations

from pathlib import Path

import pytest

from shared.errors import Misconfigured
from shared.model import Appearance
from tests.unit.tools.evaluate.studio import Studio, labels
from tools.evaluate.seeing import MAX_BYTES, see_all


def test_each_picture_is_seen_once_and_told(tmp_path: Path) -> None:
    studio, told = Studio(), list[int]()
    paths = [studio.shoot(tmp_path / f"{n}.png", Appearance(labels(str(n)))) for n in range(40)]
    seen = see_all([*paths, *paths], studio.look, told.append)
    assert [seen.looks[path].labels[0].name for path in paths] == [str(n) for n in range(40)]
    assert len(studio.seen) == 40
    assert told == list(range(1, 41))
    assert seen.milliseconds > 0


def test_a_picture_nobody_can_read_is_refused_with_its_reason(tmp_path: Path) -> None:
    studio = Studio()
    good = studio.shoot(tmp_path / "good.png", Appearance())
    bad, gone, large = tmp_path / "bad.png", tmp_path / "gone.png", tmp_path / "large.png"
    bad.write_bytes(b"no picture")
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    seen = see_all([good, bad, gone, large], studio.look, lambda _: None)
    assert list(seen.looks) == [good]
    assert seen.refused[bad] == "the picture is damaged"
    assert "No such file" in seen.refused[gone]
    assert "more than 20,000,000 bytes" in seen.refused[large]


def test_equal_bytes_are_known_as_such(tmp_path: Path) -> None:
    studio = Studio()
    first = studio.shoot(tmp_path / "1.png", Appearance())
    second = tmp_path / "2.png"
    second.write_bytes(first.read_bytes())
    contents = see_all([first, second], studio.look, lambda _: None).contents
    assert contents[first] == contents[second]


def test_a_wrong_setting_ends_the_work(tmp_path: Path) -> None:
    paths = [Studio().shoot(tmp_path / f"{n}.png", Appearance()) for n in range(50)]
    asked: list[bytes] = []

    def see(content: bytes) -> Appearance:
        asked.append(content)
        raise Misconfigured("EMBEDDED_MODEL", "run make setup")

    with pytest.raises(Misconfigured, match="EMBEDDED_MODEL"):
        see_all(paths, see, lambda _: None)
    assert len(asked) < 50
