from __future__ import annotations

from collections.abc import Callable
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from shared.errors import Misconfigured
from shared.model import Appearance
from tests.unit.tools.evaluate.studio import Studio, classes, labels, silent, write_catalog
from tools.evaluate.datasets import pictures_below, shop
from tools.evaluate.preparing import prepared
from tools.evaluate.seeing import MAX_BYTES, Looks, Use, see_all

Shoot = Callable[..., list[Path]]


@pytest.fixture
def shoot(tmp_path: Path) -> Shoot:
    studio = Studio()
    return lambda *names: studio.shoot_all(tmp_path, dict.fromkeys(names, Appearance()))


def test_class_folders_are_categories_however_deep_and_what_has_nothing_right_is_counted(
    shoot: Shoot, tmp_path: Path
) -> None:
    shoot("gallery/fruit/apple/1.jpg", "gallery/hat/2.png", "queries/boat/3.jpg")
    queries = shoot("queries/fruit/apple/9.jpg")
    (tmp_path / "gallery/hat/notes.txt").write_text("no picture")
    dataset = classes(tmp_path)
    found = [(item.id, item.category) for item in dataset.gallery]
    assert found == [("fruit/apple/1.jpg", "fruit/apple"), ("hat/2.png", "hat")]
    assert [[*item.pictures] for item in dataset.queries] == [queries]
    assert (dataset.by, dataset.leave_one_out, dataset.unanswerable) == ("category", False, 1)


@pytest.mark.parametrize(
    ("pictures", "message"),
    [
        ([], "gallery has no pictures;\nclass folders hold"),
        (["gallery/1.jpg", "queries/hat/2.jpg"], "gallery has pictures but no class folders;"),
        (["gallery/hat/1.jpg"], "queries has no pictures;"),
        (["gallery/hat/1.jpg", "queries/boat/2.jpg"], "no category of a query is in the gallery"),
    ],
)
def test_what_is_missing_in_class_folders_is_said(
    pictures: list[str], message: str, shoot: Shoot, tmp_path: Path
) -> None:
    for folder in ("gallery", "queries"):
        (tmp_path / folder).mkdir()
    shoot(*pictures)
    with pytest.raises(ValueError, match=message):
        classes(tmp_path)


def test_pictures_of_any_format_are_searched_with_and_what_systems_leave_behind_is_not(
    tmp_path: Path,
) -> None:
    names = ["1.HEIC", "2.avif", "3.jfif", "4.svg", "._5.jpg", "Thumbs.db", "notes.txt"]
    for name in names:
        (tmp_path / name).write_bytes(b"")
    assert [path.name for path in pictures_below(tmp_path)] == names[:4]


def test_pictures_in_no_class_folder_are_told(
    shoot: Shoot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [loose, *_] = shoot("gallery/1.jpg", "gallery/2.jpg", "gallery/hat/3.jpg", "queries/hat/4.jpg")
    assert len(classes(tmp_path).gallery) == 1
    assert f"2 pictures left out, in no class folder: such as {loose}" in capsys.readouterr().err


@pytest.fixture
def catalog(shoot: Shoot, tmp_path: Path) -> Path:
    brands: dict[str, Any] = {"cap": ["Kopf", "Hut"], "hat": "Kopf", "mug": "Tee"}
    write_catalog(tmp_path / "shop", [{"objectID": name, "brand": brand} for name, brand in brands.items()])
    shoot(*(f"shop/pictures/{name}.jpg" for name in ("cap/1", "cap/2", "hat", "mug")))
    return tmp_path / "shop"


def test_without_photos_each_picture_of_a_product_with_several_is_a_query(catalog: Path) -> None:
    dataset = shop(catalog)
    asked = [(item.id, item.pictures[0].name) for item in dataset.queries]
    assert asked == [("cap", "1.jpg"), ("cap", "2.jpg")]
    assert [len(item.pictures) for item in dataset.gallery] == [2, 1, 1]
    assert (dataset.by, dataset.leave_one_out) == ("product", True)
    both = {path.stem for path, uses in dataset.uses().items() if uses == {"photo", "product"}}
    one = {path.stem for path, uses in dataset.uses().items() if uses == {"product"}}
    assert (both, one) == ({"1", "2"}, {"hat", "mug"})


def test_a_folder_of_pictures_is_a_catalog_too(shoot: Shoot, tmp_path: Path) -> None:
    shoot("shop/cap/1.jpg", "shop/cap/2.jpg", "shop/hat.JPG")
    dataset = shop(tmp_path / "shop")
    assert [(item.id, len(item.pictures)) for item in dataset.gallery] == [("cap", 2), ("hat", 1)]


def test_what_is_left_out_of_a_catalog_is_named(
    catalog: Path, shoot: Shoot, capsys: pytest.CaptureFixture[str]
) -> None:
    shoot("shop/pictures/pen.jpg", "shop/pictures/cap/side/3.jpg")
    (catalog / "pictures/mug.jpg").unlink()
    shop(catalog)
    told = capsys.readouterr().err.splitlines()
    named = {name for line in told for name in ("pen", "mug", "cap") if f"(product {name})" in line}
    assert named == {"cap", "pen", "mug"}


def test_by_category_every_product_that_is_not_alone_in_it_is_a_query(catalog: Path) -> None:
    dataset = shop(catalog, category="brand")
    asked = [(item.id, item.category) for item in dataset.queries]
    assert asked == [("cap", "Kopf"), ("cap", "Kopf"), ("hat", "Kopf")]
    assert dataset.unanswerable == 1
    taken = [dataset.limited(limit).queries for limit in (2, 2, 99)]
    assert taken[0] == taken[1], "the same queries every time"
    assert len(taken[0]) == 2
    assert set(taken[0]) < set(taken[2]) == set(dataset.queries)


def test_photos_ask_for_the_product_whose_folder_they_lie_in(
    catalog: Path, shoot: Shoot, tmp_path: Path
) -> None:
    [_, photo] = shoot("photos/unknown/1.jpg", "photos/mug/kitchen.jpg")
    dataset = shop(catalog, tmp_path / "photos")
    assert [(item.id, item.pictures) for item in dataset.queries] == [("mug", (photo,))]
    assert (dataset.by, dataset.leave_one_out, dataset.unanswerable) == ("product", False, 1)
    assert [item.category for item in shop(catalog, tmp_path / "photos", "brand").queries] == ["Tee"]


def test_products_without_a_picture_and_pictures_without_a_product_are_told(
    catalog: Path, shoot: Shoot, capsys: pytest.CaptureFixture[str]
) -> None:
    (catalog / "pictures/hat.jpg").unlink()
    shoot("shop/pictures/boat.jpg", "shop/pictures/ship.jpg")
    assert len(shop(catalog).gallery) == 2
    told = capsys.readouterr().err.splitlines()
    assert any("(product hat): there is no picture;" in line for line in told)
    assert any("boat.jpg" in line and line.endswith("There are 2 of this kind.") for line in told)


def test_a_class_is_one_however_its_accents_are_written(shoot: Shoot, tmp_path: Path) -> None:
    shoot("gallery/caf\u00e9/1.jpg", "queries/cafe\u0301/2.jpg")
    assert len(classes(tmp_path).queries) == 1


@pytest.mark.parametrize(("product", "folder"), [("caf\u00e9", "cafe\u0301"), ("cafe\u0301", "caf\u00e9")])
def test_an_accent_is_one_however_it_is_written(
    product: str, folder: str, shoot: Shoot, tmp_path: Path
) -> None:
    write_catalog(tmp_path / "shop", [{"objectID": product, "brand": "Tee"}])
    shoot(f"shop/pictures/{product}.jpg", f"photos/{folder}/1.jpg")
    [asked] = shop(tmp_path / "shop", tmp_path / "photos", "brand").queries
    assert (asked.id, asked.category) == ("caf\u00e9", "Tee")


def test_a_catalog_of_which_nothing_can_be_asked_is_an_error(
    catalog: Path, shoot: Shoot, tmp_path: Path
) -> None:
    shoot("photos/unknown/1.jpg")
    with pytest.raises(ValueError, match=r"no folder of .*photos is the objectID of a product"):
        shop(catalog, tmp_path / "photos")
    (catalog / "pictures/cap/2.jpg").unlink()
    with pytest.raises(ValueError, match="give --photos DIR, or --category FIELD"):
        shop(catalog)


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
