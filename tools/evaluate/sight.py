"""The recognizer and the encoder that the settings name, and what they see in pictures."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import NamedTuple

from devstack.environment import MODEL
from shared import wiring
from shared.analysis import FeatureExtractor
from shared.catalog.likeness import Likeness
from shared.errors import Failure
from shared.imaging import Imaging, Picture
from shared.imaging.opening import product_opener
from shared.labeling import Encoder, Recognizer
from shared.labeling.registry import RECOGNIZERS
from shared.model import Appearance
from shared.settings import SearchSettings
from tools.evaluate.seeing import Looks, See, Use, Whole, unit
from tools.evaluate.verdicts import VerdictRule

_STEPS = {"similar_closeness", "very_similar_closeness", "similar_share", "very_similar_share"}


@dataclass(frozen=True, slots=True)
class Sight:
    """A recognizer, and an encoder where there is one, with the settings that chose them.

    `opener` makes an opener of pictures, with all pixels or as many as are enough.
    """

    settings: SearchSettings
    recognizer: Recognizer
    encoder: Encoder | None
    opener: Callable[[int | None], Imaging] = product_opener

    @property
    def is_local(self) -> bool:
        """True where looking costs nothing and sends nothing anywhere."""
        known = RECOGNIZERS.get(self.recognizer.name)
        return known is not None and not known.calls

    @property
    def deployed(self) -> Likeness:
        """The likeness that the search function would ask with."""
        return wiring.likeness(self.settings, self.encoder, self.settings.max_filters)

    @property
    def rule(self) -> VerdictRule:
        """The verdicts that the search function would give."""
        known = RECOGNIZERS.get(self.recognizer.name)
        calibrated = bool(_STEPS & self.settings.model_fields_set)
        return VerdictRule(self.settings.steps, known.sure_from if known else None, calibrated=calibrated)

    def eyes(self, *, whole: bool = False) -> See:
        """Look at pictures as the functions do; `whole` also for what an exact vector search compares."""
        encoder, likeness = self.encoder, self.deployed
        by_use: dict[Use, _Eye] = {
            "photo": _Eye(
                self.opener(self.settings.enough_pixels),
                wiring.feature_extractor(encoder, likeness),
            ),
            "product": _Eye(self.opener(None), wiring.feature_extractor(encoder, likeness, of_products=True)),
        }
        return _Eyes(self.recognizer, by_use, encoder if whole else None).look


class _Eye(NamedTuple):
    """Opens and encodes pictures as one use of them does."""

    imaging: Imaging
    extractor: FeatureExtractor | None

    def open(self, content: bytes) -> Picture:
        return Picture(raster=self.imaging.raster(Picture(content)))

    def look(self, pixels: Picture) -> Appearance:
        [look] = self.extractor.look_many([pixels]) if self.extractor else [Appearance()]
        return Appearance() if isinstance(look, Failure) else look


@dataclass(frozen=True, slots=True)
class _Eyes:
    """Labels a picture once, whatever its uses; `whole` is asked for all numbers."""

    recognizer: Recognizer
    by_use: Mapping[Use, _Eye]
    whole: Encoder | None

    def look(self, content: bytes, uses: AbstractSet[Use]) -> Looks:
        """See `See`; what only the encoder refuses has labels."""
        pixels = {use: self.by_use[use].open(content) for use in sorted(uses)}
        first = next(iter(pixels.values()))
        # A service is sent the file as it is, as of a product; a model on this machine takes the pixels.
        labels = self.recognizer.label(Picture(content) if self.recognizer.takes else first)
        looks = {use: replace(self.by_use[use].look(each), labels=labels) for use, each in pixels.items()}
        return Looks(looks, _whole(self.whole, first))


def _whole(encoder: Encoder | None, pixels: Picture) -> Whole | None:
    [numbers] = encoder.encode_whole([pixels]) if encoder else [()]
    return None if isinstance(numbers, Failure) or not any(numbers) else unit(numbers)


def sight(env: Mapping[str, str] = os.environ) -> Sight:
    """Read `RECOGNIZER`, `ENCODER` and their variables, by default the embedded model from `make setup`.

    Raises `Misconfigured`.
    """
    defaults = {"RECOGNIZER": "embedded", "EMBEDDED_MODEL": str(MODEL)}
    settings = SearchSettings.from_env(defaults | {name: each for name, each in env.items() if each.strip()})
    return Sight(settings, wiring.chosen_recognizer(settings), wiring.chosen_encoder(settings))


def any_sight(env: Mapping[str, str] = os.environ) -> Sight:
    """The same with the encoder in any case, to compare what `STRATEGIES` does not ask for."""
    chosen = sight(env)
    every = chosen.settings.model_copy(update={"strategies": ()})
    return replace(chosen, encoder=chosen.encoder or wiring.chosen_encoder(every))
