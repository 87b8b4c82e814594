"""Gathers the pictures of products in one place; those that are there already are skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event, Lock
from typing import Literal, NamedTuple

from devstack.catalogs import Link, Note
from devstack.catalogs.named import NamedPicture, content_of, ending_in, key_in, key_of
from devstack.catalogs.products import ShopProduct
from devstack.catalogs.targets import PictureTarget
from devstack.catalogs.wrong import Finding, Wrong
from shared.errors import Failure, Permanent
from shared.imaging import Format, Imaging, Picture, format_of
from shared.model import md5
from shared.pictures import Naming

AT_ONCE = 4
"""Pictures that are fetched and opened at one time, all of one host if need be."""

_OPENED_SIDE = 64
"""Pixels: a picture is opened only to see that it can be."""

_STRIPES = 64

Outcome = Literal["written", "there", "same", "failed"]
"""A picture was written, was there before, is the same as one before of its product, or cannot be had."""


@dataclass(slots=True)
class GatheringTally:
    """The number of pictures by outcome, and the bytes written."""

    counts: Counter[Outcome] = field(default_factory=Counter)
    size: int = 0
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, outcome: Outcome, size: int = 0) -> None:
        """Count one more."""
        with self._lock:
            self.counts[outcome] += 1
            self.size += size


class Holdings:
    """The pictures that a target has: by name with their hashes, and by key."""

    def __init__(self, listing: Iterable[tuple[str, str]] = ()) -> None:
        self.hashes: dict[str, str] = {}
        self.by_key: dict[str, str] = {}
        for name, content_hash in listing:
            self.add(name, content_hash, key_in(name))

    def add(self, name: str, content_hash: str, key: str | None) -> None:
        """Remember one more."""
        self.hashes[name] = content_hash
        if key:
            self.by_key[key] = name

    def stale(self, kept: Mapping[str, Iterable[str]], naming: Naming) -> list[str]:
        """The names that were given to pictures of these products once, and belong to none they have now."""
        used = {name for names in kept.values() for name in names}
        others = sorted(self.hashes.keys() - used)
        return [name for name in others if key_in(name) and naming.product(name) in kept]


class _Ready(NamedTuple):
    """A picture that can be written, and the bytes that are sent for it."""

    name: str
    content_hash: str
    size: int
    write: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Gatherer:
    """Gathers pictures, a product's in their order, each content once; what cannot be had is noted.

    `fetch` gives the bytes behind a link, `held` is what `target` has; `stop` ends the work after the
    pictures in hand.
    """

    naming: Naming
    target: PictureTarget
    held: Holdings
    fetch: Callable[[str], bytes]
    imaging: Imaging
    note: Note
    stop: Event
    tally: GatheringTally = field(default_factory=GatheringTally)
    _stripes: Sequence[Lock] = field(default_factory=lambda: [Lock() for _ in range(_STRIPES)], repr=False)

    def gather(
        self, products: Sequence[ShopProduct], told: Callable[[int], None]
    ) -> Mapping[str, Sequence[str]]:
        """Gather all; the names of each product's pictures, main one first. Raises what the target does."""
        names = {}
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="gather") as pool:
            try:
                for product, kept in zip(products, pool.map(self._of_product, products), strict=True):
                    names[product.id] = kept
                    told(self.tally.counts.total())
            except BaseException:
                self.stop.set()
                raise
        return names

    def _of_product(self, product: ShopProduct) -> Sequence[str]:
        kept: dict[str, str] = {}
        for position, link in enumerate(product.links, 1):
            if self.stop.is_set():
                break
            try:
                picture = NamedPicture(product.id, position, key_of(link))
                # One at a time with the same key: the second finds what the first has written.
                with self._stripes[int(picture.key, 16) % _STRIPES]:
                    name = self._gathered(picture, link, kept)
            except Permanent as error:
                self._fail(product.id, link, error)
            else:
                if name:
                    kept.setdefault(self.held.hashes[name], name)
        return list(kept.values())

    def _gathered(self, picture: NamedPicture, link: Link, kept: Mapping[str, str]) -> str | None:
        """The name under which it is there now; None where its content is kept, or cannot be had."""
        if there := picture.there(self.naming, self.held.hashes):
            self.tally.add("there")
            return there
        twin = self.held.by_key.get(picture.key)
        ready = self._copying(picture, twin) if twin else self._putting(picture, link)
        if ready is None:
            return None
        if ready.content_hash in kept:
            self.tally.add("same")
            return None
        ready.write()
        self.tally.add("written", ready.size)
        self.held.add(ready.name, ready.content_hash, picture.key)
        return ready.name

    def _copying(self, picture: NamedPicture, twin: str) -> _Ready:
        name = picture.name(self.naming, ending_in(twin))
        return _Ready(name, self.held.hashes[twin], 0, partial(self.target.copy, twin, name))

    def _putting(self, picture: NamedPicture, link: Link) -> _Ready | None:
        try:
            content, known = self._opened(link)
        except Failure as error:
            self._fail(picture.product, link, error)
            return None
        name = picture.name(self.naming, known.endings[0])
        put = partial(self.target.put, name, content, known.media_types[0])
        return _Ready(name, md5(content), len(content), put)

    def _opened(self, link: Link) -> tuple[bytes, Format]:
        content = content_of(link) if isinstance(link, Path) else self.fetch(link)
        self.imaging.raster(Picture(content), _OPENED_SIDE)
        return content, format_of(content)

    def _fail(self, product: str, link: Link, error: Failure) -> None:
        self.note(Finding(Wrong.of(error), str(link), product, str(error)))
        self.tally.add("failed")
