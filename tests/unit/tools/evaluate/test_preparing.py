from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path

import numpy as np
import pytest

from shared.errors import Misconfigured
from shared.model import Appearance
from tests.unit.tools.evaluate.studio import Studio, labels, silent, write_catalog
from tools.evaluate.datasets import shop
from tools.evaluate.preparing import prepared
from tools.evaluate.seeing import MAX_BYTES, Looks, Use, see_all

EAST, NORTH = (1.0, 0.0), (0.0, 1.0)
PHOTO, PRODUCT = Appearance(labels("photo")), Appearance(labels("product"))


@pytest.fixture
def studio() -> Studio:
    return Studio()


def named_by_use(content: bytes, uses: AbstractSet[Use]) -> Looks:  # noqa: ARG001 the port's signature
    return Looks({use: Appearance(labels(use)) for use in uses})


def test_a_picture_that_is_left_out_is_a_photo_then_and_a_products_otherwise(
    studio: Studio, tmp_path: Path
) -> None:
    write_catalog(tmp_path, [{"objectID": "cap"}, {"objectID": "mug"}])
    studio.shoot_all(
        tmp_path / "pictures", dict.fromkeys(("cap/1.png", "cap/2.png", "mug.png"), Appearance())
    )
    ready = prepared(shop(tmp_path), named_by_use, silent)
    assert {question.look for question in ready.questions} == {PHOTO}
    assert {question.remade for question in ready.questions} == {PRODUCT}
    assert {*ready.products.values()} == {PRODUCT}


def test_all_numbers_of_a_products_pictures_are_joined_as_their_mean_direction(
    studio: Studio, tmp_path: Path
) -> None:
    write_catalog(tmp_path, [{"objectID": "cap"}, {"objectID": "mug"}])
    for name, vector in {"cap/1": EAST, "cap/2": NORTH, "cap/3": NORTH, "mug/1": None}.items():
        studio.shoot(tmp_path / f"pictures/{name}.png", Appearance(labels("thing"), vector=vector))
    ready = prepared(shop(tmp_path), studio.see, silent)
    assert ready.wholes["mug"] is None
    assert ready.wholes["cap"] == pytest.approx(np.array([1, 2]) / 5**0.5)
    assert ready.questions[0].remade_whole == pytest.approx(NORTH)
    assert ready.questions[1].remade_whole == pytest.approx(np.array([1, 1]) / 2**0.5)


def test_each_picture_is_seen_once_and_told(studio: Studio, tmp_path: Path) -> None:
    told = list[int]()
    paths = [studio.shoot(tmp_path / f"{n}.png", Appearance(labels(str(n)))) for n in range(40)]
    seen = see_all([*paths, *paths], studio.look, told.append)
    assert [seen.looks[path].labels[0].name for path in paths] == [str(n) for n in range(40)]
    assert len(studio.seen) == 40
    assert told == list(range(1, 41))
    assert seen.milliseconds > 0


def test_a_picture_nobody_can_read_is_refused_with_its_reason(studio: Studio, tmp_path: Path) -> None:
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


def test_a_wrong_setting_ends_the_work(studio: Studio, tmp_path: Path) -> None:
    paths = [studio.shoot(tmp_path / f"{n}.png", Appearance()) for n in range(50)]
    asked: list[bytes] = []

    def see(content: bytes) -> Appearance:
        asked.append(content)
        raise Misconfigured("EMBEDDED_MODEL", "run make setup")

    with pytest.raises(Misconfigured, match="EMBEDDED_MODEL"):
        see_all(paths, see, lambda _: None)
    assert len(asked) < 50
