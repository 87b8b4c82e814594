from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from shared.model import Appearance
from tests.unit.tools.evaluate.studio import Studio, write_catalog
from tools.evaluate.datasets import Dataset, class_folders, shop

PLAIN = Appearance()


@pytest.fixture
def picture(tmp_path: Path) -> Callable[[str], Path]:
    studio = Studio()
    return lambda name: studio.shoot(tmp_path / name, PLAIN)


def test_class_folders_are_categories_however_deep(picture: Callable[[str], Path], tmp_path: Path) -> None:
    picture("gallery/fruit/apple/1.jpg")
    picture("gallery/hat/2.png")
    query = picture("queries/fruit/apple/9.jpg")
    (tmp_path / "gallery/hat/notes.txt").write_text("no picture")
    dataset = class_folders(tmp_path / "gallery", tmp_path / "queries")
    assert [(item.id, item.category) for item in dataset.gallery] == [
        ("fruit/apple/1.jpg", "fruit/apple"),
        ("hat/2.png", "hat"),
    ]
    assert [item.pictures for item in dataset.queries] == [(query,)]
    assert (dataset.by, dataset.leave_one_out) == ("category", False)


def test_the_gallery_is_looked_at_as_products_and_queries_as_photos(
    picture: Callable[[str], Path], tmp_path: Path
) -> None:
    gallery, query = picture("gallery/hat/1.png"), picture("queries/hat/2.png")
    uses = class_folders(tmp_path / "gallery", tmp_path / "queries").uses()
    assert uses == {gallery: {"product"}, query: {"photo"}}
    assert class_folders(tmp_path / "gallery", tmp_path / "gallery").uses() == {gallery: {"photo", "product"}}


def test_queries_without_anything_right_are_left_out_and_counted(
    picture: Callable[[str], Path], tmp_path: Path
) -> None:
    for name in ("gallery/hat/1.jpg", "queries/hat/2.jpg", "queries/boat/3.jpg"):
        picture(name)
    dataset = class_folders(tmp_path / "gallery", tmp_path / "queries")
    assert [item.category for item in dataset.queries] == ["hat"]
    assert dataset.unanswerable == 1


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
    pictures: list[str], message: str, picture: Callable[[str], Path], tmp_path: Path
) -> None:
    for folder in ("gallery", "queries"):
        (tmp_path / folder).mkdir()
    for name in pictures:
        picture(name)
    with pytest.raises(ValueError, match=message):
        class_folders(tmp_path / "gallery", tmp_path / "queries")


@pytest.fixture
def catalog(picture: Callable[[str], Path], tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    records: list[dict[str, Any]] = [
        {"objectID": "cap", "brand": ["Kopf", "Hut"]},
        {"objectID": "hat", "brand": "Kopf"},
        {"objectID": "mug", "brand": "Tee"},
    ]
    write_catalog(folder, records)
    for name in ("cap/1.jpg", "cap/2.jpg", "hat.jpg", "mug.jpg"):
        picture(f"shop/pictures/{name}")
    return folder


def test_without_photos_each_picture_of_a_product_with_several_is_a_query(catalog: Path) -> None:
    dataset = shop(catalog)
    assert [(item.id, item.pictures[0].name) for item in dataset.queries] == [
        ("cap", "1.jpg"),
        ("cap", "2.jpg"),
    ]
    assert [len(item.pictures) for item in dataset.gallery] == [2, 1, 1]
    assert (dataset.by, dataset.leave_one_out) == ("product", True)
    assert {path.name: uses for path, uses in dataset.uses().items()} == {
        "1.jpg": {"photo", "product"},
        "2.jpg": {"photo", "product"},
        "hat.jpg": {"product"},
        "mug.jpg": {"product"},
    }


def test_by_category_every_product_that_is_not_alone_in_it_is_a_query(catalog: Path) -> None:
    dataset = shop(catalog, category="brand")
    assert [(item.id, item.category) for item in dataset.queries] == [
        ("cap", "Kopf"),
        ("cap", "Kopf"),
        ("hat", "Kopf"),
    ]
    assert dataset.unanswerable == 1


def test_photos_ask_for_the_product_whose_folder_they_lie_in(
    catalog: Path, picture: Callable[[str], Path], tmp_path: Path
) -> None:
    photo = picture("photos/mug/kitchen.jpg")
    picture("photos/unknown/1.jpg")
    dataset = shop(catalog, tmp_path / "photos")
    assert [(item.id, item.pictures) for item in dataset.queries] == [("mug", (photo,))]
    assert (dataset.by, dataset.leave_one_out, dataset.unanswerable) == ("product", False, 1)
    assert [item.category for item in shop(catalog, tmp_path / "photos", "brand").queries] == ["Tee"]


def test_photos_of_no_product_are_an_error(
    catalog: Path, picture: Callable[[str], Path], tmp_path: Path
) -> None:
    picture("photos/unknown/1.jpg")
    with pytest.raises(ValueError, match=r"no folder of .*photos is the objectID of a product"):
        shop(catalog, tmp_path / "photos")


def test_a_catalog_of_single_pictures_needs_photos_or_a_category(
    picture: Callable[[str], Path], tmp_path: Path
) -> None:
    write_catalog(tmp_path / "shop", [{"objectID": "mug"}])
    picture("shop/pictures/mug.jpg")
    with pytest.raises(ValueError, match="give --photos DIR, or --category FIELD"):
        shop(tmp_path / "shop")


def test_a_limit_takes_the_same_queries_every_time(catalog: Path) -> None:
    dataset = shop(catalog, category="brand")

    def taken(limit: int | None) -> list[Path]:
        limited: Dataset = dataset.limited(limit)
        return [item.pictures[0] for item in limited.queries]

    assert taken(2) == taken(2)
    assert len(taken(2)) == 2
    assert set(taken(2)) < set(taken(None))
    assert taken(99) == taken(None)
