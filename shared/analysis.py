"""How a picture looks: its labels and, beside them, colours and where it lies among all pictures."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from functools import partial

from shared.breaking import Breaker, Down
from shared.errors import Failure, Misconfigured, Transient
from shared.imaging import Imaging, Picture, Raster
from shared.labeling import Labeler
from shared.labeling.encoding import Encoder
from shared.logs import log, step
from shared.model import Appearance, Labels

Colours = Callable[[Raster], Labels]
"""Names the colours of a picture."""


@dataclass(frozen=True, slots=True)
class FeatureExtractor:
    """Sees with an encoder, or colours, or both; asks nobody else.

    `features_id` names all that changes what is seen: what different ids saw never mixes.
    """

    features_id: str
    imaging: Imaging
    encoder: Encoder | None = None
    colours: Colours | None = None

    def prepare(self) -> None:
        """Load what the first picture would have to wait for; raises `Misconfigured`."""
        if self.encoder:
            self.encoder.prepare()

    def look_many(self, pictures: Sequence[Picture]) -> list[Appearance | Failure]:
        """Look at each picture; raises `Misconfigured` only."""
        vectors = self.encoder.encode_many(pictures) if self.encoder else [None] * len(pictures)
        return [
            vector if isinstance(vector, Failure) else self._coloured(picture, Appearance(vector=vector))
            for picture, vector in zip(pictures, vectors, strict=True)
        ]

    def _coloured(self, picture: Picture, look: Appearance) -> Appearance | Failure:
        if self.colours is None:
            return look
        try:
            return Appearance(colours=self.colours(self.imaging.raster(picture)), vector=look.vector)
        except Failure as failure:
            return failure


@dataclass(frozen=True, slots=True)
class PhotoAnalyzer:
    """Looks at a photo with everything there is: the `extractor` work in the `background` of the recogniser.

    With a `breaker` a recogniser in trouble is left alone, and a photo with a vector looks as that says.
    """

    labeler: Labeler
    extractor: FeatureExtractor | None
    background: Executor
    breaker: Breaker | None = None

    def __call__(self, photo: Picture) -> Appearance:
        """How the photo looks; what only the extractor refuse has its labels.

        Raises `Transient`, `Permanent` or `Misconfigured`.
        """
        seeing = self.background.submit(self.extractor.look_many, [photo]) if self.extractor else None
        with step("recognise"):
            label = partial(self.labeler.label, photo)
            said = self.breaker.ask(label) if self.breaker else label()
        if seeing is None:
            return _labelled(Appearance(), said)
        with step("encode"):
            [seen] = seeing.result()
        if isinstance(seen, Failure):
            log(logging.WARNING, "photo not encoded", reason=seen.reason, detail=str(seen))
            return _labelled(Appearance(), said)
        return _labelled(seen, said)


def _labelled(seen: Appearance, said: Labels | Down) -> Appearance:
    if not isinstance(said, Down):
        return replace(seen, labels=said)
    if seen.vector is None:
        raise said.error()
    wrong = said.trouble
    reason = "misconfigured" if isinstance(wrong, Misconfigured) else wrong.reason
    if said.news:
        _tell(wrong)
    return replace(seen, unlabelled=reason)


def _tell(wrong: Transient | Misconfigured) -> None:
    if isinstance(wrong, Misconfigured):
        log(logging.CRITICAL, "misconfigured", setting=wrong.setting, detail=wrong.advice)
    else:
        log(logging.WARNING, "recogniser down", reason=wrong.reason, detail=str(wrong))
