"""A bucket's listing becomes products, a few at a time; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from shared.model import StoredPicture
from shared.pictures import MAX_PICTURES, may_be_picture
from tools.examples import Examples


@dataclass(slots=True)
class Tally:
    """What a listing held; sizes are in bytes.

    `outside` are names that no pattern matches, `others` objects of products that can be no pictures.
    """

    objects: int = 0
    size: int = 0
    outside: Examples = field(default_factory=Examples)
    others: Examples = field(default_factory=Examples)

    def add(self, listed: StoredPicture) -> None:
        """Count an object."""
        self.objects += 1
        self.size += listed.size


@dataclass(slots=True)
class Listed:
    """A stretch: pictures of one product that follow one another in the listing, from `first` to `last`.

    `pictures` are those that will be looked at; `count` and `size`, in bytes, are of all. `payable` where the
    recogniser will be asked about them.
    """

    product: str
    first: str
    last: str
    count: int = 0
    size: int = 0
    pictures: list[StoredPicture] = field(default_factory=list)
    payable: bool = True

    def add(self, picture: StoredPicture) -> None:
        """Take the next picture."""
        self.last = picture.name
        self.count += 1
        self.size += picture.size
        if len(self.pictures) < MAX_PICTURES:
            self.pictures.append(picture)


def products(
    listing: Iterable[StoredPicture], product_of: Callable[[str], str | None], tally: Tally
) -> Iterator[Listed]:
    """The listing's products in its order, one held at a time; all that is listed goes into `tally`.

    With several patterns, or spellings, a product's pictures may lie apart; then it comes more than once.
    """
    current: Listed | None = None
    for listed in listing:
        tally.add(listed)
        product = product_of(listed.name)
        if product is None:
            tally.outside.add(listed.name)
            continue
        if not may_be_picture(listed):
            tally.others.add(listed.name)
            continue
        if current is None or current.product != product:
            if current is not None:
                yield current
            current = Listed(product, listed.name, listed.name)
        current.add(listed)
    if current is not None:
        yield current
