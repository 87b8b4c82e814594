"""A bucket's listing becomes products, a few at a time; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from shared.images import MAX_PICTURES
from shared.model import StoredPicture

_EXAMPLES = 3


@dataclass(slots=True)
class Tally:
    """What a listing held; sizes are in bytes, `outside` are names that no pattern matches."""

    objects: int = 0
    size: int = 0
    outside: int = 0
    examples: list[str] = field(default_factory=list)

    def add(self, listed: StoredPicture) -> None:
        """Count an object."""
        self.objects += 1
        self.size += listed.size

    def add_outside(self, name: str) -> None:
        """Count a name that is no product picture's, and keep the first few."""
        self.outside += 1
        if len(self.examples) < _EXAMPLES:
            self.examples.append(name)


@dataclass(slots=True)
class Listed:
    """Pictures of one product that follow one another in the listing, from `first` to `last`.

    `contents` holds hash and size of those that will be looked at; `count` and `size` are of all.
    """

    product: str
    first: str
    last: str
    count: int = 0
    size: int = 0
    contents: list[tuple[str, int]] = field(default_factory=list)

    def add(self, picture: StoredPicture) -> None:
        """Take the next picture."""
        self.last = picture.name
        self.count += 1
        self.size += picture.size
        if len(self.contents) < MAX_PICTURES:
            self.contents.append((picture.content_hash, picture.size))


def products(
    listing: Iterable[StoredPicture], product_of: Callable[[str], str | None], tally: Tally
) -> Iterator[Listed]:
    """The listing's products in its order, one held at a time; all that is listed goes into `tally`.

    With several patterns a product's pictures may lie apart; then it comes more than once.
    """
    current: Listed | None = None
    for listed in listing:
        tally.add(listed)
        product = product_of(listed.name)
        if product is None:
            tally.add_outside(listed.name)
            continue
        if current is None or current.product != product:
            if current is not None:
                yield current
            current = Listed(product, listed.name, listed.name)
        current.add(listed)
    if current is not None:
        yield current
