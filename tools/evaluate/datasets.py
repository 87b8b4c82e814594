"""Labeled pictures: what there is to find, what to search with, and what would be right."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from unicodedata import normalize

from devstack.catalogs.wrong import CatalogFindings
from devstack.demo import catalog
from devstack.demo.catalog import Product
from shared.pictures import named_like_picture
from tools.output import counted, note

if TYPE_CHECKING:
    from tools.evaluate.seeing import Use

SEED = 20_260_102

MAX_PICTURES = 100_000
"""Pictures of one evaluation; each takes some 18 kB of memory, 26 kB where it is looked at in both ways."""

CLASSES = """class folders hold pictures by what they show:
  DIR/<class>/*.jpg          a class may have folders of its own"""
PHOTOS = """shopper photos lie in
  DIR/<objectID>/*.jpg       the photos of one product"""

By = Literal["category", "product"]


@dataclass(frozen=True, slots=True)
class Item:
    """A product, or a query; a query's `id` is the right product where known, else empty."""

    id: str
    pictures: tuple[Path, ...]
    category: str


@dataclass(frozen=True, slots=True)
class Dataset:
    """Products and queries; right is whatever has the query's `category`, or the one product.

    With `leave_one_out` each query shows a product of the gallery: by product, its record is made without the
    query's picture; by category, it is left out of the answer. `unanswerable` queries, for which the gallery
    holds nothing right, are left out of `queries`.
    """

    name: str
    gallery: Sequence[Item]
    queries: Sequence[Item]
    by: By
    leave_one_out: bool = False
    unanswerable: int = 0

    def rightful(self) -> Counter[str]:
        """The number of products there are to find, by `wanted`."""
        return Counter(map(self.wanted, self.gallery))

    def wanted(self, item: Item) -> str:
        """The text that makes two items the same: the category or the id."""
        return item.category if self.by == "category" else item.id

    def pictures(self) -> list[Path]:
        """Every picture once."""
        return list(self.uses())

    def uses(self) -> dict[Path, set[Use]]:
        """The uses of each picture: the gallery's are products', a query's is a photo."""
        found: dict[Path, set[Use]] = {}
        sides: tuple[tuple[Use, Sequence[Item]], ...] = (("product", self.gallery), ("photo", self.queries))
        for use, items in sides:
            for path in (path for item in items for path in item.pictures):
                found.setdefault(path, set()).add(use)
        return found

    def limited(self, queries: int | None) -> Dataset:
        """At most so many queries, chosen at random but always the same ones."""
        if queries is None or queries >= len(self.queries):
            return self
        kept = sorted(random.Random(SEED).sample(range(len(self.queries)), queries))  # noqa: S311 no secret
        return replace(self, queries=[self.queries[number] for number in kept])


def class_folders(gallery: Path, queries: Path) -> Dataset:
    """Two trees of class folders; right is what lies in the folder of the query's name.

    Raises `ValueError` that says what is missing.
    """
    name = f"{_named(queries)} against {_named(gallery)}"
    return checked(Dataset(name, _classes(gallery), _classes(queries), "category"))


def shop(folder: Path, photos: Path | None = None, category: str | None = None) -> Dataset:
    """A catalog as `devstack.demo.catalog` reads it, with shoppers' `photos` or pictures of its own.

    Right is the product itself or, with `category`, whatever has the same value of that field. Raises
    `ValueError` that says what is missing.
    """
    products = catalog.load(folder, _tell)
    gallery = [Item(each.id, each.pictures, _category(each, category)) for each in products]
    by: By = "category" if category else "product"
    if photos is not None:
        known = {normalize("NFC", item.id): item for item in gallery}
        return checked(Dataset(folder.name, gallery, _photos(photos, known), by))
    asked = [item for item in gallery if category or len(item.pictures) > 1]
    if not asked:
        raise ValueError(
            f"no product of {folder} has a second picture to search with;\n"
            "give --photos DIR, or --category FIELD to look for products of the same category"
        )
    queries = [replace(item, pictures=(picture,)) for item in asked for picture in item.pictures]
    return checked(Dataset(folder.name, gallery, queries, by, leave_one_out=True))


def checked(dataset: Dataset) -> Dataset:
    """Leave out queries for which the gallery holds nothing right; raises `ValueError` if nothing is left."""
    total = sum(len(item.pictures) for item in (*dataset.gallery, *dataset.queries))
    if total > MAX_PICTURES:
        raise ValueError(f"there are {total:,} pictures, more than {MAX_PICTURES:,}; take fewer")
    wanted, rightful = dataset.wanted, dataset.rightful()
    alone = 1 if dataset.leave_one_out and dataset.by == "category" else 0
    answerable = [query for query in dataset.queries if wanted(query) and rightful[wanted(query)] > alone]
    if not answerable:
        raise ValueError(
            f"{dataset.name}: nothing is right for any query, no {dataset.by} of a query is in the gallery"
        )
    left_out = len(dataset.queries) - len(answerable)
    return replace(dataset, queries=answerable, unanswerable=dataset.unanswerable + left_out)


def _tell(findings: CatalogFindings) -> None:
    """Name the first of each kind, so that no product is missed unsaid."""
    for first in {each.wrong: each for each in reversed(findings.kept)}.values():
        count = findings.counts[first.wrong]
        note(f"{first}{f' There are {count:,} of this kind.' if count > 1 else ''}")


def _named(folder: Path) -> str:
    return "/".join(folder.resolve().parts[-2:])


def _classes(folder: Path) -> list[Item]:
    pictures = pictures_below(folder)
    inside = [path for path in pictures if path.parent != folder]
    if not inside:
        found = f"{folder} has pictures but no class folders" if pictures else f"{folder} has no pictures"
        raise ValueError(f"{found};\n{CLASSES}")
    if loose := [path for path in pictures if path.parent == folder]:
        note(f"{counted(len(loose), 'picture')} left out, in no class folder: such as {loose[0]}")
    places = [path.relative_to(folder) for path in inside]
    return [
        Item(_text(place), (path,), normalize("NFC", _text(place.parent)))
        for place, path in zip(places, inside, strict=True)
    ]


def _text(path: Path) -> str:
    """A path as text that can be written, also where a name is no UTF-8."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode()


def _photos(folder: Path, known: Mapping[str, Item]) -> list[Item]:
    """By the objectID in the folder's name, composed or not: some systems write an accent on its own."""
    pictures = pictures_below(folder)
    if not pictures:
        raise ValueError(f"{folder} has no pictures;\n{PHOTOS}")
    products = [normalize("NFC", path.relative_to(folder).parts[0]) for path in pictures]
    if not known.keys() & set(products):
        raise ValueError(f"no folder of {folder} is the objectID of a product;\n{PHOTOS}")
    shown = [known.get(name, Item(name, (), "")) for name in products]
    return [replace(item, pictures=(path,)) for item, path in zip(shown, pictures, strict=True)]


def pictures_below(folder: Path) -> list[Path]:
    """Every picture in a folder and its folders, by name; of any format, so that what is not read is told."""
    return sorted(path for path in folder.rglob("*") if is_picture(path))


def is_picture(path: Path) -> bool:
    """True for a file that is named like a picture, and none that a system leaves behind."""
    return bool(named_like_picture(path.name)) and path.is_file()


def _category(product: Product, field: str | None) -> str:
    """The field's value as text; of a list, such as a path of categories, the first."""
    value = product.record.get(field) if field else None
    first = value[0] if isinstance(value, list) and value else value
    return str(first) if isinstance(first, str | int | float | bool) else ""
