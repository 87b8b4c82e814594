from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from shared.errors import Failure, Permanent
from shared.imaging import Picture
from shared.model import Vector
from tests.fakes.encoder import FakeEncoder
from tests.unit.tools.evaluate.studio import silent
from tests.unit.tools.teach.blobs import fill, plain
from tools.evaluate.datasets import Dataset, Item
from tools.teach.finding import Search
from tools.teach.looking import of_classes, of_products
from tools.teach.samples import look_at, read_folders

RED, BLUE = (200, 0, 0), (0, 0, 200)
KNOWN = [plain(color, number) for color in (RED, BLUE) for number in range(40)]
ANGLES = {picture: number / 100 for number, picture in enumerate(KNOWN)}
ANSWERS: dict[bytes, Vector | Failure] = {
    picture: (math.cos(angle), math.sin(angle)) for picture, angle in ANGLES.items()
}


class Turning(FakeEncoder):
    """Sees a product at a right angle to where it sees a photo of it."""

    def __init__(self) -> None:
        super().__init__(ANSWERS, Permanent("bad-picture", "the picture is damaged"))

    def encode_products(self, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        seen = self.encode_many(pictures)
        return [each if isinstance(each, Failure) else (-each[1], each[0]) for each in seen]


def by_class(folder: Path) -> Search:
    return of_classes(look_at(read_folders(folder), Turning(), silent), folder, Turning(), silent)


@pytest.fixture
def kinds(tmp_path: Path) -> Path:
    fill(tmp_path / "kinds/red", 20, partial(plain, RED))
    fill(tmp_path / "kinds/blue", 5, partial(plain, BLUE))
    return tmp_path / "kinds"


def test_each_picture_of_a_class_is_a_photo_and_a_product(kinds: Path) -> None:
    search = by_class(kinds)
    assert search.by == "category"
    assert np.bincount(search.photos.classes).tolist() == [5, 20]
    assert sorted(search.photos.products.tolist()) == list(range(25))
    assert search.photos.shown() == search.catalog.shown()
    for photo, product in zip(search.photos.vectors, search.catalog.vectors, strict=True):
        assert product.tolist() == [-photo[1], photo[0]]


def test_a_folder_in_a_class_is_one_product(kinds: Path) -> None:
    fill(kinds / "red/tall", 3, lambda number: plain(RED, 20 + number))
    search = by_class(kinds)
    counts = np.bincount(search.photos.products[search.photos.classes == 1])
    assert sorted(counts[counts > 0].tolist()) == [1] * 20 + [3]


def test_a_class_of_too_few_products_is_refused(kinds: Path) -> None:
    for number in (0, 1):
        (kinds / "blue/two").mkdir(exist_ok=True)
        (kinds / f"blue/{number}.png").rename(kinds / f"blue/two/{number}.png")
    told = r"too few products to fit a projection: blue 4; give each class .* 5"
    with pytest.raises(ValueError, match=told):
        by_class(kinds)


def test_too_few_products_of_all_classes_together_are_refused(kinds: Path) -> None:
    (kinds / "red/0.png").unlink()
    with pytest.raises(ValueError, match="there are only 24 products; a projection needs 25 at least"):
        by_class(kinds)


def shop(folder: Path, *, products: int, photos: int = 1) -> Dataset:
    """Products with one picture each, and photos of them."""
    fill(folder, products * (1 + photos), KNOWN.__getitem__)
    paths = [folder / f"{number}.png" for number in range(products * (1 + photos))]
    gallery = [Item(f"p{number}", (paths[number],), "") for number in range(products)]
    queries = [Item(f"p{number % products}", (path,), "") for number, path in enumerate(paths[products:])]
    return Dataset("shop", gallery, queries, "product")


def test_photos_and_products_are_each_seen_in_their_way(tmp_path: Path) -> None:
    search, left_out = of_products(shop(tmp_path, products=26, photos=2), Turning(), silent)
    assert (search.by, left_out) == ("product", {})
    assert np.bincount(search.photos.products).tolist() == [2] * 26
    assert np.bincount(search.catalog.products).tolist() == [1] * 26
    assert np.array_equal(search.photos.classes, search.photos.products)
    assert {tuple(each) for each in search.photos.vectors.tolist()} <= set(ANSWERS.values())
    assert not {tuple(each) for each in search.catalog.vectors.tolist()} & set(ANSWERS.values())


def test_pictures_of_the_catalog_may_be_photos_where_a_product_has_another(tmp_path: Path) -> None:
    fill(tmp_path, 60, KNOWN.__getitem__)
    pairs = {f"p{n}": (tmp_path / f"{n}.png", tmp_path / f"{n + 30}.png") for n in range(30)}
    same = tmp_path / "same.png", tmp_path / "again.png"
    for path in same:
        path.write_bytes(KNOWN[60])
    both = [Item(product, paths, "") for product, paths in {**pairs, "same": same}.items()]
    queries = [Item(item.id, (path,), "") for item in both for path in item.pictures]
    search, _ = of_products(Dataset("shop", both, queries, "product", leave_one_out=True), Turning(), silent)
    assert len(search.photos.products) == 60
    assert set(search.photos.shown()) < set(search.catalog.shown())


def test_unreadable_pictures_are_named_and_too_few_products_with_photos_refused(tmp_path: Path) -> None:
    dataset = shop(tmp_path, products=26)
    (tmp_path / "0.png").write_bytes(b"no picture")
    search, left_out = of_products(dataset, Turning(), silent)
    assert left_out == {tmp_path / "0.png": "the picture is damaged"}
    assert (len(search.catalog.products), len(search.photos.products)) == (25, 25)
    (tmp_path / "1.png").write_bytes(b"no picture")
    with pytest.raises(
        ValueError, match="catalog there are only 24 products; a projection needs 25 at least"
    ):
        of_products(dataset, Turning(), silent)
