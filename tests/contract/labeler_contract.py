"""What the suite in `test_labelers` must know of a recogniser to hold it to the port's promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from shared.labeling import Labeler
from tests.pictures import jpeg

PHOTOS = tuple(jpeg(seed) for seed in range(20))
"""More than any vendor takes in one batch."""

BAD_PICTURES = {
    "empty": b"",
    "no picture": b"%PDF-1.7 a price list",
    "cut off": PHOTOS[0][: len(PHOTOS[0]) // 2],
}


@dataclass(frozen=True)
class Subject:
    """A recogniser that knows `PHOTOS`, and what goes on behind it.

    `uri` is where it finds the first of them, if it takes URIs; `calls` counts the vendor calls so far, of
    which one picture may cost `calls_each`.
    """

    labeler: Labeler
    uri: str | None = None
    calls: Callable[[], int] = lambda: 0
    calls_each: int = 1
