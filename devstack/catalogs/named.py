"""The names of gathered pictures: by product, position, and what tells one picture from all others."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from devstack.catalogs import Link, Note
from devstack.catalogs.products import ShopProduct
from devstack.catalogs.wrong import Finding, Wrong
from shared.errors import Permanent, Reason
from shared.imaging import FORMATS, LIMITS
from shared.pictures import Naming, named_like_picture

_KEY = 16
_ENDINGS = tuple(known.endings[0] for known in FORMATS)
_OWN = re.compile(rf"\d{{3}}x(?P<key>[0-9a-f]{{{_KEY}}})(?:\.(?P<ending>\w+))?")
"""The file's name and ending: the position sorts the pictures, the key is that of `key_of`.

There is no sign between the two that a pattern could have behind an objectID.
"""


@dataclass(frozen=True, slots=True)
class NamedPicture:
    """A picture to gather: the `position`-th of its product."""

    product: str
    position: int
    key: str

    def name(self, naming: Naming, ending: str) -> str:
        """The name of it in a format; raises `Permanent("unnameable-id")`."""
        found = naming.name(self.product, f"{self.position:03}x{self.key}", ending)
        if found is None:
            raise Permanent(Wrong.UNNAMEABLE_ID, f"{self.product!r}")
        return found

    def there(self, naming: Naming, names: Collection[str]) -> str | None:
        """The one of `names` under which it is there already, in whatever format it turned out to be."""
        name = self.name(naming, _ENDINGS[0])
        stem = name.removesuffix(_ENDINGS[0])
        # Nearly every pattern ends so; asking it for each format would take most of the time of a plan.
        own = [stem + ending for ending in _ENDINGS] if stem != name else self._every_name(naming)
        return next((name for name in own if name in names), None)

    def _every_name(self, naming: Naming) -> list[str]:
        return [self.name(naming, ending) for ending in _ENDINGS]


def key_in(name: str) -> str | None:
    """The key in a name that was given here; None in any other."""
    own = _OWN.search(name)
    return own["key"] if own else None


def ending_in(name: str) -> str:
    """The ending in a name that was given to a picture."""
    own = _OWN.search(name)
    return (own["ending"] if own else name.rpartition(".")[2]) or _ENDINGS[0]


def key_of(link: Link) -> str:
    """A short text, another one for every other link or, of files, every other content.

    Raises `Permanent`.
    """
    told = content_of(link) if isinstance(link, Path) else link.encode()
    return hashlib.sha256(told).hexdigest()[:_KEY]


def content_of(path: Path) -> bytes:
    """The bytes of a picture's file; raises `Permanent`."""
    try:
        size = path.stat().st_size
        if size > LIMITS.max_bytes:
            raise Permanent(Reason.TOO_LARGE, f"{size:,} bytes")
        return path.read_bytes()
    except OSError as error:
        raise Permanent(Reason.BAD_PICTURE, error.strerror or str(error)) from error


def nameable(products: Iterable[ShopProduct], naming: Naming, note: Note) -> Iterator[ShopProduct]:
    """The products that the patterns can name, with as many pictures as there is room for."""
    for product in products:
        first, second = (naming.name(product.id, file, "jpg") for file in "ab")
        if first is None or named_like_picture(first) is False:
            note(Finding(Wrong.UNNAMEABLE_ID, product.place, product.id))
            continue
        room = 1 if first == second else len(product.links)
        if len(product.links) > room:
            note(Finding(Wrong.NO_ROOM, product.place, product.id, f"{len(product.links)} pictures"))
        yield replace(product, links=product.links[:room])
