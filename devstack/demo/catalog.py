"""The catalog of the demo: the sample, or the user's own as a folder, an export, a feed or records."""

from __future__ import annotations

import re
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import unescape
from itertools import islice
from pathlib import Path
from threading import Event
from typing import Any

from devstack.catalogs import Note, ShopCatalog
from devstack.catalogs.folders import LAYOUT, LIST, PICTURES
from devstack.catalogs.gathering import Gatherer, Holdings
from devstack.catalogs.hosts import polite_hosts
from devstack.catalogs.layouts import LOOKED_AT, by_plain_name, field_named
from devstack.catalogs.named import nameable
from devstack.catalogs.opening import Unreadable
from devstack.catalogs.products import ShopProduct, catalog_at, products
from devstack.catalogs.targets import FolderTarget
from devstack.catalogs.wrong import CatalogFindings, Finding, Wrong
from devstack.environment import SAMPLE
from shared.attribute_names import AttributeNames
from shared.catalog.judging import RecordJudge
from shared.imaging import Imaging
from shared.pictures import Naming
from shared.pictures.addresses import INTERNET, HostNetwork, host_name
from shared.pictures.by_url import host_of

MAX_SHOWN = 1_000
"""Products of a demo: a laptop labels them all, and a host serves somebody who only tries."""

_FORGIVEN = frozenset(
    {
        Wrong.NO_PICTURES,
        Wrong.NOT_A_PICTURE_FILE,
        Wrong.TOO_DEEP,
        Wrong.NO_PRODUCT,
        Wrong.SEVERAL_SINGLES,
    }
)
"""Kinds that do no harm to the rest of a catalog folder."""

_LINES = 20
_IDS = ("objectid", "object_id", "id", "handle", "sku")
_SHOWN = {
    "name": ("name", "title"),
    "description": ("description", "body_html"),
    "brand": ("brand", "vendor"),
    "categories": ("categories", "type", "product_type"),
    "price": ("price", "variant_price"),
}
"""The fields that the demo's shop shows, by their names in exports and feeds."""

_MAX_TEXT = 1_000


@dataclass(frozen=True, slots=True)
class Product:
    """A record as the shop has it, and the files that show it, at least one, by name."""

    record: Mapping[str, Any]
    pictures: tuple[Path, ...]

    @property
    def id(self) -> str:
        """The record's `objectID`."""
        return str(self.record["objectID"])


def load(folder: Path, tell: Callable[[CatalogFindings], None] = lambda _: None) -> list[Product]:
    """Read a catalog folder's products with pictures, and `tell` what does no harm to them.

    Raises `ValueError` with all else that is wrong.
    """
    if not (folder / LIST).is_file() and (not folder.is_dir() or (folder / PICTURES).exists()):
        raise ValueError(f"{folder / LIST} cannot be read;\n{LAYOUT}")
    findings = CatalogFindings()
    found = products(catalog_at(folder), "objectID", findings.add, keep_fields=True)
    wrong = [str(each) for each in findings.kept if each.wrong not in _FORGIVEN]
    if wrong:
        raise ValueError("\n".join([*wrong[:_LINES], LAYOUT]))
    if not found:
        raise ValueError(f"no product of {folder} has a picture;\n{LAYOUT}")
    tell(findings)
    return [_in_files(product) for product in found.values()]


def _in_files(product: ShopProduct) -> Product:
    pictures = tuple(link for link in product.links if isinstance(link, Path))
    return Product({**product.fields, "objectID": product.id}, pictures)


@dataclass(frozen=True, slots=True)
class Source:
    """A catalog of any kind, and the options by which it is read."""

    path: Path
    id_field: str = ""
    pictures: Sequence[str] = ()
    hosts: Sequence[str] = ()


def add_source(parser: ArgumentParser) -> None:
    """Add the options of `Source`, those of `visual-search pictures import`."""
    where = "your own: an export, a feed, records with links, or a folder"
    parser.add_argument("--catalog", type=Path, default=SAMPLE, metavar="PATH", help=where)
    which = "its field that holds the ids (default: objectID, id, handle or sku)"
    parser.add_argument("--id", default="", metavar="FIELD", help=which)
    links = "its field that holds links of pictures; may be repeated"
    parser.add_argument("--pictures", action="append", default=[], metavar="FIELD", help=links)
    also = "follow redirects to this host too; may be repeated"
    parser.add_argument("--host", action="append", default=[], type=host_name, metavar="NAME", help=also)


def source_of(options: Namespace) -> Source:
    """The source that was named on the command line."""
    return Source(options.catalog, options.id, options.pictures, options.host)


def collect(
    source: Source, work: Path, note: Note, imaging: Imaging, network: HostNetwork = INTERNET
) -> list[Product]:
    """Read a catalog of any kind, and gather its pictures in the folder `work`.

    What is wrong is told of, and the rest is taken; raises `ValueError` where nothing is left.
    """
    try:
        catalog = catalog_at(source.path, source.pictures)
    except Unreadable as error:
        raise ValueError(str(error.finding(source.path))) from error
    field = field_named(catalog, source.id_field) or _id_field(catalog)
    read = products(catalog, field, note, keep_fields=True).values()
    if len(read) > MAX_SHOWN:
        note(Finding(Wrong.TOO_MANY_PRODUCTS, str(source.path), detail=f"the first {MAX_SHOWN:,} are shown"))
    found = list(nameable(islice(read, MAX_SHOWN), _NAMING, note))
    hosts = {host_of(link) for product in found for link in product.links if isinstance(link, str)}
    stop, target = Event(), FolderTarget(work)
    fetch = polite_hosts(hosts.union(source.hosts), network, stop).fetch
    names = Gatherer(_NAMING, target, Holdings(), fetch, imaging, note, stop).gather(found, lambda _: None)
    if not any(names.values()):
        layout = f";\n{LAYOUT}" if source.path.is_dir() else ""
        raise ValueError(f"no product of {source.path} has a picture that can be read{layout}")
    files = {product: tuple(work / name for name in kept) for product, kept in names.items() if kept}
    return [Product(_record(catalog, each), files[each.id]) for each in found if each.id in files]


_NAMING = Naming(("<objectID>/<file>",))


def _id_field(catalog: ShopCatalog) -> str:
    """The field of ids that is usual, of those that the first entries have."""
    first = islice(catalog.entries(lambda _: None), LOOKED_AT)
    fields = by_plain_name(name for entry in first for name in catalog.ids or entry.fields)
    return next((fields[name] for name in _IDS if name in fields), "objectID")


def _record(catalog: ShopCatalog, product: ShopProduct) -> Mapping[str, Any]:
    """A record's own fields; of an export or a feed, with its many columns, those that are shown."""
    fields = {plain: product.fields[own] for plain, own in by_plain_name(product.fields).items()}
    shown = {
        name: _plain(name, fields[own])
        for name, others in _SHOWN.items()
        for own in reversed(others)
        if fields.get(own)
    }
    return {**shown, **({} if catalog.shared else product.fields), "objectID": product.id}


def _plain(name: str, value: object) -> object:
    """A text without marks of HTML, a price as a number."""
    if not isinstance(value, str):
        return value
    number = re.match(r"\d+(\.\d+)?", value) if name == "price" else None
    return (
        float(number[0]) if number else " ".join(unescape(re.sub("<[^>]*>", "", value)).split())[:_MAX_TEXT]
    )


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


def object_name(pictures: Path, picture: Path) -> str:
    """The name in the bucket: the path below `pictures`, under `products/`."""
    return f"products/{picture.relative_to(pictures).as_posix()}"
