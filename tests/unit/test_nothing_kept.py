"""A search that fails keeps the photo no longer than its error is looked at, whoever fails and however."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import cast

import pytest

from shared.analysis import Extractor, PhotoAnalyzer
from shared.catalog import CatalogFinder
from shared.catalog.labels import CurrentCounts, LabelCounts
from shared.errors import Failure, Misconfigured, Permanent, Reason, Transient
from shared.imaging import Picture
from shared.loading import Once
from shared.model import Appearance, Labels, Refinement, SearchAnswer
from shared.searching import Searcher
from tests.fakes.recognizer import FakeRecognizer
from tests.unit.test_searching import SHOE, searcher

Make = Callable[[], Exception]

ERRORS: dict[str, Make] = {
    "permanent": lambda: Permanent(Reason.BAD_PICTURE, "no picture"),
    "transient": lambda: Transient(Reason.THROTTLED, "later"),
    "misconfigured": lambda: Misconfigured("SETTING", "write one"),
    "unforeseen": lambda: RuntimeError("a fault of ours"),
}
BACKGROUND = ThreadPoolExecutor(2)


@dataclass
class Failing:
    """Stands for any collaborator, and raises a new error at each call."""

    make: Make

    def __call__(self) -> LabelCounts:
        raise self.make()

    def look_many(self, pictures: Sequence[Picture]) -> list[Appearance | Failure]:  # noqa: ARG002 - the port's
        raise self.make()

    def find(self, *_: object) -> SearchAnswer:
        raise self.make()


class Forgetful(FakeRecognizer):
    """Sees a shoe, or fails, and does not remember what it was shown."""

    def __init__(self, make: Make | None = None) -> None:
        super().__init__({})
        self.make = make

    def label(self, picture: Picture) -> Labels:  # noqa: ARG002 - the port's signature
        if self.make:
            raise self.make()
        return (SHOE,)


def looking(recognizer: FakeRecognizer, extractor: Extractor | None) -> Searcher:
    return replace(searcher(), analyzer=PhotoAnalyzer(recognizer, extractor, BACKGROUND))


WHO: dict[str, Callable[[Make], Searcher]] = {
    "recognizer": lambda make: looking(Forgetful(make), None),
    "both": lambda make: looking(Forgetful(make), Failing(make)),
    "extractor": lambda make: looking(Forgetful(), Failing(make)),
    "counts": lambda make: replace(searcher(), counts=CurrentCounts(Failing(make))),
    "catalog": lambda make: replace(searcher(), catalog=Once(lambda: cast(CatalogFinder, Failing(make)))),
}


@pytest.fixture(autouse=True)
def _no_collections() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("who", WHO)
def test_a_failed_search_keeps_no_photo(who: str, error: str) -> None:
    photo = bytes(bytearray(b"photo"))
    before = sys.getrefcount(photo)
    with suppress(Failure, Misconfigured, RuntimeError):
        WHO[who](ERRORS[error]).search(photo, None, Refinement())
    # A thread in the background may still be ending its piece of work.
    until = time.monotonic() + 5
    while sys.getrefcount(photo) != before and time.monotonic() < until:
        time.sleep(0.01)
    assert sys.getrefcount(photo) == before
