"""The project's words as plain values; nothing here knows a vendor, a wire format or the environment."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal
from unicodedata import normalize


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a picture that counts, in fractions of its upright width and height."""

    x: float
    y: float
    width: float
    height: float

    def __post_init__(self) -> None:
        starts, sizes = (self.x, self.y), (self.width, self.height)
        inside = all(
            start >= 0 and size > 0 and start + size <= 1 + 1e-9
            for start, size in zip(starts, sizes, strict=True)
        )
        if not inside:
            raise ValueError("a crop lies inside the picture: x, y >= 0, width, height > 0, sums up to 1")


LABEL = "label"
"""The kind of a label that says nothing about its kind."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name a recognizer gives to a picture, with its confidence in 0..1.

    `kind` is `label`, or what else the name stands for: an object, a logo, a text, a color, or an attribute
    such as `category`. `box` is where in the picture it was seen, where the recognizer tells.
    """

    name: str
    score: float
    kind: str = LABEL
    box: Crop | None = None

    def __post_init__(self) -> None:
        if not self.name or not 0.0 <= self.score <= 1.0:
            raise ValueError(f"a label needs a name and a score in 0..1, got {self.name!r} {self.score!r}")


def kind_of(label: Label) -> dict[str, str]:
    """The kind, where there is something to say."""
    return {} if label.kind == LABEL else {"kind": label.kind}


Labels = tuple[Label, ...]
"""Best first."""

Vector = tuple[float, ...]
"""A picture's place among all pictures: an encoder's coordinates, of unit length, most telling first."""


MAX_COLORS = 3
"""Colors of a product that have a name."""

MIN_COLOR_SHARE = 0.1
"""Of the product: what covers less is a detail, a shadow or a reflection, or in one picture of many."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """The looks of a picture, or of a product in all its pictures.

    `colors` are names with the share of the product that they cover; `vector` is None without an encoder.
    `unlabeled` is why the recognizer had no say, empty where it had.
    """

    labels: Labels = ()
    colors: Labels = ()
    vector: Vector | None = None
    unlabeled: str = ""


@dataclass(frozen=True, slots=True)
class SeenPhoto:
    """The looks of a photo; `remembered` where this cost no question of its own."""

    look: Appearance
    remembered: bool


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """One live object of the picture bucket.

    `generation` is Cloud Storage's version of the object, a time in microseconds; `content_hash` its MD5 in
    base64, the same for the same bytes; `size` is in bytes.
    """

    bucket: str
    name: str
    generation: int
    content_hash: str
    size: int
    content_type: str


def md5(content: bytes) -> str:
    """The MD5 of an object's content as Cloud Storage gives it."""
    return base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def spellings(text: str) -> list[str]:
    """The ways to write a text that count as one: composed (NFC), and decomposed (NFD) where that differs."""
    return list(dict.fromkeys((normalize("NFC", text), normalize("NFD", text))))


@dataclass(frozen=True, slots=True)
class PictureEvent:
    """Something happened to a picture: look at its product again.

    `time_us` is when it happened, in microseconds since the epoch, as far as the event can be trusted. A
    `requested` one says that somebody wants another look, though nothing may have happened; `retry_refused`
    asks to send pictures to the recognizer once more that it has refused before.
    """

    id: str
    bucket: str
    name: str
    time_us: int
    requested: bool = False
    retry_refused: bool = False


@dataclass(frozen=True, slots=True)
class Enrichment:
    """The labels and looks of a product by all its pictures together.

    `image_url` is the address of the first of them, None without any; `pictures` counts those that the
    recognizer took and `refused` the others; `listing` tells the pictures from any others, see `listing_of`.
    `likeness` holds the attributes by which the product is found, beside those that every record has.
    """

    labels: Labels
    image_url: str | None
    recognizer: str
    labeled_at: str
    pictures: int
    refused: int = 0
    listing: str = ""
    likeness: Mapping[str, Any] = field(default_factory=dict)


Mode = Literal["boost", "strict"]

StrategyName = Literal["labels", "words", "code"]
"""A way to find what looks alike; `docs/retrieval.md` explains each."""


@dataclass(frozen=True, slots=True)
class Refinement:
    """The wishes of a shopper beside the picture: words, filters and the page; passed to Algolia as they are.

    `optional_filters` are the shop's own preferences, `without` are products to leave out. In strict `mode` a
    product has to share a label with the picture. `client` is the shopper's address.
    """

    query: str = ""
    filters: str = ""
    facets: tuple[str, ...] = ()
    page: int = 0
    hits_per_page: int = 20
    mode: Mode = "boost"
    optional_filters: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    user_token: str | None = None
    client: str | None = None


@dataclass(frozen=True, slots=True)
class Shared:
    """The visual points of a product, and the labels that it has in common with the picture, with theirs.

    A `labeled` product has labels of the picture's recognizer.
    """

    points: int
    matched: Mapping[str, int]
    labeled: bool = False


@dataclass(frozen=True)
class Hit:
    """A product found: its record as Algolia returned it, and what it shares with the picture.

    `compare` tells that, and only of the hits that are shown. `closeness` is the cosine, -1..1, of the
    picture's vector and the product's, None where one of them is not known.
    """

    record: Mapping[str, Any]
    compare: Callable[[Mapping[str, Any]], Shared] = field(compare=False, repr=False)
    closeness: float | None = None

    @property
    def points(self) -> int:
        """See `Shared`."""
        return self._shared.points

    @property
    def matched(self) -> Mapping[str, int]:
        """See `Shared`."""
        return self._shared.matched

    @property
    def labeled(self) -> bool:
        """See `Shared`."""
        return self._shared.labeled

    @cached_property
    def _shared(self) -> Shared:
        return self.compare(self.record)


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """The hits of a search, in rank order; `raw` is Algolia's own answer (nbHits, queryID, ...).

    `reduced` where less was asked for than the picture shows, as Algolia refuses more.
    """

    hits: tuple[Hit, ...]
    params: Mapping[str, Any]
    raw: Mapping[str, Any] = field(default_factory=dict)
    reduced: bool = False
