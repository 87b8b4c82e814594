"""The layouts of catalogs: where an export or a feed keeps ids and pictures, told by its names of fields."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice
from typing import Any

from devstack.catalogs import CatalogEntry, Note, ShopCatalog
from devstack.catalogs.opening import Unreadable
from devstack.catalogs.texts import as_text
from devstack.catalogs.wrong import CatalogFindings, Finding, Wrong
from shared.pictures import named_like_picture

Record = Mapping[str, Any]
Placed = tuple[str, Record]
Records = Callable[[Note], Iterator[Placed]]
"""Reads records from the first on, each with its place; raises `Unreadable` where they break off."""

LOOKED_AT = 50
"""Records by which a layout is told."""

_MANY = 10**9
_SAME = {
    "url_handle": "handle",
    "variant_sku": "sku",
    "product_image_url": "image_src",
    "variant_image_url": "variant_image",
}
"""Shopify's names of 2025, and those before that are longer than is needed."""

_BETWEEN_LINKS = re.compile(r"[,;|\s]+(?=(?:https?:)?//)", re.IGNORECASE)
_NAMES_PICTURES = re.compile("image|img|picture|photo", re.IGNORECASE)
_ADDRESSES = ("url", "src", "href", "link", "image")


def catalog_of(records: Records, pictures: Sequence[str] = ()) -> ShopCatalog:
    """The catalog in those records; `pictures` are fields with links, told by their values without.

    Raises `Unreadable`.
    """
    first = list(_first(records))
    names = by_plain_name(name for _, record in first for name in record)
    if not pictures and {"handle", "image_src"} <= names.keys():
        shopify = _Shopify(names)
        kind, shared = "Shopify export", frozenset({"handle"})
        return ShopCatalog(kind, lambda note: shopify.entries(records(note)), ("handle", "sku"), shared)
    if not pictures and {"id", "image_link"} <= names.keys():
        kind, shared = "Google Merchant feed", frozenset({"item_group_id"})
        entries = lambda note: _merchant(records(note))  # noqa: E731 as the others
        return ShopCatalog(kind, entries, ("id", "item_group_id"), shared)
    if pictures:
        _check_spelling(records, pictures, names.values())
    fields = pictures or _picture_fields([record for _, record in first])
    return ShopCatalog("list of records", lambda note: _plain(records(note), fields))


def field_named(catalog: ShopCatalog, name: str) -> str:
    """The field that a person means, who may write it as the file does: `Variant SKU` for `sku`."""
    return _plain_name(name) if catalog.shared else name


def _first(records: Records) -> Iterator[Placed]:
    """The first records; what is wrong is told of when they are read again, but where there are none."""
    found, findings = 0, CatalogFindings()
    try:
        for placed in islice(records(findings.add), LOOKED_AT):
            yield placed
            found += 1
    except Unreadable:
        if not found:
            raise
    if not found:
        reason = next(iter(findings.kept), Finding(Wrong.NO_ITEMS, ""))
        raise Unreadable(reason.wrong, reason.place, reason.detail)


def by_plain_name(names: Iterable[str]) -> Mapping[str, str]:
    """Names of fields by their plain form: `Image link [image_link]` by `image_link`."""
    return {_plain_name(name): name for name in names}


def _plain_name(name: str) -> str:
    bracketed = re.search(r"\[(\w+)\]\s*$", name)
    plain = re.sub(r"[\W_]+", "_", (bracketed[1] if bracketed else name).casefold()).strip("_")
    plain = plain.removeprefix("g_")
    return _SAME.get(plain, plain)


def links_of(value: object) -> tuple[str, ...]:
    """The links in a field's value: a text with some, a list, or objects that hold an address."""
    if isinstance(value, str):
        return tuple(filter(None, (link.strip() for link in _BETWEEN_LINKS.split(value))))
    if isinstance(value, Mapping):
        return next((links_of(value[name]) for name in _ADDRESSES if value.get(name)), ())
    if isinstance(value, list):
        return tuple(link for each in value for link in links_of(each))
    return ()


def _at(value: object, path: str) -> object:
    """The value of a field; `a.b` is `b` inside `a`, of a list that of each."""
    if isinstance(value, list):
        return [_at(each, path) for each in value]
    if not isinstance(value, Mapping):
        return None
    head, _, rest = path.partition(".")
    return value.get(path) if path in value or not rest else _at(value.get(head), rest)


def _check_spelling(records: Records, fields: Sequence[str], names: Iterable[str]) -> None:
    """Raises `Unreadable` where no record has one of the fields."""
    missing = list(fields)
    for _, record in records(lambda _: None):
        missing = [name for name in missing if name not in record and not _is_there(_at(record, name))]
        if not missing:
            return
    detail = f"{', '.join(missing)} is in no record; there are {', '.join(names)}"
    raise Unreadable(Wrong.NO_PICTURE_FIELD, detail=detail[:500])


def _is_there(value: object) -> bool:
    """False of nothing, and of a list of nothing else; an empty one tells neither."""
    if isinstance(value, list):
        return not value or any(map(_is_there, value))
    return value is not None


def _picture_fields(records: Sequence[Record]) -> Sequence[str]:
    """The one field that holds links of pictures; raises `Unreadable` where it is not one."""
    names = list(dict.fromkeys(name for record in records for name in record))
    found = [name for name in names if any(_shows_pictures(name, record.get(name)) for record in records)]
    if not found:
        raise Unreadable(Wrong.NO_PICTURE_FIELD, detail=f"there are {', '.join(names)}"[:500])
    if len(found) > 1:
        raise Unreadable(Wrong.SEVERAL_PICTURE_FIELDS, detail=", ".join(found))
    return found


def _shows_pictures(name: str, value: object) -> bool:
    links = [link for link in links_of(value) if link.lower().startswith(("https://", "http://", "//"))]
    telling = _NAMES_PICTURES.search(name) is not None
    return any(telling or named_like_picture(re.split("[?#]", link)[0]) for link in links)


def _plain(records: Iterator[Placed], fields: Sequence[str]) -> Iterator[CatalogEntry]:
    for place, record in records:
        links = tuple(link for name in fields for link in links_of(_at(record, name)))
        yield CatalogEntry(place, record, links, links)


def _merchant(records: Iterator[Placed]) -> Iterator[CatalogEntry]:
    """The items of a feed; one without a group is a group of its own."""
    for place, record in records:
        item = {plain: record[name] for plain, name in by_plain_name(record).items()}
        links = (*links_of(item.get("image_link")), *links_of(item.get("additional_image_link")))
        group = item.get("item_group_id") or item.get("id")
        yield CatalogEntry(place, {**item, "item_group_id": group}, links, links)


class _Shopify:
    """Rows that follow one another with the same handle are one product: its pictures, and its variants."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def entries(self, rows: Iterator[Placed]) -> Iterator[CatalogEntry]:
        """The variants, each with the product's pictures, and with those that show no other variant."""
        for _, group in groupby(rows, key=lambda placed: self._cell(placed[1], "handle")):
            product = list(group)
            pictures = sorted((row for _, row in product if self._cell(row, "image_src")), key=self._position)
            variants = [self._cell(row, "variant_image") for _, row in product]
            links = [self._cell(row, "image_src") for row in pictures]
            every = tuple(dict.fromkeys([*links, *filter(None, variants)]))
            common = [link for link in links if link not in set(variants)]
            for number, ((place, row), own) in enumerate(zip(product, variants, strict=True)):
                fields = self._fields(product[0][1], row)
                if number == 0 or fields["sku"] or self._cell(row, "option1_value"):
                    yield CatalogEntry(
                        place, fields, every, (own, *common) if own else tuple(common) or every
                    )

    def _cell(self, row: Record, plain: str) -> str:
        return as_text(row.get(self._names.get(plain, "")))

    def _position(self, row: Record) -> int:
        position = self._cell(row, "image_position")
        return int(position) if position.isdecimal() else _MANY

    def _fields(self, first: Record, row: Record) -> Record:
        """A variant's row tells only in what it differs from the first."""
        told = {plain: self._cell(row, plain) or self._cell(first, plain) for plain in self._names}
        return {**told, "sku": self._cell(row, "sku")}
