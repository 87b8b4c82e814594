"""What the suite in `test_recognizers` must know of a recognizer to hold it to the port's promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from shared.imaging import Imaging
from shared.imaging.opening import product_opener
from shared.labeling import Recognizer
from tests.pictures import jpeg

PHOTOS = tuple(jpeg(seed) for seed in range(17))
"""More than any vendor takes in one batch."""

BAD_PICTURES = {
    "empty": b"",
    "no picture": b"%PDF-1.7 a price list",
    "cut short": PHOTOS[0][: len(PHOTOS[0]) // 5],
}


@dataclass(frozen=True)
class Subject:
    """A recognizer that knows `PHOTOS`, and what goes on behind it.

    `imaging` makes rasters that it knows; `calls` counts the vendor calls so far, of which one picture may
    cost `calls_each`.
    """

    recognizer: Recognizer
    imaging: Imaging = field(default_factory=product_opener)
    calls: Callable[[], int] = lambda: 0
    calls_each: int = 1
