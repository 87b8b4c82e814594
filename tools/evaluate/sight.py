"""The recognizer and the encoder that the settings name, and what they see in pictures."""

from __future__ import annotations

import os
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

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
    """A recognizer, and an encoder where there is one, with the settings that chose them."""

    settings: SearchSettings
    recognizer: Recognizer
    encoder: Encoder | None
    imaging: Imaging = field(default_factory=product_opener)

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
        by_use: dict[Use, FeatureExtractor | None] = {
            "photo": wiring.feature_extractor(encoder, likeness),
            "product": wiring.feature_extractor(encoder, likeness, of_products=True),
        }
        return _Eyes(self.recognizer, by_use, encoder if whole else None, self.imaging).look


@dataclass(frozen=True, slots=True)
class _Eyes:
    """Decodes a picture once and labels it once, whatever its uses; `whole` is asked for all numbers."""

    recognizer: Recognizer
    by_use: Mapping[Use, FeatureExtractor | None]
    whole: Encoder | None
    imaging: Imaging

    def look(self, content: bytes, uses: AbstractSet[Use]) -> Looks:
        """See `See`; what only the encoder refuses has labels."""
        pixels = Picture(raster=self.imaging.raster(Picture(content)))
        # A service is sent the file as it is, as of a product; a model on this machine takes the pixels.
        labels = self.recognizer.label(Picture(content) if self.recognizer.takes else pixels)
        looks = {use: replace(_seen(self.by_use[use], pixels), labels=labels) for use in sorted(uses)}
        return Looks(looks, _whole(self.whole, pixels))


def _seen(extractor: FeatureExtractor | None, pixels: Picture) -> Appearance:
    [look] = extractor.look_many([pixels]) if extractor else [Appearance()]
    return Appearance() if isinstance(look, Failure) else look


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
