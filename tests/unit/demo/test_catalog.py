from __future__ import annotations

import io
import json
import re
from argparse import ArgumentParser
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from devstack.catalogs.wrong import CatalogFindings, Wrong
from devstack.demo.catalog import Product, Source, add_source, collect, load, object_name, source_of
from devstack.demo.trial import ALTERATIONS, altered
from shared.imaging.opening import product_opener
from tests.pictures import encoded, jpeg
from tests.unit.pictures.conftest import World
from tests.unit.pictures.tls import answer
from tools.importing.command import import_pictures


def folder(root: Path, products: object, pictures: dict[str, bytes]) -> Path:
    (root / "products.json").write_text(json.dumps(products), encoding="utf-8")
    for name, content in pictures.items():
        path = root / "pictures" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return root


def test_a_product_has_one_picture_or_a_folder_of_them_and_numbers_are_ids_too(tmp_path: Path) -> None:
    records = [
        {"objectID": "1", "name": "Shoe"},
        {"objectID": "2"},
        {"objectID": 5},
        {"objectID": "no-picture"},
    ]
    files = ("1.jpg", "2/b.PNG", "2/a.jpg", "2/notes.txt", "5.jpg")
    shop = folder(tmp_path, records, dict.fromkeys(files, b"x"))
    products = load(shop)
    names = [[object_name(shop / "pictures", path) for path in product.pictures] for product in products]
    assert [product.id for product in products] == ["1", "2", "5"]
    assert [product.record for product in products] == [*records[:2], {"objectID": "5"}]
    assert names == [["products/1.jpg"], ["products/2/a.jpg", "products/2/b.PNG"], ["products/5.jpg"]]


@pytest.mark.parametrize("products", [{}, [], ["x"], [{"name": "x"}], [{"objectID": 5}], [{"objectID": "1"}]])
def test_a_folder_that_is_no_catalog_says_what_one_looks_like(tmp_path: Path, products: object) -> None:
    with pytest.raises(ValueError, match="a catalog folder holds"):
        load(folder(tmp_path, products, {}))
    with pytest.raises(ValueError, match=r"products\.json cannot be read"):
        load(tmp_path / "nowhere")


def test_everything_that_is_wrong_with_a_catalog_folder_is_said_at_once(tmp_path: Path) -> None:
    records = [{"objectID": "1"}, {"objectID": "1"}, {"name": "x"}, 7]
    with pytest.raises(ValueError, match="a catalog folder holds") as caught:
        load(folder(tmp_path, records, {"1.jpg": b"x"}))
    assert all(f"record {number}" in str(caught.value) for number in (2, 3, 4))


def test_an_export_becomes_products_with_what_a_shop_shows(tmp_path: Path, world: World) -> None:
    world.server.answers = {"/a.jpg": answer(jpeg(1)), "/b.jpg": answer(jpeg(2)), "/c.jpg": answer(b"text")}
    rows = [
        "Handle,Title,Body (HTML),Vendor,Type,Variant Price,Image Src,Image Position",
        "shoe,Shoe,<p>Red &amp; <b>light</b></p>,Acme,Shoes,19.90,https://cdn.example/b.jpg,2",
        "shoe,,,,,,https://cdn.example/a.jpg,1",
        "bag,Bag,,Acme,Bags,5,https://cdn.example/c.jpg,1",
    ]
    (tmp_path / "export.csv").write_text("\n".join(rows))
    findings, work = CatalogFindings(), tmp_path / "work"
    [product] = collect(Source(tmp_path / "export.csv"), work, findings.add, product_opener(), world.network)
    shown = {"description": "Red & light", "brand": "Acme", "categories": "Shoes", "price": 19.9}
    assert product.record == {"objectID": "shoe", "name": "Shoe", **shown}
    assert [path.read_bytes() for path in product.pictures] == [jpeg(1), jpeg(2)]
    assert object_name(work, product.pictures[0]).startswith("products/shoe/001")
    assert [(each.wrong, each.product) for each in findings.kept] == [(Wrong.UNSUPPORTED_FORMAT, "bag")]


def shown(tmp_path: Path, world: World, rows: str, *words: str) -> list[Product]:
    """The products of a table by the options in those words."""
    world.server.answers = {f"/{name}.jpg": answer(jpeg(seed)) for seed, name in enumerate("ab")}
    (tmp_path / "table.csv").write_text(rows)
    parser = ArgumentParser()
    add_source(parser)
    source = source_of(parser.parse_args(["--catalog", str(tmp_path / "table.csv"), *words]))
    return collect(source, tmp_path / "work", CatalogFindings().add, product_opener(), world.network)


@pytest.mark.parametrize("name", ["ID", "SKU", "Handle", "Object ID", "object_id", "OBJECTID"])
def test_ids_and_names_are_found_whatever_their_case_and_spaces(
    tmp_path: Path, world: World, name: str
) -> None:
    [product] = shown(tmp_path, world, f"{name},Name,Images\n1,Shoe,https://cdn.example/a.jpg\n")
    assert (product.id, product.record["name"]) == ("1", "Shoe")


def test_fields_of_ids_and_pictures_can_be_named(tmp_path: Path, world: World) -> None:
    rows = "id,code,front,image\n1,2,https://cdn.example/b.jpg,https://cdn.example/a.jpg\n"
    [product] = shown(tmp_path, world, rows, "--id", "code", "--pictures", "front")
    assert product.id == "2"
    assert [path.read_bytes() for path in product.pictures] == [jpeg(1)]


@pytest.mark.parametrize(
    "option", sorted({option for wrong in Wrong for option in re.findall("--[a-z]+", wrong.advice)})
)
def test_an_option_that_advice_names_is_one_of_the_demo_and_of_the_command(option: str) -> None:
    parser = ArgumentParser()
    add_source(parser)
    assert option in parser.format_help()
    assert option in [name for param in import_pictures.params for name in param.opts]


def test_a_folder_of_pictures_needs_no_list(tmp_path: Path) -> None:
    (tmp_path / "2").mkdir()
    for name, content in (("1.jpg", jpeg()), ("2/a.png", jpeg(1)), ("3.jpg", b"broken"), ("notes.txt", b"x")):
        (tmp_path / name).write_bytes(content)
    findings = CatalogFindings()
    found = collect(Source(tmp_path), tmp_path / "work", findings.add, product_opener())
    assert [each.id for each in found] == ["1", "2"]
    assert set(findings.counts) == {Wrong.NOT_A_PICTURE_FILE, Wrong.UNSUPPORTED_FORMAT}


def test_records_of_a_folder_are_shown_as_they_are(tmp_path: Path) -> None:
    record = {"objectID": "1", "name": "<b>Shoe</b> \ufffd", "price": "9", "stock": {"a": 1}}
    shop = folder(tmp_path, [record | {"name": "<b>Shoe</b> \ud83d"}], {"1.jpg": jpeg()})
    [product] = collect(Source(shop), tmp_path / "work", CatalogFindings().add, product_opener())
    assert product.record == record


def test_a_copy_has_another_background_warm_light_or_less_of_the_product_or_a_smaller_one() -> None:
    product = Image.new("RGB", (300, 200), "white")
    product.paste((0, 0, 255), (60, 50, 240, 150))
    files = altered(encoded(product))
    assert files == altered(encoded(product)), "the same way every time"
    assert files.keys() == ALTERATIONS.keys()
    copies = {name: Image.open(io.BytesIO(copy)) for name, copy in files.items()}
    assert copies["cropped"].size == (120, 80)
    for name, share in (("on another background", 0.6), ("small", 1 / 3)):
        copy = np.asarray(copies[name], dtype=int)
        assert copy[0, 0].max() < 240, "white is gone"
        blue = copy[..., 2] > 200
        assert blue.any(axis=0).sum() == pytest.approx(share * copy.shape[1], rel=0.15)
    red, _, blue = np.asarray(copies["in warm light"])[0, 0]
    assert (red, blue) == (pytest.approx(255, abs=3), pytest.approx(255 * 0.233 ** (1 / 2.2), abs=3))
