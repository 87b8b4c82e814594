"""The eyes of an evaluation: a recogniser, an encoder where there is one, and colours."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image

from devstack.environment import MODEL
from shared import wiring
from shared.catalog.strategies.grades import CONFIDENT_STEPS, SHARED_STEPS
from shared.errors import Permanent
from shared.images.colours import colours_of
from shared.labeling import Labeler
from shared.labeling.encoding import Encoder
from shared.labeling.providers import embedded
from shared.model import Appearance, Labels, Picture
from shared.settings import EmbeddedSettings, LabelingSettings

_DRAFT = (256, 256)
"""Pixels, at least, that a JPEG is decoded to for its colours."""


@dataclass(frozen=True, slots=True)
class Eyes:
    """Sees labels and colours and, with an encoder, where the picture lies among all pictures."""

    labeler: Labeler
    encoder: Encoder | None

    @property
    def steps(self) -> Sequence[float]:
        """Steps of confidence that suit the recogniser."""
        return SHARED_STEPS if self.labeler.name == "embedded" else CONFIDENT_STEPS

    @property
    def tag(self) -> str | None:
        """Names the encoder in attributes of records."""
        return self.encoder.tag if self.encoder else None

    @property
    def is_local(self) -> bool:
        """Whether looking costs nothing and sends nothing anywhere."""
        return self.labeler.name == "embedded"

    def see(self, content: bytes) -> Appearance:
        """Return how one picture looks; raises `Transient`, `Permanent` or `Misconfigured`."""
        picture = Picture(content)
        labels = self.labeler.label(picture)
        vector = self.encoder.encode(picture) if self.encoder else None
        return Appearance(labels, _colours(content), vector)


def _colours(content: bytes) -> Labels:
    try:
        with Image.open(BytesIO(content)) as image:
            image.draft("RGB", _DRAFT)
            return colours_of(image)
    except Exception as error:
        raise Permanent("bad-picture", f"the picture is damaged: {error}") from error


def eyes(env: Mapping[str, str] = os.environ) -> Eyes:
    """Read `LABELER` and its variables, by default the embedded model where `make setup` puts it.

    Vectors come from the embedded model in any case, where its file exists. Raises `Misconfigured`.
    """
    defaults = {"LABELER": "embedded", "EMBEDDED_MODEL": str(MODEL)}
    env = defaults | {name: value for name, value in env.items() if value.strip()}
    model = EmbeddedSettings.from_env(env).model_path
    encoder = embedded.create_encoder(model_path=model) if Path(model).is_file() else None
    return Eyes(wiring.labeler(LabelingSettings.from_env(env)), encoder)
