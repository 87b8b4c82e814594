from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path

import numpy as np
import pytest

from shared.model import Appearance
from tests.unit.tools.evaluate.studio import Studio, labels, silent, write_catalog
from tools.evaluate.datasets import class_folders, shop
from tools.evaluate.preparing import prepared
from tools.evaluate.seeing import Looks, Use

EAST, NORTH = (1.0, 0.0), (0.0, 1.0)
PHOTO, PRODUCT = Appearance(labels("photo")), Appearance(labels("product"))


def named_by_use(content: bytes, uses: AbstractSet[Use]) -> Looks:  # noqa: ARG001 the port's signature
    return Looks({use: Appearance(labels(use)) for use in uses})


def test_products_and_photos_are_each_looked_at_in_their_way(tmp_path: Path) -> None:
    studio = Studio()
    for name in ("gallery/hat/1.png", "queries/hat/2.png"):
        studio.shoot(tmp_path / name, Appearance())
    ready = prepared(class_folders(tmp_path / "gallery", tmp_path / "queries"), named_by_use, silent)
    assert [question.look for question in ready.questions] == [PHOTO]
    assert [*ready.products.values()] == [PRODUCT]


def test_a_picture_that_is_left_out_is_a_photo_then_and_a_products_otherwise(tmp_path: Path) -> None:
    studio = Studio()
    write_catalog(tmp_path, [{"objectID": "cap"}, {"objectID": "mug"}])
    for name in ("cap/1", "cap/2", "mug/1"):
        studio.shoot(tmp_path / f"pictures/{name}.png", Appearance())
    ready = prepared(shop(tmp_path), named_by_use, silent)
    assert {question.look for question in ready.questions} == {PHOTO}
    assert {question.remade for question in ready.questions} == {PRODUCT}
    assert {*ready.products.values()} == {PRODUCT}


def test_all_numbers_of_a_products_pictures_are_joined_as_their_mean_direction(tmp_path: Path) -> None:
    studio = Studio()
    write_catalog(tmp_path, [{"objectID": "cap"}, {"objectID": "mug"}])
    for name, vector in {"cap/1": EAST, "cap/2": NORTH, "cap/3": NORTH, "mug/1": None}.items():
        studio.shoot(tmp_path / f"pictures/{name}.png", Appearance(labels("thing"), vector=vector))
    ready = prepared(shop(tmp_path), studio.see, silent)
    assert ready.wholes["mug"] is None
    assert ready.wholes["cap"] == pytest.approx(np.array([1, 2]) / 5**0.5)
    assert ready.questions[0].remade_whole == pytest.approx(NORTH)
    assert ready.questions[1].remade_whole == pytest.approx(np.array([1, 1]) / 2**0.5)
