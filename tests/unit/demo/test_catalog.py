from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devstack.demo.catalog import load, object_name
from devstack.demo.trial import ALTERATIONS, altered
from tests.pictures import encoded, jpeg


def folder(root: Path, products: object, pictures: dict[str, bytes]) -> Path:
    (root / "products.json").write_text(json.dumps(products), encoding="utf-8")
    for name, content in pictures.items():
        path = root / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def test_a_product_has_one_picture_or_a_folder_of_them(tmp_path: Path) -> None:
    records = [{"objectID": "1", "name": "Shoe"}, {"objectID": "2"}, {"objectID": "no-picture"}]
    shop = folder(tmp_path, records, {"1.jpg": b"x", "2/b.PNG": b"x", "2/a.jpg": b"x", "2/notes.txt": b"x"})
    products = load(shop)
    names = [[object_name(shop / "pictures", path) for path in product.pictures] for product in products]
    assert [product.id for product in products] == ["1", "2"]
    assert products[0].record == {"objectID": "1", "name": "Shoe"}
    assert names == [["products/1.jpg"], ["products/2/a.jpg", "products/2/b.PNG"]]


@pytest.mark.parametrize("products", [{}, [], ["x"], [{"name": "x"}], [{"objectID": 5}], [{"objectID": "1"}]])
def test_a_folder_that_is_no_catalog_says_what_one_looks_like(tmp_path: Path, products: object) -> None:
    with pytest.raises(ValueError, match="a catalog folder holds"):
        load(folder(tmp_path, products, {}))


def test_a_missing_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"products\.json cannot be read"):
        load(tmp_path / "nowhere")


def test_a_copy_has_another_background_warm_light_or_less_of_the_product_or_a_smaller_one() -> None:
    product = Image.new("RGB", (300, 200), "white")
    product.paste((0, 0, 255), (60, 50, 240, 150))
    copies = {name: Image.open(io.BytesIO(copy)) for name, copy in altered(encoded(product)).items()}
    assert copies.keys() == ALTERATIONS.keys()
    assert copies["cropped"].size == (120, 80)
    for name, share in (("on another background", 0.6), ("small", 1 / 3)):
        copy = np.asarray(copies[name], dtype=int)
        assert copy[0, 0].max() < 240, "white is gone"
        blue = copy[..., 2] > 200
        assert blue.any(axis=0).sum() == pytest.approx(share * copy.shape[1], rel=0.15)
    red, _, blue = np.asarray(copies["in warm light"])[0, 0]
    assert (red, blue) == (pytest.approx(255, abs=3), pytest.approx(255 * 0.233 ** (1 / 2.2), abs=3))


def test_a_picture_is_altered_the_same_way_every_time() -> None:
    assert altered(jpeg()) == altered(jpeg())
