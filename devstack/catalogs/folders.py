"""Folders of pictures that are named by products, with or without the list `products.json` beside them."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, groupby, islice
from pathlib import Path
from unicodedata import normalize

from devstack.catalogs import MAX_ENTRIES, CatalogEntry, Note, ShopCatalog, records
from devstack.catalogs.opening import Unreadable
from devstack.catalogs.texts import as_id
from devstack.catalogs.wrong import Finding, Wrong
from shared.pictures import is_of_system, named_like_picture

LIST, PICTURES = "products.json", "pictures"
LAYOUT = f"""a catalog folder holds
  {LIST}              a list of objects, each with an "objectID" and whatever else the shop shows
  {PICTURES}/<objectID>.jpg    a product's only picture, or
  {PICTURES}/<objectID>/*.jpg  all of them
or, without {LIST}, the same pictures without the folder {PICTURES}"""


def catalog(folder: Path) -> ShopCatalog:
    """The products in the list, else those that the pictures' names tell."""
    if (folder / LIST).exists() or (folder / PICTURES).is_dir():
        return ShopCatalog("catalog folder", lambda note: _listed(folder, note), ("objectID",))
    return ShopCatalog("folder of pictures", lambda note: _named(folder, note), ("objectID",))


def _named(folder: Path, note: Note) -> Iterator[CatalogEntry]:
    for product, pictures in _pictures(folder, note).items():
        yield CatalogEntry(str(pictures[0]), {"objectID": product}, pictures, pictures)


def _listed(folder: Path, note: Note) -> Iterator[CatalogEntry]:
    pictures = _pictures(folder / PICTURES, note)
    for place, record in records.records(folder / LIST, note):
        links = pictures.pop(as_id(record.get("objectID")), ())
        yield CatalogEntry(place, record, links, links)
    for product, left in pictures.items():
        note(Finding(Wrong.NO_PRODUCT, str(left[0]), product))


def _pictures(folder: Path, note: Note) -> dict[str, tuple[Path, ...]]:
    """The pictures of each product by name; raises `Unreadable`."""
    found: dict[str, tuple[Path, ...]] = {}
    for product, paths in groupby(_below(folder), key=lambda path: _product(folder, path)):
        pictures: list[Path] = []
        for path in paths:
            if named_like_picture(path.name) and path.is_file():
                pictures.append(path)
            else:
                note(_not_a_picture(path, product))
        singles = [path for path in pictures if path.parent == folder]
        if len(singles) > 1:
            note(Finding(Wrong.SEVERAL_SINGLES, ", ".join(map(str, singles)), product))
        if pictures:
            found[product] = tuple(pictures)
    return found


def _not_a_picture(path: Path, product: str) -> Finding:
    if path.is_dir():
        return Finding(Wrong.TOO_DEEP, str(path), product)
    return Finding(Wrong.NOT_A_PICTURE_FILE, str(path), detail="" if path.exists() else "a link to nothing")


def _product(folder: Path, path: Path) -> str:
    return normalize("NFC", path.stem if path.parent == folder else path.parent.name)


def _below(folder: Path) -> list[Path]:
    """The files there and in its folders, by product and name, without those of systems.

    Raises `Unreadable`.
    """
    try:
        top = [path for path in folder.iterdir() if not is_of_system(path.name)]
        inner = (each for path in top if path.is_dir() for each in path.iterdir())
        every = list(islice(chain((path for path in top if not path.is_dir()), inner), MAX_ENTRIES + 1))
    except OSError as error:
        raise Unreadable(Wrong.NO_FILE, detail=error.strerror or str(error)) from error
    if len(every) > MAX_ENTRIES:
        raise Unreadable(Wrong.TOO_LONG, detail=f"at most {MAX_ENTRIES:,} files are read")
    shown = (path for path in every if not is_of_system(path.name))
    return sorted(shown, key=lambda path: (_product(folder, path), path))
