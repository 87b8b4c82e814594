"""With what an evaluation looks at pictures: the recogniser and the encoder that the settings name."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from devstack.environment import MODEL
from shared import wiring
from shared.catalog.likeness import Likeness
from shared.imaging import Picture
from shared.labeling import Labeler
from shared.labeling.encoding import Encoder
from shared.labeling.registry import RECOGNIZERS
from shared.seeing import Looking
from shared.settings import SearchSettings
from tools.evaluate.seeing import See


@dataclass(frozen=True, slots=True)
class Sight:
    """A recogniser, and an encoder where there is one, with the settings that chose them."""

    settings: SearchSettings
    labeler: Labeler
    encoder: Encoder | None

    @property
    def is_local(self) -> bool:
        """Whether looking costs nothing and sends nothing anywhere."""
        known = RECOGNIZERS.get(self.labeler.name)
        return known is not None and not known.calls

    @property
    def deployed(self) -> Likeness:
        """What the search function would ask with."""
        return wiring.likeness(self.settings, self.encoder, self.settings.max_filters)

    @property
    def widest(self) -> Likeness:
        """Something that wants to see all there is: labels and, with an encoder, vectors."""
        changes = {"strategies": ("labels", *(("code",) if self.encoder else ()))}
        return wiring.likeness(self.settings.model_copy(update=changes), self.encoder)

    @contextmanager
    def looking(self, sees: Likeness) -> Iterator[See]:
        """Look at pictures as the search function does; raises what `Looking` raises."""
        with ThreadPoolExecutor(os.cpu_count() or 1, "eyes") as background:
            looking = Looking(self.labeler, wiring.eyes(self.encoder, sees), background)
            yield lambda content: looking(Picture(content))


def sight(env: Mapping[str, str] = os.environ) -> Sight:
    """Read `LABELER`, `ENCODER` and their variables, by default the embedded model from `make setup`.

    Raises `Misconfigured`.
    """
    defaults = {"LABELER": "embedded", "EMBEDDED_MODEL": str(MODEL)}
    settings = SearchSettings.from_env(defaults | {name: each for name, each in env.items() if each.strip()})
    return Sight(settings, wiring.labeler(settings), wiring.encoder(settings))


def any_sight(env: Mapping[str, str] = os.environ) -> Sight:
    """The same with the encoder in any case, to compare what `STRATEGIES` does not ask for."""
    return sight({**env, "STRATEGIES": ""})
