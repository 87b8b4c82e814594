"""A catalog in a folder: `products.json` beside `pictures/`, the sample's or the user's own."""

from __future__ import annotations

import json
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.attribute_names import AttributeNames
from shared.catalog.judging import RecordJudge

SUFFIXES = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".bmp", ".tif", ".tiff"})
LAYOUT = """a catalog folder holds
  products.json              a list of objects, each with an "objectID" and whatever else the shop shows
  pictures/<objectID>.jpg    a product's only picture, or
  pictures/<objectID>/*.jpg  all of them"""


@dataclass(frozen=True, slots=True)
class Product:
    """A record as the shop has it, and the files that show it, at least one, by name."""

    record: Mapping[str, Any]
    pictures: tuple[Path, ...]

    @property
    def id(self) -> str:
        """The record's `objectID`."""
        return str(self.record["objectID"])


def load(folder: Path) -> list[Product]:
    """Read the products that have pictures; raises `ValueError` that says what a catalog looks like."""
    try:
        records = json.loads((folder / "products.json").read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"{folder / 'products.json'} cannot be read ({error});\n{LAYOUT}") from error
    if not isinstance(records, list) or not all(_is_record(record) for record in records):
        raise ValueError(f"{folder / 'products.json'} is no list of objects with an objectID;\n{LAYOUT}")
    products = [Product(record, _pictures(folder / "pictures", record["objectID"])) for record in records]
    shown = [product for product in products if product.pictures]
    if not shown:
        raise ValueError(f"no product of {folder} has a picture;\n{LAYOUT}")
    return shown


def check_names(products: Sequence[Product], names: AttributeNames) -> None:
    """Raises `ValueError` that says what to write where products have other uses for our names."""
    judge = RecordJudge("", names)
    foreign = {product.id: used for product in products if (used := judge.in_use(product.record))}
    if foreign:
        first, used = next(iter(foreign.items()))
        taken = {name for each in foreign.values() for name in each}
        raise ValueError(
            f"{len(foreign)} of {len(products)} products use names of our attributes, such as {first}"
            f" ({', '.join(used)});"
            f"\ngive ours other names: ATTRIBUTE_NAMES={','.join(_changes(names, taken))}"
        )


def _changes(names: AttributeNames, taken: Container[str]) -> Iterator[str]:
    """The names in force that are not the default, and others for those taken."""
    for own, name in names.by_default_name().items():
        free = f"our{name[:1].upper()}{name[1:]}" if name in taken else name
        if free != own:
            yield f"{own}={free}"


def _is_record(record: object) -> bool:
    return isinstance(record, dict) and isinstance(record.get("objectID"), str) and bool(record["objectID"])


def _pictures(folder: Path, product: str) -> tuple[Path, ...]:
    own = [path for path in (folder / product).glob("*") if path.suffix.lower() in SUFFIXES]
    single = [folder / f"{product}{suffix}" for suffix in sorted(SUFFIXES)]
    return tuple(sorted([*own, *(path for path in single if path.is_file())]))


def object_name(pictures: Path, picture: Path) -> str:
    """The name in the bucket: the path below `pictures`, under `products/`."""
    return f"products/{picture.relative_to(pictures).as_posix()}"
