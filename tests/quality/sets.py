"""What quality is measured on: the demo's products always, and what `EVAL_DATA` holds where it is set."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path

from devstack.demo.catalog import load
from devstack.demo.trial import altered
from devstack.environment import SAMPLE
from tools.evaluate.datasets import Dataset, Item, checked, class_folders, shop

EVAL_DATA = Path(os.environ.get("EVAL_DATA", os.devnull))

Make = Callable[[Path], Dataset]
"""Makes a dataset, with a folder to write into."""


def demo(folder: Path) -> Dataset:
    """Copies of product pictures, cropped, mirrored and recompressed, against the catalog."""
    for product in load(SAMPLE):
        for alteration, copy in altered(product.pictures[0].read_bytes()).items():
            path = folder / product.id / f"{alteration}.jpg"
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(copy)
    return shop(SAMPLE, folder)


def clothing(_: Path) -> Dataset:
    """Phone photos of clothes against others of the same kinds."""
    return class_folders(EVAL_DATA / "clothing" / "gallery", EVAL_DATA / "clothing" / "queries")


def grocery(_: Path) -> Dataset:
    """Photos taken in a shop against one pack shot of each product."""
    packs, photos = EVAL_DATA / "grocery" / "iconic", EVAL_DATA / "grocery" / "val"
    gallery = [Item(path.parent.name, (path,), "") for path in sorted(packs.rglob("*_Iconic.jpg"))]
    queries = [Item(path.parent.name, (path,), "") for path in sorted(photos.rglob("*.jpg"))]
    return checked(Dataset("grocery", gallery, queries, "product"))


def eshop(_: Path) -> Dataset:
    """Each product's picture against the others; right is what has the same type."""
    products = json.loads((EVAL_DATA / "eshop" / "catalog.json").read_text(encoding="utf-8"))
    items = [
        Item(str(each["Id"]), (EVAL_DATA / "eshop" / "pics" / f"{each['Id']}.webp",), each["Type"])
        for each in products
    ]
    return checked(Dataset("eshop", items, items, "category", leave_one_out=True))


def fashion(_: Path) -> Dataset:
    """Other views of products of which several differ only in color; right is the very product."""
    return shop(EVAL_DATA / "fashion" / "catalog", EVAL_DATA / "fashion" / "photos")


SETS: Mapping[str, Make] = {"demo": demo} | (
    {"clothing": clothing, "grocery": grocery, "eshop": eshop, "fashion": fashion}
    if EVAL_DATA.is_dir()
    else {}
)
