"""The products of a catalog: one for each id, with its pictures in their order."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from devstack.catalogs import (
    MAX_ENTRIES,
    MAX_PRODUCTS,
    CatalogEntry,
    Link,
    Note,
    ShopCatalog,
    feeds,
    folders,
    records,
    tables,
)
from devstack.catalogs.layouts import catalog_of
from devstack.catalogs.opening import Unreadable, kind_of
from devstack.catalogs.texts import HALF, as_id, whole
from devstack.catalogs.wrong import Finding, Wrong
from shared.errors import Permanent
from shared.pictures import MAX_PICTURES
from shared.pictures.by_url import has_odd_characters, host_of

_READERS = {"table": tables.records, "xml": feeds.records, "json": records.records}


@dataclass(frozen=True, slots=True)
class ShopProduct:
    """A product as its shop has it: its id, where that stands, its pictures, and all its fields."""

    id: str
    place: str
    links: Sequence[Link]
    fields: Mapping[str, Any]


def catalog_at(path: Path, pictures: Sequence[str] = ()) -> ShopCatalog:
    """The catalog in a file or folder; `pictures` are fields with links. Raises `Unreadable`.

    Where reading its entries breaks off, that is a finding, and what was read before counts.
    """
    if path.is_dir():
        found = folders.catalog(path)
    else:
        found = catalog_of(partial(_READERS[kind_of(path)], path), pictures)
    return ShopCatalog(found.kind, lambda note: _until_it_breaks(path, found, note), found.ids, found.shared)


def _until_it_breaks(path: Path, found: ShopCatalog, note: Note) -> Iterator[CatalogEntry]:
    try:
        count = 0
        for count, entry in enumerate(found.entries(note), 1):
            if count > MAX_ENTRIES:
                note(Finding(Wrong.TOO_LONG, entry.place, detail=f"at most {MAX_ENTRIES:,} entries are read"))
                return
            yield entry
        if not count:
            note(Finding(Wrong.NO_PICTURES, str(path)))
    except Unreadable as error:
        note(error.finding(path))


def products(
    catalog: ShopCatalog, field: str, note: Note, *, keep_fields: bool = False
) -> Mapping[str, ShopProduct]:
    """The products with pictures by the id in that field; whatever is wrong is told of, and left out."""
    found: dict[str, ShopProduct] = {}
    links: dict[str, dict[Link, None]] = {}
    for entry in catalog.entries(note):
        value = entry.fields.get(field)
        product = as_id(value)
        if not product:
            wrong = Wrong.BROKEN_ID if HALF.search(str(value)) else Wrong.NO_ID
            note(Finding(wrong, entry.place, detail=f"field {field}: {value!r}"[:200]))
        elif product in found and field not in catalog.shared:
            note(Finding(Wrong.DUPLICATE_ID, entry.place, product, f"as {found[product].place}"))
        elif product not in found and len(found) == MAX_PRODUCTS:
            note(
                Finding(
                    Wrong.TOO_MANY_PRODUCTS, entry.place, product, f"the first {MAX_PRODUCTS:,} are taken"
                )
            )
            break
        else:
            shown = entry.links if field in catalog.shared else entry.own
            links.setdefault(product, {}).update(dict.fromkeys(shown))
            fields = json.loads(whole(json.dumps(entry.fields, ensure_ascii=False))) if keep_fields else {}
            found.setdefault(product, ShopProduct(product, entry.place, (), fields))
    every = (_with_links(each, list(links[each.id]), note) for each in found.values())
    return {product.id: product for product in every if product.links}


def _with_links(product: ShopProduct, links: Sequence[Link], note: Note) -> ShopProduct:
    """The product with those of its links that can be followed, at most as many as are looked at."""
    if not links:
        note(Finding(Wrong.NO_PICTURES, product.place, product.id))
    if len(links) > MAX_PICTURES:
        note(Finding(Wrong.TOO_MANY_PICTURES, product.place, product.id, f"{len(links):,}"))
    followed: list[Link] = []
    for link in links[:MAX_PICTURES]:
        if isinstance(link, Path):
            followed.append(link)
            continue
        address = _https(link)
        if wrong := _wrong(address):
            kind, detail = wrong
            note(Finding(kind, link[:500], product.id, detail))
        else:
            followed.append(address)
    return ShopProduct(product.id, product.place, tuple(dict.fromkeys(followed)), product.fields)


def _https(link: str) -> str:
    """The address that is asked for: an old http link's is tried over https, which nobody can read along."""
    return re.sub(r"^(http:)?//", "https://", link, flags=re.IGNORECASE)


def _wrong(address: str) -> tuple[Wrong, str] | None:
    if not address.lower().startswith("https://") or has_odd_characters(address):
        return Wrong.BAD_LINK, ""
    try:
        host_of(address)
    except Permanent as error:
        return Wrong.LINK_REFUSED, str(error)
    return None
