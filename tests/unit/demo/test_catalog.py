from __future__ import annotations

import json
from pathlib import Path

import pytest

from devstack.demo.catalog import load, object_name
from devstack.demo.trial import ALTERATIONS, altered
from tests.pictures import jpeg


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


def test_altered_copies_are_other_files_of_the_same_picture() -> None:
    original = jpeg()
    copies = altered(original)
    assert copies.keys() == ALTERATIONS.keys()
    assert len({original, *copies.values()}) == 1 + len(ALTERATIONS)
