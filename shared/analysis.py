"""Analysis of pictures: their labels and, beside them, colors and where they lie among all pictures."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from shared.breaking import Breaker, Down
from shared.errors import Failure, Misconfigured, Transient
from shared.imaging import Imaging, Picture, Raster
from shared.labeling import Encoder, Recognizer
from shared.labeling.spending import Allowance
from shared.loading import Once
from shared.logs import log, step
from shared.model import Appearance, Labels, Vector

Colors = Callable[[Raster], Labels]
"""Names the colors of a picture."""

HEAD_START = 0.01
"""Seconds: where both begin at once, the photo reaches the recognizer 3 ms later; and long before that has
answered, the encoder is done."""


@dataclass(frozen=True, slots=True)
class FeatureExtractor:
    """Sees with an encoder, or colors, or both; asks nobody else.

    `features_id` names all that changes what is seen: what different ids saw never mixes. Pictures
    `of_products` are given more time than shoppers' photos.
    """

    features_id: str
    imaging: Imaging
    encoder: Encoder | None = None
    colors: Colors | None = None
    of_products: bool = False

    def prepare(self) -> None:
        """Load what the first picture would have to wait for; raises `Misconfigured`."""
        if self.encoder:
            self.encoder.prepare()

    def look_many(self, pictures: Sequence[Picture]) -> list[Appearance | Failure]:
        """Look at each picture; raises `Misconfigured` only."""
        vectors = self._vectors(self.encoder, pictures) if self.encoder else [None] * len(pictures)
        return [
            vector if isinstance(vector, Failure) else self._colored(picture, Appearance(vector=vector))
            for picture, vector in zip(pictures, vectors, strict=True)
        ]

    def _vectors(self, encoder: Encoder, pictures: Sequence[Picture]) -> list[Vector | Failure]:
        return encoder.encode_products(pictures) if self.of_products else encoder.encode_many(pictures)

    def _colored(self, picture: Picture, look: Appearance) -> Appearance | Failure:
        if self.colors is None:
            return look
        try:
            return Appearance(colors=self.colors(self.imaging.raster(picture)), vector=look.vector)
        except Failure as failure:
            return failure


class Extractor(Protocol):
    """Whatever sees beside the recognizer."""

    def look_many(self, pictures: Sequence[Picture]) -> list[Appearance | Failure]:
        """See `FeatureExtractor`."""


@dataclass(frozen=True, slots=True)
class LateExtractor:
    """A feature extractor, or none, made for the first picture: while the recognizer is being waited for.

    An encoder's libraries take longer to load than anything else that a first answer needs.
    """

    made: Callable[[], FeatureExtractor | None]

    def look_many(self, pictures: Sequence[Picture]) -> list[Appearance | Failure]:
        """See `FeatureExtractor`."""
        extractor = self.made()
        return extractor.look_many(pictures) if extractor else [Appearance() for _ in pictures]


class PhotoAnalyzer:
    """Looks at a photo with everything there is: the `extractor` works in the `background` of the recognizer.

    The recognizer has a `head_start` of so many seconds, less where it answers sooner.
    With a `breaker` a recognizer in trouble is left alone, and a photo with a vector looks as that says; so
    it does when the day's `allowance` is spent.
    """

    def __init__(
        self,
        recognizer: Recognizer,
        extractor: Extractor | None,
        background: Executor,
        breaker: Breaker | None = None,
        allowance: Allowance | None = None,
    ) -> None:
        self.recognizer = recognizer
        self.extractor = extractor
        self.background = background
        self.breaker = breaker
        self.allowance = allowance
        self.head_start = HEAD_START
        self.prepare = Once(self._prepare)
        """Loads the recognizer's library, tried once; what is wrong is told when the recognizer is asked."""

    def _prepare(self) -> None:
        with suppress(Misconfigured):
            self.recognizer.prepare()

    def analyze(self, photo: Picture) -> Appearance:
        """Return how the photo looks; one that only the extractor refuses has its labels.

        Raises `Transient`, `Permanent` or `Misconfigured`.
        """
        with self._seeing(photo) as seeing, step("recognize"):
            label = partial(self._said, photo)
            said = self.breaker.ask(label) if self.breaker else label()
        if seeing is None:
            return _labeled(Appearance(), said)
        try:
            with step("encode"):
                [seen] = seeing.result()
        finally:
            # A failure's traceback leads to this frame: together they would keep the photo alive.
            del seeing
        if isinstance(seen, Failure):
            log(logging.WARNING, "photo not encoded", reason=seen.reason, detail=str(seen))
            return _labeled(Appearance(), said)
        return _labeled(seen, said)

    @contextmanager
    def _seeing(self, photo: Picture) -> Iterator[Future[list[Appearance | Failure]] | None]:
        """Have the extractor look at the photo, beginning a little later, or when the block ends."""
        if self.extractor is None:
            yield None
            return
        answered, start = threading.Event(), time.monotonic() + self.head_start
        try:
            yield self.background.submit(_look_late, self.extractor, photo, answered, start)
        finally:
            answered.set()

    def _said(self, photo: Picture) -> Labels | Down:
        spent = self.allowance.spend() if self.allowance else None
        return Down(spent) if spent else self.recognizer.label(photo)


def _look_late(
    extractor: Extractor, photo: Picture, answered: threading.Event, start: float
) -> list[Appearance | Failure]:
    answered.wait(max(0.0, start - time.monotonic()))
    return extractor.look_many([photo])


def _labeled(seen: Appearance, said: Labels | Down) -> Appearance:
    if not isinstance(said, Down):
        return replace(seen, labels=said)
    if seen.vector is None:
        raise said.error()
    wrong = said.trouble
    reason = "misconfigured" if isinstance(wrong, Misconfigured) else wrong.reason
    if said.news:
        _tell(wrong)
    return replace(seen, unlabeled=reason)


def _tell(wrong: Transient | Misconfigured) -> None:
    if isinstance(wrong, Misconfigured):
        log(logging.CRITICAL, "misconfigured", setting=wrong.setting, detail=wrong.advice)
    else:
        log(logging.WARNING, "recognizer down", reason=wrong.reason, detail=str(wrong))
